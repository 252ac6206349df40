from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "hezhu.core.intake"
    label = "intake"
    verbose_name = _("数据导入")

    def ready(self) -> None:
        from hezhu.core.intake.quality import last_run_of
        from hezhu.core.intake.waiting import told_batches
        from hezhu.core.register.catalogue import quality_providers
        from hezhu.core.register.origins import batch_tellers

        quality_providers.append(last_run_of)
        batch_tellers.append(told_batches)
