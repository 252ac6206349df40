"""Data requirements checked on a stored model version, without its file."""

from __future__ import annotations

from pathlib import Path

from hezhu.engines.findings import Finding
from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.tables.store import About, open_instances
from hezhu.engines.review.ids.check import check_columns, load
from hezhu.engines.review.ids.columns import Columns
from hezhu.engines.review.ids.document import Document, EntityFacet
from hezhu.engines.review.ids.values import compile_value

__all__ = ["check_stored", "load"]


def check_stored(archive: Path, document: Document) -> list[Finding]:
    """The findings that the model file itself would give.

    Raises ModelUnreadable for an archive that cannot be read, and (``not-stored``) for a specification on shapes, which are not kept.
    """
    instances, about = open_instances(archive)
    _refuse_shapes(document, about)
    return check_columns(Columns(instances), document)


def _refuse_shapes(document: Document, about: About) -> None:
    for specification in document.specifications:
        for facet in specification.applicability:
            if isinstance(facet, EntityFacet) and any(map(compile_value(facet.name), about.shape_classes)):
                text = f"规格“{specification.name}”针对几何记录，模型表不保存几何；请用模型文件检查：hezhu ids 模型 规格。"
                raise ModelUnreadable("not-stored", text)
