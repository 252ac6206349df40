from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "hezhu.registers.documents"
    label = "documents"
    verbose_name = _("图档库")

    def ready(self) -> None:
        from hezhu.core.cases.documents import LISTENERS
        from hezhu.registers.documents.filing import follow

        LISTENERS.append(follow)
