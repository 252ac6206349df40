"""Scoring: the four published test vectors, interpolation, absent items, unknown items, grades."""

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from hezhu.engines.prefab import ItemInput, ProfileInvalid, Provenance, list_profiles, load_profile, rate

PROFILE = load_profile("gbt51129-2017")
RATIO_ITEMS_OF_TABLE = [item for item in PROFILE.items if not item.yes_no]
RATIO_ITEMS = [item.id for item in PROFILE.items if not item.yes_no]


def inputs(ratios, absent=(), decorated=True):
    """Every item entered: those not named are not adopted (0)."""
    given = {key: ItemInput(Provenance.SHEET, ratio=ratios.get(key, 0.0), absent=key in absent) for key in RATIO_ITEMS}
    given["deco"] = ItemInput(Provenance.SHEET, adopted=decorated)
    return given


VECTORS = [
    ({"q1a": 0.35, "q1b": 0.70, "q2a": 0.8, "q2c": 0.5, "q3a": 0.7}, (), [30.0, 10.0, 12.0], 0, 52.0, True, None),
    (
        {
            "q1a": 0.575,
            "q1b": 0.75,
            "q2a": 0.85,
            "q2b": 0.65,
            "q2c": 0.6,
            "q2d": 0.5,
            "q3a": 0.8,
            "q3b": 0.8,
            "q3c": 0.9,
            "q3d": 0.6,
        },
        (),
        [40.0, 15.5, 27.5],
        0,
        83.0,
        True,
        "AA",
    ),
    ({"q1a": 0.8, "q1b": 0.8, "q2a": 0.8, "q2c": 0.5, "q3a": 0.7}, ("q3b",), [50.0, 10.0, 12.0], 6, 76.6, True, "AA"),
    ({"q1b": 0.70, "q2a": 0.8, "q2c": 0.5}, (), [10.0, 10.0, 6.0], 0, 26.0, False, None),
]


@pytest.mark.parametrize(("ratios", "absent", "groups", "q4", "p", "qualified", "grade"), VECTORS)
def test_vectors(ratios, absent, groups, q4, p, qualified, grade):
    result = rate(inputs(ratios, absent), PROFILE)
    assert [group.score for group in result.groups] == groups
    assert (result.q4, result.rate, result.qualified, result.grade) == (q4, p, qualified, grade)
    assert result.is_prefab_building is qualified
    assert result.unknowns == ()
    assert not result.is_lower_bound


@pytest.mark.parametrize(
    ("item", "ratio", "score"),
    [
        ("q1a", 0.3499, 0.0),
        ("q1a", 0.35, 20.0),
        ("q1a", 0.52002, 23.8),
        ("q1a", 0.7999, 30.0),
        ("q1a", 0.95, 30.0),
        ("q1b", 0.705, 10.5),
        ("q2a", 0.7999, 0.0),
        ("q2a", 0.80, 5.0),
        ("q2b", 0.5125, 2.1),
        ("q3d", 0.65, 5.5),
    ],
)
def test_one_item(item, ratio, score):
    assert rate(inputs({item: ratio}), PROFILE).item(item).score == score


def test_a_ratio_on_the_limit_survives_the_division():
    given = inputs({})
    given["q1a"] = ItemInput(Provenance.SHEET, numerator=0.7 * 3, denominator=6.0)
    assert rate(given, PROFILE).item("q1a").score == 20.0


def test_an_item_without_data_is_named_and_makes_a_lower_bound():
    given = inputs(VECTORS[0][0])
    del given["q3d"]
    result = rate(given, PROFILE)
    assert (result.rate, result.best_rate, result.unknowns) == (52.0, 58.0, ("管线分离",))
    assert result.item("q3d").score is None
    assert result.qualified is True
    assert "以下评价项数据不全，装配率是下限：管线分离" in result.remarks


def test_missing_data_that_decides_leaves_the_verdict_open():
    given = inputs(VECTORS[3][0])
    del given["q1a"]
    result = rate(given, PROFILE)
    assert result.qualified is None
    assert result.is_prefab_building is False
    assert [(c.title, c.met) for c in result.conditions] == [
        ("主体结构评价分值", None),
        ("围护墙和内隔墙评价分值", True),
        ("全装修", True),
        ("装配率", None),
    ]


def test_missing_data_that_cannot_help_does_not_open_the_verdict():
    given = inputs({"q1a": 0.2, "q2a": 0.9, "q2c": 0.9})
    del given["q3d"]
    assert rate(given, PROFILE).qualified is False


def test_silent_elements_make_the_score_a_lower_bound():
    given = inputs(VECTORS[0][0])
    given["q1a"] = ItemInput(Provenance.MODEL, numerator=40.0, denominator=100.0, silent=("a", "b"))
    item = rate(given, PROFILE).item("q1a")
    assert (item.score, item.best) == (21.1, 30.0)
    assert item.reason == "比例 40.0%，不低于 35%；2 个构件没有说明，比例是下限"


def test_silent_elements_can_only_lift_the_score_as_far_as_they_reach():
    given = inputs(VECTORS[0][0])
    given["q1a"] = ItemInput(Provenance.MODEL, numerator=40.0, denominator=100.0, silent=("a",), highest=0.575)
    item = rate(given, PROFILE).item("q1a")
    assert (item.score, item.best) == (21.1, 25.0)


def test_what_rests_on_names_draws_no_verdict():
    given = inputs(VECTORS[1][0])
    given["q1a"] = ItemInput(Provenance.MODEL, numerator=57.5, denominator=100.0, by_name=30, by_name_amount=57.0)
    given["q1b"] = ItemInput(Provenance.MODEL, numerator=0.0, denominator=100.0)
    result = rate(given, PROFILE)
    assert (result.rate, result.qualified, result.grade) == (68.0, None, None)
    assert "柱、支撑、承重墙、延性墙板等竖向构件 30 个" in result.remarks[-1]


def test_what_holds_without_the_names_is_a_verdict_and_the_grade_is_that():
    """Without the names q1a is 34 %: no points and no grade, but Q1 has 20 from q1b, and 63 % still counts."""
    given = inputs({**VECTORS[1][0], "q1b": 0.8})
    given["q1a"] = ItemInput(Provenance.MODEL, numerator=57.5, denominator=100.0, by_name=9, by_name_amount=23.5)
    result = rate(given, PROFILE)
    assert (result.rate, result.qualified, result.grade) == (88.0, True, None)
    given["q1a"] = ItemInput(Provenance.MODEL, numerator=57.5, denominator=100.0, by_name=9, by_name_amount=7.5)
    assert (rate(given, PROFILE).qualified, rate(given, PROFILE).grade) == (True, "AA")


def test_without_full_decoration_nothing_qualifies():
    result = rate(inputs(VECTORS[1][0], decorated=False), PROFILE)
    assert (result.rate, result.qualified, result.grade) == (77.0, False, None)


def test_a_rate_between_two_grades_takes_the_lower_and_says_so():
    given = inputs({"q1a": 0.8, "q1b": 0.8, "q2a": 0.8, "q2c": 0.5, "q3a": 0.7, "q2b": 0.84})
    given["q3d"] = ItemInput(Provenance.SHEET, ratio=0.0, absent=True)
    result = rate(given, PROFILE)
    assert result.grade == "AA"
    given["q2b"] = ItemInput(Provenance.SHEET, ratio=0.0)
    given["q2d"] = ItemInput(Provenance.SHEET, ratio=0.5)
    given["q3d"] = ItemInput(Provenance.SHEET, ratio=0.0)
    given["q3b"] = ItemInput(Provenance.SHEET, ratio=0.0)
    given["q1b"] = ItemInput(Provenance.SHEET, ratio=0.7975)
    given["q2d"] = ItemInput(Provenance.SHEET, ratio=0.69)
    result = rate(given, PROFILE)
    assert (result.rate, result.grade) == (75.7, "A")
    assert "装配率 75.7% 落在等级区间的空档，标准未规定取整方法，按整数部分 75% 评级" in result.remarks


def test_no_grade_below_35_per_cent_of_vertical_members():
    high = {"q1b": 0.9, "q2a": 0.9, "q2b": 0.9, "q2c": 0.9, "q2d": 0.9, "q3a": 0.9, "q3b": 0.95, "q3c": 0.95, "q3d": 0.9}
    result = rate(inputs({**high, "q1a": 0.34}), PROFILE)
    assert (result.rate, result.qualified, result.grade) == (70.0, True, None)


EDGES = [
    (item.id, edge + step, points)
    for item in RATIO_ITEMS_OF_TABLE
    for edge, step, points in (
        (item.lo, -1e-6, 0.0),
        (item.lo, 0.0, item.score_min),
        *(((item.hi, -1e-6, item.score_max), (item.hi, 0.0, item.score_max)) if item.hi else ((1.0, 0.0, item.score_max),)),
    )
]


@pytest.mark.parametrize(("item", "ratio", "points"), EDGES)
def test_every_band_edge(item, ratio, points):
    """A millionth below the least share nothing; on it the least points; on the upper edge, and by rounding just below, all."""
    assert rate(inputs({item: ratio}), PROFILE).item(item).score == points


def points_of(**changed):
    """Inputs that reach exactly: Q1 20 (q1a 35 %), Q2 10, Q3 20 → 50.0."""
    given = inputs({"q1a": 0.35, "q2a": 0.8, "q2c": 0.5, "q3a": 0.7, "q3b": 0.7, "q3d": 0.6})
    for key, value in changed.items():
        given[key] = ItemInput(Provenance.SHEET, ratio=value)
    return given


def test_fifty_per_cent_qualifies_and_a_tenth_less_does_not():
    assert (rate(points_of(), PROFILE).rate, rate(points_of(), PROFILE).qualified) == (50.0, True)
    less = rate(points_of(q3d=0.59), PROFILE)
    assert (less.rate, less.qualified, [c.met for c in less.conditions]) == (49.9, False, [True, True, True, False])


@pytest.mark.parametrize(
    ("missing", "met"),
    [
        ({"q1a": 0.3499, "q1b": 0.79}, [False, True, True, True]),
        ({"q2c": 0.4999, "q1a": 0.8, "q2b": 0.785, "q3b": 0.9}, [True, False, True, True]),
    ],
)
def test_a_group_below_its_least_points_fails_whatever_the_rate(missing, met):
    """Q1 = 19.0 of 20; Q2 = 9.9 of 10 (q2a 5, q2b 4.9)."""
    result = rate(points_of(**missing), PROFILE)
    assert [condition.met for condition in result.conditions][:2] == met[:2]
    assert result.qualified is False


@pytest.mark.parametrize(("q1a", "q3d", "percent", "grade"), [(0.8, 0.59, 59.9, None), (0.8, 0.6, 60.0, "A")])
def test_grade_a_starts_at_sixty(q1a, q3d, percent, grade):
    result = rate(points_of(q1a=q1a, q3d=q3d), PROFILE)
    assert (result.rate, result.grade) == (percent, grade)


@pytest.mark.parametrize(
    ("change", "percent", "grade"),
    [
        ({"q1b": 0.75}, 76.0, "AA"),
        ({"q1b": 0.745}, 75.5, "A"),
        ({"q1b": 0.8, "q2b": 0.8, "q2d": 0.8}, 91.0, "AAA"),
        ({"q1b": 0.8, "q2b": 0.8, "q2d": 0.79}, 90.9, "AA"),
    ],
)
def test_the_other_grades_start_at_76_and_91(change, percent, grade):
    result = rate(points_of(q1a=0.8, q3d=0.7, **change), PROFILE)
    assert (result.rate, result.grade) == (percent, grade)


@pytest.mark.parametrize(
    ("absent", "q4", "percent"),
    [((), 0.0, 50.0), (("q3c",), 6.0, 53.2), (("q3c", "q1b"), 26.0, 67.6), (("q3c", "q1b", "q2b", "q2d"), 36.0, 78.1)],
)
def test_what_a_building_has_not_lowers_the_denominator(absent, q4, percent):
    """50 points of 100, 94, 74 and 64."""
    given = points_of()
    for key in absent:
        given[key] = ItemInput(Provenance.MODEL, absent=True)
    result = rate(given, PROFILE)
    assert (result.q4, result.rate) == (q4, percent)


def test_the_zhejiang_table_is_tried_out_without_a_verdict():
    profile = load_profile("db33t1165-2019")
    given = {
        "q2b": ItemInput(Provenance.SHEET, ratio=0.6),
        "q2b-board": ItemInput(Provenance.SHEET, ratio=0.8),
        "q9": ItemInput(Provenance.SHEET, ratio=0.8),
    }
    result = rate(given, profile, "public")
    assert result.group("Q2").score == 3.5
    assert [item.id for item in result.items if not item.counts] == ["q2b", "q2b-insulation", "q2d-services"]
    assert result.qualified is None
    assert result.conditions[-1].required == "≥ 60%"
    assert "该评分表没有可靠出处，只作试算，不下结论" in result.remarks
    assert "评分表没有这些评价项，未计入：q9" in result.remarks


def test_profiles_that_exist_and_one_that_does_not():
    assert list_profiles() == ["db33t1165-2019", "gbt51129-2017"]
    with pytest.raises(ProfileInvalid, match="没有评分规则“nowhere”。可用：db33t1165-2019、gbt51129-2017"):
        load_profile("nowhere")


def test_a_profile_with_a_missing_field_names_it(tmp_path, monkeypatch):
    folder = tmp_path / "assembly"
    folder.mkdir()
    (folder / "own.yaml").write_text("name: own\nstandard: x\n", "utf-8")
    monkeypatch.setenv("HEZHU_RULEPACKS", str(tmp_path))
    with pytest.raises(ProfileInvalid, match="评分规则 own 缺少字段 qualify"):
        load_profile("own")


def test_the_maxima_make_one_hundred():
    for group in PROFILE.groups:
        assert sum(item.score_max for item in PROFILE.items if item.group == group.id) == group.max
    assert sum(group.max for group in PROFILE.groups) == 100


RATIOS = st.one_of(st.none(), st.floats(0, 1))


@settings(max_examples=150, deadline=None)
@any_of(st.lists(RATIOS, min_size=len(RATIO_ITEMS), max_size=len(RATIO_ITEMS)), st.integers(0, len(RATIO_ITEMS) - 1))
def test_entering_what_was_missing_never_lowers_the_rate(ratios, which):
    """The rate with unknown items is a lower bound, and the best rate an upper one, whatever they turn out to be."""
    known = {key: ItemInput(Provenance.SHEET, ratio=r) for key, r in zip(RATIO_ITEMS, ratios, strict=True) if r is not None}
    known["deco"] = ItemInput(Provenance.SHEET, adopted=True)
    before = rate(known, PROFILE)
    for late in (ItemInput(Provenance.SHEET, ratio=0.75), ItemInput(Provenance.SHEET, absent=True)):
        after = rate({RATIO_ITEMS[which]: late, **known}, PROFILE)
        assert before.rate <= after.rate <= before.best_rate
        if before.qualified is not None:
            assert after.qualified is before.qualified
