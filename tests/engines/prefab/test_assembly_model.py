"""Quantities of the sample building, checked against a calculation by hand from its plan."""

import pytest

from hezhu.engines.ifc import read
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.prefab import load_profile, quantities_from_model, rate

STOREYS, CLEAR = 11, 2.86


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return read(write_sample(tmp_path_factory.mktemp("prefab") / "clean.ifc"))


@pytest.fixture(scope="module")
def found(model):
    return quantities_from_model(model)


def test_vertical_members_by_hand(found):
    door, small = 1.10 * 2.15, 0.90 * 1.40
    precast = 2 * (3.75 + 6.1 + 6.6 + 6.8) + 6.6  # m of wall per storey: cross, party, gable south, gable north; middle
    precast_storey = (precast * CLEAR - 2 * 3 * small) * 0.2
    cast = 2 * (4.6 + 6.4) + 2.5 + 4.0 + 4.8 + 4.8 + 4.6 + 2.2 + 9.2
    openings = 4 * door + 1.20 * 2.15 + 1.00 * 2.15 + 2 * 1.10 * 2.20 + 2.40 * 0.42
    cast_storey = (cast * CLEAR - openings) * 0.2
    fronts = 1.60 * 2.35 + 10 * small  # the north front of the core: the door of the building, then windows
    whole = STOREYS * (precast_storey + cast_storey) - fronts * 0.2
    item = found["q1a"]
    assert item.numerator == pytest.approx(STOREYS * precast_storey, abs=0.02)
    assert item.denominator == pytest.approx(whole, abs=0.05)
    assert item.silent == ()
    assert len(item.counted) == 9 * STOREYS


def test_horizontal_members_by_hand(found):
    composite = 4.2 * 6.7 + 3.3 * 3.7 + 3.4 * 3.7 + 4.5 * 1.35 + 1.2 * 1.65 + 2.2 * 3.0
    composite += 3.3 * 1.9 + 3.3 * 4.8 + 3.1 * 1.8 + 3.1 * 3.4
    balconies = 2 * (3.6 * 1.6 + 2.8 * 1.5)
    flights = 2 * 1.2 * 2.08
    floor = 21.8 * 13.4 + balconies
    item = found["q1b"]
    assert item.numerator == pytest.approx(11 * (2 * composite + balconies) + 10 * flights, abs=0.001)
    assert item.denominator == pytest.approx(11 * floor, abs=0.001)


def test_walls_by_hand(found):
    hung = 2 * (4.0 + 3.2 + 3.2 + 3.15 + 2.95)
    outer = hung + 2 * (6.6 + 6.8) + 9.2
    inner = 2 * (2.85 + 6.4 + 3.45 + 2.85 + 4.4 + 1.5 + 3.15 + 3.25 + 3.15 + 2.85 + 2.85)
    blocks = 2 * (4.4 + 1.5 + 2.85)
    area = STOREYS * CLEAR
    assert found["q2a"].numerator == found["q2a"].denominator == pytest.approx(hung * area, abs=0.001)
    assert found["q2b"].numerator == pytest.approx((hung + 2 * 6.8) * area, abs=0.001)
    assert found["q2b"].denominator == pytest.approx(outer * area, abs=0.001)
    assert found["q2c"].numerator == pytest.approx((inner - blocks) * area, abs=0.001)
    assert found["q2c"].denominator == found["q2d"].denominator == pytest.approx(inner * area, abs=0.001)
    assert found["q2d"].numerator == 0.0


def test_kitchens_by_hand(found):
    south, north = (1.95, 2.85), (2.85, 1.70)
    surface = sum(2 * (2 * x * y + 2 * (x + y) * CLEAR) for x, y in (south, north))
    assert found["q3b"].numerator == found["q3b"].denominator == pytest.approx(STOREYS * surface, abs=0.01)
    assert len(found["q3b"].counted) == 44


def test_the_parapet_and_the_raft_are_not_counted(model, found):
    names = {model.element(gid).name for gid in (*found["q2b"].considered, *found["q1b"].considered)}
    assert not [name for name in names if "NEQ" in name or "FB-1" in name]


def test_what_the_model_does_not_say_is_named(found):
    assert (found["q3d"].share, found["q3d"].missing) == (None, "模型没有管线")


def test_the_sample_building_counts_as_prefab(found):
    """Q1 = 23.8 + 15.7, Q2 = 5 + 3.8 + 5 + 0, Q3 = 6 + 0 + 6 + 6, nothing absent: 71.3 per cent at least."""
    result = rate(found, load_profile(), "dwelling")
    assert [(item.id, item.score) for item in result.items] == [
        ("q1a", 23.8),
        ("q1b", 15.7),
        ("q2a", 5.0),
        ("q2b", 3.8),
        ("q2c", 5.0),
        ("q2d", 0.0),
        ("deco", 6.0),
        ("q3a", 0.0),
        ("q3b", 6.0),
        ("q3c", 6.0),
        ("q3d", None),
    ]
    assert [group.score for group in result.groups] == [39.5, 13.8, 18.0]
    assert (result.rate, result.best_rate, result.qualified, result.grade) == (71.3, 77.3, True, "A")
    assert result.is_prefab_building


def encoded(word):
    """A Chinese word as STEP writes it."""
    return "".join(f"{ord(letter):04X}" for letter in word)


def test_a_model_without_prefab_properties_and_names_gives_no_figure(tmp_path, model):
    path = tmp_path / "bare.ifc"
    text = model.path.read_text("utf-8")
    for name in ("Hezhu_Prefab", "Pset_ConcreteElementGeneral", "Pset_PrecastConcreteElementGeneral"):
        text = text.replace(name, "Other")
    for word in ("预制", "现浇", "叠合"):
        text = text.replace(encoded(word), encoded("某某"))
    path.write_text(text, "utf-8")
    bare = quantities_from_model(read(path))
    assert bare["q1a"].share is None
    assert bare["q1a"].missing == "竖向构件没有标明是否预制"
    assert bare["q1a"].lacking == ("Hezhu_Prefab.Prefabricated（是或否）",)
    assert len(bare["q1a"].silent) == len(bare["q1a"].considered) == 20 * STOREYS
    assert bare["q1b"].share is None
    result = rate({key: bare[key] for key in ("q1a", "q1b")}, load_profile())
    assert (result.rate, result.best_rate, result.qualified) == (0.0, 100.0, None)


def test_names_alone_give_a_figure_and_no_verdict(tmp_path, model):
    path = tmp_path / "named.ifc"
    text = model.path.read_text("utf-8")
    for name in ("Pset_ConcreteElementGeneral", "Pset_PrecastConcreteElementGeneral"):
        text = text.replace(name, "Other")
    path.write_text(text.replace("'Prefabricated'", "'Other'"), "utf-8")
    found = quantities_from_model(read(path))
    assert (found["q1a"].share, found["q1a"].by_name) == (pytest.approx(0.52, abs=0.0001), 20 * STOREYS)
    result = rate(found, load_profile(), "dwelling")
    assert (result.rate, result.qualified, result.grade) == (71.3, None, None)
    assert any(remark.startswith("以下评价项有构件只凭名称或材料判断") for remark in result.remarks)


def test_standard_concrete_properties_are_read_where_ours_are_absent(tmp_path, model):
    path = tmp_path / "standard.ifc"
    path.write_text(model.path.read_text("utf-8").replace("Hezhu_Prefab", "Other"), "utf-8")
    item = quantities_from_model(read(path))["q1a"]
    assert item.share == pytest.approx(0.52, abs=0.0001)
    assert item.silent == ()
