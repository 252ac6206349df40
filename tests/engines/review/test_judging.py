"""Methods on drawings whose dimensions are known: pass, fail and 需人工, each with its exact value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from hezhu.engines import review
from hezhu.engines.findings import Finding, Verdict
from hezhu.engines.review import ReviewContext
from hezhu.engines.review.run import judge_clause
from hezhu.engines.review.site import Site
from tests.engines.ifc.drawing import Drawing, rectangle

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def drawing() -> Drawing:
    d = Drawing()
    d.storey("1F", 0.0)
    return d


def judged(drawing: Drawing, folder: Path, clause: str, kind: str = "dwelling", **known: object) -> list[Finding]:
    pack = review.load_pack()
    site = Site(drawing.read(folder), pack, ReviewContext(kind, TODAY, **known))
    return judge_clause(site, next(row for row in pack.clauses if row.id == clause))


def values(findings: list[Finding]) -> list[tuple[str, object]]:
    return [(finding.verdict.value, finding.measured.value if finding.measured else None) for finding in findings]


def test_a_bedroom_just_large_enough_passes_and_a_smaller_one_fails(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室1", rectangle(0, 0, 2.0, 2.5))
    drawing.room("1F", "卧室2", rectangle(5, 0, 7.0, 2.45))
    found = judged(drawing, tmp_path, "gb55038-4.1.1-bedroom-area")
    assert values(found) == [("pass", 5.0), ("fail", 4.9)]
    assert found[1].required is not None
    assert (found[1].required.op, found[1].required.value, found[1].required.unit) == (">=", 5.0, "m2")
    assert found[1].shape is not None
    assert found[1].source.confirmed is False
    assert found[1].key == f"gb55038-4.1.1-bedroom-area|{found[1].subject.global_id}"


def test_a_value_between_two_limits_needs_a_person(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 2, 3))
    (found,) = judged(drawing, tmp_path, "gb50096-5.2.1-bedroom-area")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("卧室是双人还是单人",))


def test_an_odd_shaped_bedroom_has_no_short_side_to_read(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室1", rectangle(0, 0, 1.7, 4))
    drawing.room("1F", "卧室2", ((5, 0), (9, 0), (9, 2), (7, 2), (7, 4), (5, 4)))
    assert values(judged(drawing, tmp_path, "gb55038-4.1.1-bedroom-short-side")) == [("fail", 1.7), ("manual", 4.0)]


@pytest.mark.parametrize(
    ("underside", "covered_to", "body", "verdict", "value"),
    [
        (2.6, 3.0, 2.6, "pass", 2.6),
        (2.55, 3.0, 2.55, "fail", 1.0),  # the whole room is lower: the share is what fails
        (2.15, 3.0, 2.15, "fail", 2.15),
        (2.8, 1.5, 2.8, "manual", 2.8),  # half of it is open above
        (2.8, 3.0, 2.4, "manual", 2.4),  # the declared body is lower than the slab
        (None, 3.0, 2.8, "manual", 2.8),
    ],
)
def test_clear_height_needs_a_slab_above_to_pass(
    drawing: Drawing, tmp_path: Path, underside: float | None, covered_to: float, body: float, verdict: str, value: float
) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 4), height=body)
    if underside is not None:
        drawing.slab("1F", rectangle(0, 0, covered_to, 4), top=underside + 0.1, thickness=0.1)
    assert values(judged(drawing, tmp_path, "gb55038-4.1.2-clear-height-living")) == [(verdict, value)]


def test_a_small_lower_part_is_allowed(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 3, 4), height=2.8)
    drawing.slab("1F", rectangle(0, 0, 3, 4), top=2.9, thickness=0.1)
    drawing.element("IfcBeam", "1F", [drawing.box(0, 0, 2.4, 3, 0.5, 2.8)])
    (found,) = judged(drawing, tmp_path, "gb55038-4.1.2-clear-height-living")
    assert (found.verdict, found.measured.value) == (Verdict.PASS, 2.4)


def test_a_bathroom_is_judged_as_one_only_with_its_three_fixtures(drawing: Drawing, tmp_path: Path) -> None:
    room = drawing.room("1F", "卫生间", rectangle(0, 0, 1.5, 1.5))
    assert values(judged(drawing, tmp_path, "gb55038-4.1.6-bathroom-area")) == [("manual", 2.25)]
    fixtures = [drawing.add("IfcSanitaryTerminal", Name=name) for name in ("坐便器", "淋浴", "洗面器")]
    drawing.add("IfcRelContainedInSpatialStructure", RelatedElements=fixtures, RelatingStructure=room)
    assert values(judged(drawing, tmp_path, "gb55038-4.1.6-bathroom-area")) == [("fail", 2.25)]


def flat(drawing: Drawing, north: str, south: str, width: float, **door: object) -> None:
    drawing.room("1F", north, rectangle(0, 0.1, 4, 4))
    drawing.room("1F", south, rectangle(0, -2, 4, 0))
    drawing.door("1F", 1.0, 0.0, width, **door)


@pytest.mark.parametrize(
    ("north", "south", "width", "verdict", "value"),
    [
        ("卧室", "过道", 0.94, "pass", 0.80),
        ("卧室", "过道", 0.93, "fail", 0.79),
        ("起居室", "走廊", 1.04, "pass", 0.90),
        ("起居室", "走廊", 1.03, "fail", 0.89),
        ("厨房", "过道", 0.84, "pass", 0.70),
        ("卫生间", "卧室", 0.83, "fail", 0.69),
    ],
)
def test_a_door_of_a_flat_is_judged_by_what_it_joins(
    drawing: Drawing, tmp_path: Path, north: str, south: str, width: float, verdict: str, value: float
) -> None:
    flat(drawing, north, south, width)
    assert values(judged(drawing, tmp_path, "gb55038-4.1.14-door-width")) == [(verdict, value)]


def test_a_door_beside_which_no_room_is_modelled_needs_a_person(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0.1, 4, 4))
    drawing.door("1F", 1.0, 0.0, 0.9)
    (found,) = judged(drawing, tmp_path, "gb55038-4.1.14-door-width")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("门两侧的空间（判断户门、卧室门或厨卫门）",))


def test_a_door_that_cannot_be_measured_fails_only_if_even_its_whole_is_too_narrow(drawing: Drawing, tmp_path: Path) -> None:
    flat(drawing, "卧室", "过道", 1.2, leaves=2, OperationType="DOUBLE_DOOR_SLIDING")
    assert values(judged(drawing, tmp_path, "gb55038-4.1.14-door-width")) == [("manual", None)]
    narrow = Drawing()
    narrow.storey("1F", 0.0)
    flat(narrow, "卧室", "过道", 0.85, OperationType="SLIDING_TO_LEFT")
    assert values(judged(narrow, tmp_path, "gb55038-4.1.14-door-width")) == [("fail", 0.75)]


@pytest.mark.parametrize(("depth", "verdict"), [(1.2, "pass"), (1.19, "fail")])
def test_a_corridor_of_a_dwelling(drawing: Drawing, tmp_path: Path, depth: float, verdict: str) -> None:
    drawing.room("1F", "走廊", rectangle(0, 0, 10, depth))
    assert values(judged(drawing, tmp_path, "gb55038-4.2.1-corridor-width")) == [(verdict, depth)]


def test_a_stricter_clause_takes_the_subject_over(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "走廊", rectangle(0, 0, 10, 1.25))
    drawing.room("1F", "门厅", rectangle(0, 5, 4, 9), height=2.05)
    drawing.slab("1F", rectangle(0, 5, 4, 9), top=2.15, thickness=0.1)
    assert values(judged(drawing, tmp_path, "gb55037-7.1.4-corridor-width")) == [("na", None)]
    assert values(judged(drawing, tmp_path, "gb55031-5.3.12-corridor-width", "public")) == [("fail", 1.25)]
    heights = judged(drawing, tmp_path, "gb55037-7.1.5-clear-height")
    assert [(row.subject.name, row.verdict.value) for row in heights] == [("门厅", "fail")]


def stair(drawing: Drawing, width: float = 1.2, risers: tuple[float, ...] = (0.15,) * 10, rail: bool = True) -> None:
    top = sum(risers)
    run = 0.28 * (len(risers) - 1)
    drawing.slab("1F", rectangle(-2, 0, 0, width), top=0.0)
    drawing.slab("1F", rectangle(run, 0, run + 2, width), top=top)
    drawing.flight("1F", risers, 0.28, width)
    if rail:
        slope = risers[0] / 0.28
        profile = ((0, 1.0), (run, 1.0 + run * slope), (run, 1.1 + run * slope), (0, 1.1))
        drawing.element("IfcRailing", "1F", [drawing.sloping(profile, 0.0, 0.06)], PredefinedType="HANDRAIL")


@pytest.mark.parametrize(
    ("width", "known", "verdict", "value"),
    [
        (1.13, {"top_entrance_m": 30.0}, "pass", 1.1),
        (1.12, {"top_entrance_m": 30.0}, "fail", 1.09),
        (1.12, {"top_entrance_m": 15.0}, "pass", 1.09),
        (1.02, {"top_entrance_m": 15.0}, "fail", 0.99),
    ],
)
def test_a_flight_is_as_wide_as_to_its_handrail(
    drawing: Drawing, tmp_path: Path, width: float, known: dict, verdict: str, value: float
) -> None:
    stair(drawing, width)
    assert values(judged(drawing, tmp_path, "gb55038-4.2.2-stair-width", **known)) == [(verdict, value)]


def test_a_flight_without_a_handrail_never_passes(drawing: Drawing, tmp_path: Path) -> None:
    stair(drawing, 1.5, rail=False)
    (found,) = judged(drawing, tmp_path, "gb55037-7.1.4-stair-width", "public")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("扶手（梯段净宽量至扶手中心线）",))


@pytest.mark.parametrize(
    ("risers", "verdict", "value"),
    [((0.15,) * 18, "pass", 18), ((0.15,) * 19, "fail", 19)],
)
def test_risers_are_counted(drawing: Drawing, tmp_path: Path, risers: tuple[float, ...], verdict: str, value: int) -> None:
    stair(drawing, risers=risers)
    assert values(judged(drawing, tmp_path, "gb55031-5.3.8-riser-count")) == [(verdict, value)]


def test_risers_of_a_flight_whose_ends_are_not_modelled_are_not_counted_as_passed(drawing: Drawing, tmp_path: Path) -> None:
    drawing.flight("1F", (0.15,) * 10, 0.28, 1.2, z=1.0)
    (found,) = judged(drawing, tmp_path, "gb55031-5.3.8-riser-count")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("梯段起止处的楼面或平台",))


@pytest.mark.parametrize(
    ("risers", "verdict", "value"),
    [
        ((0.15,) * 8, "pass", 0.0),
        ((0.15, 0.15, 0.16, 0.14, 0.15, 0.15), "fail", 0.02),
        ((0.12, 0.15, 0.15, 0.15, 0.15), "manual", 0.03),  # only the first step differs: a floor finish may be missing
    ],
)
def test_steps_are_even(drawing: Drawing, tmp_path: Path, risers: tuple[float, ...], verdict: str, value: float) -> None:
    stair(drawing, risers=risers)
    (found,) = judged(drawing, tmp_path, "gb55031-5.3.10-evenness")
    assert found.verdict.value == verdict
    assert found.measured.value == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("riser", "verdict"), [(0.175, "pass"), (0.18, "fail")])
def test_the_riser_of_a_dwelling_stair(drawing: Drawing, tmp_path: Path, riser: float, verdict: str) -> None:
    stair(drawing, risers=(riser,) * 8)
    (found,) = judged(drawing, tmp_path, "gb55038-4.2.2-step-size")
    assert found.verdict.value == verdict


@pytest.mark.parametrize(("height", "verdict"), [(1.2, "pass"), (1.15, "fail")])
def test_a_balcony_guard(drawing: Drawing, tmp_path: Path, height: float, verdict: str) -> None:
    drawing.slab("1F", rectangle(0, 0, 4, 1.5), top=0.0)
    drawing.room("1F", "阳台", rectangle(0, 0.1, 4, 1.5))
    drawing.element("IfcRailing", "1F", [drawing.box(0, 0, height - 0.05, 4, 0.06, height)])
    assert values(judged(drawing, tmp_path, "gb55038-4.1.15-balcony-railing")) == [(verdict, height)]


def test_a_low_railing_fails_only_at_a_drop(drawing: Drawing, tmp_path: Path) -> None:
    drawing.slab("1F", rectangle(0, 0, 8, 8), top=0.0)
    drawing.element("IfcRailing", "1F", [drawing.box(2, 4, 0.95, 6, 4.06, 1.0)])
    (found,) = judged(drawing, tmp_path, "gb55038-4.2.8-edge-railing")
    assert (found.verdict, found.measured.value) == (Verdict.MANUAL, 1.0)
    edge = Drawing()
    edge.storey("1F", 0.0)
    edge.slab("1F", rectangle(0, 0, 8, 8), top=0.0)
    edge.element("IfcRailing", "1F", [edge.box(2, 0.02, 0.95, 6, 0.08, 1.0)])
    assert values(judged(edge, tmp_path, "gb55038-4.2.8-edge-railing")) == [("fail", 1.0)]


def test_storey_heights(tmp_path: Path) -> None:
    d = Drawing()
    for name, elevation in (("1F", 0.0), ("2F", 3.0), ("屋面", 5.95)):
        d.storey(name, elevation)
    d.room("1F", "卧室", rectangle(0, 0, 3, 3))
    d.room("2F", "卧室", rectangle(0, 0, 3, 3), z=3.0)
    assert values(judged(d, tmp_path, "gb55038-4.1.2-storey-height")) == [("pass", 3.0), ("fail", 2.95)]
    assert values(judged(d, tmp_path, "gb55038-4.1.2-storey-height", new_build=False)) == [("na", None)]


@pytest.mark.parametrize(
    ("storeys", "lifts", "verdict"),
    [(3, 0, "na"), (4, 0, "manual"), (4, 1, "pass"), (12, 1, "fail"), (12, 2, "pass")],
)
def test_lifts_by_storeys(tmp_path: Path, storeys: int, lifts: int, verdict: str) -> None:
    d = Drawing()
    for number in range(storeys):
        d.storey(f"{number + 1}F", number * 3.0)
        d.room(f"{number + 1}F", "卧室", rectangle(0, 0, 3, 3), z=number * 3.0)
    for number in range(lifts):
        d.element("IfcTransportElement", "1F", [], Name=f"电梯{number}", PredefinedType="ELEVATOR")
    assert [row.verdict.value for row in judged(d, tmp_path, "gb55038-4.2.4-lifts")] == [verdict]


def test_a_room_of_unknown_use_needs_a_person(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "A-01", rectangle(0, 0, 3, 3))
    (found,) = judged(drawing, tmp_path, "model-space-function")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("空间功能（名称、全称、对象类型或分类编码）",))


def test_a_model_without_rooms_passes_nothing(drawing: Drawing, tmp_path: Path) -> None:
    drawing.slab("1F", rectangle(0, 0, 3, 3), top=0.0)
    (found,) = judged(drawing, tmp_path, "gb55038-4.1.1-bedroom-area")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("空间（模型中没有 IfcSpace）",))


def test_an_unknown_building_kind_is_asked_for(drawing: Drawing, tmp_path: Path) -> None:
    drawing.room("1F", "卧室", rectangle(0, 0, 1, 1))
    (found,) = judged(drawing, tmp_path, "gb55038-4.1.1-bedroom-area", "unknown")
    assert (found.verdict, found.missing) == (Verdict.MANUAL, ("建筑类别（住宅或公共建筑）",))


def test_a_building_says_what_it_is(tmp_path: Path) -> None:
    d = Drawing("住宅")
    d.storey("1F", 0.0)
    d.room("1F", "卧室", rectangle(0, 0, 1, 1))
    assert values(judged(d, tmp_path, "gb55038-4.1.1-bedroom-area", "unknown")) == [("fail", 1.0)]
