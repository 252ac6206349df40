from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GateConfig(AppConfig):
    name = "hezhu.gate"
    label = "gate"
    verbose_name = _("门禁接入")
