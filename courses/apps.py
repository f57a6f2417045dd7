from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "cursos"

    def ready(self) -> None:
        """Tell the platform how to ask for an action's environment."""
        from courses.services import stays_in_production  # models are ready by now
        from otec_portal.core.to_sence import IN_PRODUCTION

        IN_PRODUCTION.offer(stays_in_production)
