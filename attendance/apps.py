from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = "asistencia"

    def ready(self) -> None:
        from attendance import checks  # noqa: F401 - to register
