from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BimConfig(AppConfig):
    name = "hezhu.bim"
    label = "bim"
    verbose_name = _("BIM审查")

    def ready(self) -> None:
        from hezhu.bim.drawings.hub import PANEL as DRAWINGS
        from hezhu.bim.hub import PANEL
        from hezhu.bim.life.element_section import SECTION
        from hezhu.bim.life.hub import PANEL as MODELS
        from hezhu.bim.plans.hub import PANEL as PLANS
        from hezhu.bim.tiles.hub import PANEL as CITY_MODEL
        from hezhu.registers.projects.elements import add_section
        from hezhu.registers.projects.hub import add_panel

        add_panel(PANEL)
        add_panel(PLANS)
        add_panel(CITY_MODEL)
        add_panel(MODELS)
        add_section(SECTION)
        add_panel(DRAWINGS)
