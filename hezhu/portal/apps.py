from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "hezhu.portal"
    label = "portal"
    verbose_name = _("总览")

    def ready(self) -> None:
        from hezhu.portal.provider import readings
        from hezhu.programme import figures

        figures.provide(readings)
