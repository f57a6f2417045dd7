from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "otec_portal.demo"
    label = "demo"
    verbose_name = "demostración"
