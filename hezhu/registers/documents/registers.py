"""图档库 as a register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.registers.documents.models import Document

registers.add(
    Register(
        model=Document,
        slug="documents",
        columns=("name", "number", "version", "kind", "project", "stage", "discipline", "dated_on", "state"),
        key=("number", "version"),
        search=("name", "number"),
        filters=("division", "kind", "stage", "state", "dated_on"),
        library="documents",
        icon="files",
        panel="documents/_content.html",
        tabs=(
            (_("现行图纸"), "kind=drawing&state=current"),
            (_("现行模型"), "kind=model&state=current"),
            (_("证照"), "kind=certificate"),
        ),
        about=_("图纸、模型和文件：版本、阶段、专业、归档分类、保管期限，文件存于平台文件库。"),
    )
)
