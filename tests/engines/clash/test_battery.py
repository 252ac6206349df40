"""Every rule of the clash packs on drawn pairs of bodies: clear of each other, on the limit, beyond it, and without shapes to measure.

A body is a cube of one metre, so that no rule counts it as thin. On the limit still passes; ``fail`` is 1 mm beyond it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review.clash import clash, load_clash_pack
from tests.engines.ifc.drawing import Drawing

# A class of each discipline that no entry of ``ignore`` excuses with one of the other.
BODIES = {
    ("mep", "structure"): ("IfcPipeSegment", "IfcColumn"),
    ("mep", "architecture"): ("IfcPipeSegment", "IfcWall"),
    ("mep", "mep"): ("IfcPipeSegment", "IfcDuctSegment"),
    ("structure", "architecture"): ("IfcColumn", "IfcDoor"),
    ("structure", "structure"): ("IfcColumn", "IfcStairFlight"),
    ("architecture", "architecture"): ("IfcWall", "IfcDoor"),
}
# A pair that is clear leaves no finding.
CASES = {"pass": None, "limit": None, "fail": Verdict.FAIL, "undecidable": Verdict.MANUAL}
ROWS = [(pack, rule) for pack in ("default", "clearance") for rule in load_clash_pack(pack).rules]
STEP_M = 0.001


def judged(folder: Path, pack: str, rule: str, classes: tuple[str, str], deep_m: float, *, shapes: bool = True) -> list[Finding]:
    """Findings of one rule on two cubes that overlap by that depth; a negative one is a gap."""
    made = Drawing()
    made.storey("1F", 0.0)
    first = [made.box(0, 0, 0, 1, 1, 1)] if shapes else []
    second = [made.box(1 - deep_m, 0, 0, 2 - deep_m, 1, 1)] if shapes else []
    made.element(classes[0], "1F", first, Name="甲")
    made.element(classes[1], "1F", second, Name="乙")
    found = clash([made.read(folder)], load_clash_pack(pack)).findings
    return [one for one in found if one.rule.startswith(f"clash-{rule}:") or one.verdict is Verdict.MANUAL]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("pack", "rule"), ROWS, ids=lambda value: getattr(value, "id", value))
def test_a_pair_is_judged_as_drawn(tmp_path: Path, pack: str, rule: object, name: str) -> None:
    row = {each.id: each for each in load_clash_pack(pack).rules}[rule.id]  # type: ignore[attr-defined]
    is_hard = row.kind == "hard"
    limit = row.limit_m if is_hard else -row.limit_m
    deep = {"pass": limit - 0.1, "limit": limit, "fail": limit + STEP_M, "undecidable": 0.0}[name]
    found = judged(tmp_path, pack, row.id, BODIES[row.a, row.b], deep, shapes=name != "undecidable")
    verdicts = {one.verdict for one in found}
    assert verdicts == ({CASES[name]} if CASES[name] else set()), [(one.rule, one.measured, one.missing) for one in found]
    if not found:
        return
    finding = found[0]
    if name == "fail":
        assert len(found) == 1
        assert finding.measured is not None
        assert finding.measured.value == pytest.approx(abs(deep), abs=1e-6)
        assert finding.required is not None
        assert finding.required.value == pytest.approx(row.limit_m)
        assert finding.shape is not None
    if name == "undecidable":
        assert finding.missing
    assert not finding.source.confirmed, "the limits are the platform's own and not from a standard"


def test_every_rule_has_its_four_cases() -> None:
    drawn = {(rule.a, rule.b) for _, rule in ROWS}
    assert drawn == set(BODIES)
    assert [rule.id for _, rule in ROWS] == [
        "mep-structure",
        "mep-architecture",
        "mep-mep",
        "structure-architecture",
        "structure-structure",
        "architecture-architecture",
        "mep-structure-clearance",
        "mep-mep-clearance",
    ]
    assert set(CASES) == {"pass", "limit", "fail", "undecidable"}
