from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    name = "hezhu.core.oauth"
    label = "oauth"
    verbose_name = _("授权的程序")
