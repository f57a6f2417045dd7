from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "otec_portal.core"
    label = "core"
    verbose_name = "portal"

    def ready(self) -> None:
        from otec_portal.core import checks, folder_queue, watch  # noqa: F401 - to register
