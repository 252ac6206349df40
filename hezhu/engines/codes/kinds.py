"""Every kind of code behind one face, so that a field of a register can name its kind and get validator, column check and mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from hezhu.engines.codes import classification, credit, division, identity, masks, phone, project, spelling
from hezhu.engines.codes.problem import Problem


@dataclass(frozen=True, slots=True)
class CodeKind:
    """One kind of code.

    ``explain(text)`` and the column check ``valid(expr)`` judge the text as written and always agree. ``normalise`` and ``normalised``
    mend width, blanks and case first; they agree too. ``mask`` is set for personal data.
    """

    name: str
    label: str
    source: str
    example: str
    explain: Callable[[str], Problem | None]
    valid: Callable[[pl.Expr], pl.Expr]
    normalise: Callable[[str], str] = spelling.normalise
    normalised: Callable[[pl.Expr], pl.Expr] = spelling.normalised
    mask: Callable[[str], str] | None = None
    masked: Callable[[pl.Expr], pl.Expr] | None = None

    def is_valid(self, text: str) -> bool:
        """Whether the text, as written, is a code of this kind."""
        return self.explain(text) is None


KINDS: dict[str, CodeKind] = {
    kind.name: kind
    for kind in (
        CodeKind(credit.KIND, "统一社会信用代码", "GB 32100-2015", "91330402MA4TP7FD8L", credit.explain, credit.valid),
        CodeKind(
            identity.KIND,
            "公民身份号码",
            "GB 11643-1999",
            "11010519491231002X",
            identity.explain,
            identity.valid,
            mask=masks.mask_id_number,
            masked=masks.masked_id_number,
        ),
        CodeKind(
            project.PROJECT,
            "工程项目编号",
            "全国建筑市场监管公共服务平台编码规则",
            "3304022506180101",
            project.explain_project,
            project.valid_project,
        ),
        CodeKind(
            project.PERMIT,
            "施工许可证编号",
            "全国建筑市场监管公共服务平台编码规则",
            "3304022506180101-SX-001",
            project.explain_permit,
            project.valid_permit,
            spelling.normalise_hyphened,
            spelling.normalised_hyphened,
        ),
        CodeKind(
            project.INVESTMENT,
            "投资项目代码",
            "GB/T 40058-2021",
            "2506-330402-04-01-123456",
            project.explain_investment,
            project.valid_investment,
            spelling.normalise_hyphened,
            spelling.normalised_hyphened,
        ),
        CodeKind(division.KIND, "行政区划代码", "GB/T 2260", "330402", division.explain, division.valid),
        CodeKind(
            classification.KIND,
            "建筑信息模型分类编码",
            "GB/T 51269-2017",
            "30-01.02.03",
            classification.explain,
            classification.valid,
            spelling.normalise_hyphened,
            spelling.normalised_hyphened,
        ),
        CodeKind(
            phone.KIND,
            "电话",
            "电信网编号计划",
            "13800008000",
            phone.explain,
            phone.valid,
            phone.normalise,
            phone.normalised,
            masks.mask_phone,
            masks.masked_phone,
        ),
    )
}


def kind(name: str) -> CodeKind:
    """One kind by name; raises KeyError naming it."""
    try:
        return KINDS[name]
    except KeyError:
        raise KeyError(f"没有代码种类 {name}") from None
