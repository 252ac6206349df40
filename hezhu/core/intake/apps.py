from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "hezhu.core.intake"
    label = "intake"
    verbose_name = _("数据导入")

    def ready(self) -> None:
        from hezhu.core.intake.quality import last_run_of
        from hezhu.core.register.catalogue import quality_providers

        quality_providers.append(last_run_of)
