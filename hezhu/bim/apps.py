from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BimConfig(AppConfig):
    name = "hezhu.bim"
    label = "bim"
    verbose_name = _("BIM审查")

    def ready(self) -> None:
        import hezhu.bim.plans.procedure  # noqa: F401 - declares it
        from hezhu.bim.hub import PANEL
        from hezhu.registers.projects.hub import add_panel

        add_panel(PANEL)
