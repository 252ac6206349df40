from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "hezhu.core.access"
    label = "access"
    verbose_name = _("账号与权限")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from hezhu.core.prepared import general_plans

        connection_created.connect(general_plans, dispatch_uid="general-plans")
