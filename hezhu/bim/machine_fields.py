"""The columns of a finding that the machine writes, and writes again when the same finding is made anew."""

from __future__ import annotations

MACHINE_FIELDS = (
    "position",
    "rule",
    "verdict",
    "title",
    "standard",
    "clause",
    "clause_text",
    "clause_confirmed",
    "severity",
    "measured",
    "required",
    "method",
    "missing",
    "global_id",
    "ifc_class",
    "element_name",
    "storey",
    "shape",
    "detail",
    "superseded",
)
