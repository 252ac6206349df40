"""What staged rows must meet beyond their own cells: the key once in the file, the account's divisions, the table's own checks."""

# ruff: noqa: S608 - only names of tables and columns, taken from the models and quoted, are put into statements

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.utils.translation import gettext

from hezhu.core.intake.staging import STAGED, Staging, quoted
from hezhu.engines.intake import LINE, CellProblem, Contract

Problems = dict[int, CellProblem]


def refuse_staged(staging: Staging, contract: Contract, divisions: tuple[str, ...]) -> Problems:
    """Take out what no state of the register could make right; returns line → why."""
    refused = _repeated(staging, contract)
    refused |= _outside(staging, divisions)
    refused |= _checks(staging)
    return refused


def refuse_elsewhere(staging: Staging, same_row: str, table: str, divisions: tuple[str, ...]) -> Problems:
    """Take out rows that another division has registered; ask within the transaction that writes."""
    query = f"SELECT s.{quoted(LINE)} FROM {STAGED} s JOIN {table} t ON {same_row} WHERE t.division <> ALL(%s)"
    problem = CellProblem(
        "",
        "",
        "",
        "scope.elsewhere",
        gettext("这条记录由别的县（市、区）登记，不能从这里改"),
        basis=gettext("请联系登记的县（市、区）"),
    )
    return dict.fromkeys(staging.take_out(query, [list(divisions)]), problem)


def _repeated(staging: Staging, contract: Contract) -> Problems:
    """Rows whose key stands in an earlier part of the file; within a part the engine finds them."""
    keys = [contract.by_name[name] for name in contract.key]
    labels = "、".join(each.label for each in keys)
    return {
        line: CellProblem(
            keys[0].name,
            keys[0].label,
            "",
            "key.repeated",
            gettext("与第 %(line)s 行%(keys)s相同") % {"line": first, "keys": labels},
            basis=gettext("两行只能留一行，请核对"),
        )
        for line, first in staging.repeated().items()
    }


def _outside(staging: Staging, divisions: tuple[str, ...]) -> Problems:
    if "division" not in staging.mapped:
        return {}
    problem = CellProblem(
        "division",
        str(staging.field("division").verbose_name),
        "",
        "scope.division",
        gettext("不在你的管辖范围内"),
        basis=gettext("只能登记本县（市、区）的记录"),
    )
    lines = staging.take_out(f"SELECT {quoted(LINE)} FROM {STAGED} WHERE division <> ALL(%s)", [list(divisions)])
    return dict.fromkeys(lines, problem)


def _checks(staging: Staging) -> Problems:
    """Rows that break a check of the table which speaks only of columns that came."""
    refused: Problems = {}
    model = staging.register.model
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint) or not _names(constraint.condition) <= set(staging.mapped):
            continue
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            check = constraint._get_check_sql(model, editor)  # type: ignore[attr-defined]
        names = sorted(_names(constraint.condition))
        label = "、".join(str(staging.field(name).verbose_name) for name in names)
        broken = CellProblem(names[0], label, "", "register.check", gettext("不满足登记要求"), basis=gettext("无建议，请核对"))
        lines = staging.take_out(f"SELECT {quoted(LINE)} FROM {STAGED} WHERE NOT ({check})")
        refused |= dict.fromkeys(lines, broken)
    return refused


def _names(condition: Any) -> set[str]:
    """The fields a check speaks of."""
    names: set[str] = set()
    for child in getattr(condition, "children", ()):
        names |= {child[0].split("__")[0]} if isinstance(child, tuple) else _names(child)
    return names
