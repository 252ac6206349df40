"""What a batch would do before it does it: each column with samples and its field, and where the first rows would go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from hezhu.core.intake.commit import judge, readable, register_of, stream_of, usable
from hezhu.core.intake.contracts import References, contract_of
from hezhu.core.intake.errors import MappingUnusable
from hezhu.core.intake.models import Batch
from hezhu.core.register.values import masked
from hezhu.engines.intake import How, Mapping, Sheet, propose_mapping

SAMPLED_ROWS = 20_000
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet. ``how`` and ``note`` tell of the proposal; ``field`` is what is chosen now, "" for none."""

    title: str
    samples: list[str]
    field: str
    how: str
    note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """``judged`` of the ``total`` rows were tried: ``good`` would enter, ``refused`` would not. ``missing`` are required fields."""

    columns: list[Column]
    missing: list[str]
    judged: int
    good: int
    refused: int
    reasons: list[tuple[str, str, int]]
    examples: list[Any]
    repeated: tuple[str, ...]
    other_sheets: tuple[str, ...]
    header_line: int


def preview(batch: Batch, user: Any) -> Preview:
    """Read the batch's sheet and try its first rows. Raises SheetUnreadable."""
    register = register_of(batch)
    contract = contract_of(register)
    stream = stream_of(batch, contract)
    with readable():
        sheet = stream.head()
    chosen = {title: name for name, title in batch.mapping["columns"].items()}
    proposed = {match.column: match for match in propose_mapping(sheet.columns, contract).matches}
    masks = {
        field.name: str(getattr(field, "kind", "")) for field in register.fields() if field.name in register.personal_fields()
    }
    columns = []
    for title in sheet.columns:
        match = proposed[title]
        same = (match.field or "") == chosen.get(title, "")
        how = match.how if same else How.EXACT if title in chosen else How.NONE
        samples = _samples(sheet, title, masks.get(chosen.get(title, "")))
        columns.append(Column(title, samples, chosen.get(title, ""), how.value, match.note if same else ""))
    missing = [each.label for each in contract.fields if contract.is_required(each) and each.name not in batch.mapping["columns"]]
    head = replace(sheet, frame=sheet.frame.head(SAMPLED_ROWS))
    good, refused, reasons, examples = 0, 0, [], []
    if not missing:
        try:
            mapping = usable(Mapping(batch.mapping["columns"], batch.mapping.get("shifts", {})), stream)
            judged = judge(contract, head, mapping, References(register, user, mapping.columns))
            good, refused, reasons, examples = judged.stats.good, judged.stats.refused, judged.reasons()[:6], judged.refused[:5]
        except MappingUnusable:
            missing = missing or [""]
    return Preview(
        columns, missing, head.height, good, refused, reasons, examples, stream.repeated, stream.other_sheets, stream.header_line
    )


def _samples(sheet: Sheet, title: str, mask: str | None) -> list[str]:
    """The first cells of a column; personal data masked."""
    cells = sheet.frame.lazy().filter(pl.col(title).is_not_null()).select(title).head(_SAMPLES).collect()[title]
    return [masked(text, mask) if mask else text[:40] for text in cells.to_list()]
