"""Data requirements: the shipped IDS on the sample building, refusal of broken files, and the buildingSMART corpus."""

import re
from collections import Counter
from pathlib import Path

import pytest

from hezhu.engines.findings import Requirement, Verdict
from hezhu.engines.ifc import read
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review import ids

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "rulepacks" / "ids" / "jiaxing-data-requirements.ids"
CORPUS = ROOT.parent / "shared" / "data" / "ids"


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return read(write_sample(tmp_path_factory.mktemp("ids") / "clean.ifc", storeys=3))


def test_the_shipped_ids_holds_on_the_clean_sample(clean):
    findings = ids.check(clean, SHIPPED)
    assert [(f.rule, f.verdict, f.measured.value) for f in findings] == [
        ("ids:jiaxing-data-requirements:room-function", Verdict.PASS, 102),
        ("ids:jiaxing-data-requirements:room-function-known", Verdict.PASS, 102),
        ("ids:jiaxing-data-requirements:flat-zone", Verdict.PASS, 72),
        ("ids:jiaxing-data-requirements:storey-level", Verdict.PASS, 4),
        ("ids:jiaxing-data-requirements:building-kind", Verdict.PASS, 1),
        ("ids:jiaxing-data-requirements:building-fire-class", Verdict.PASS, 1),
        ("ids:jiaxing-data-requirements:door-exit", Verdict.PASS, 97),
        ("ids:jiaxing-data-requirements:door-fire-rating", Verdict.PASS, 12),
        ("ids:jiaxing-data-requirements:railing-kind", Verdict.PASS, 17),
        ("ids:jiaxing-data-requirements:lift-name", Verdict.PASS, 2),
        ("ids:jiaxing-data-requirements:site-place", Verdict.PASS, 1),
        ("ids:jiaxing-data-requirements:wall-fire-rating", Verdict.PASS, 160),
        ("ids:jiaxing-data-requirements:prefab-flag", Verdict.PASS, 265),
        ("ids:jiaxing-data-requirements:classification", Verdict.PASS, 399),
    ]


def test_missing_data_names_element_and_field(tmp_path):
    model = read(write_sample(tmp_path / "m.ifc", {"missing-fire-rating", "missing-room-function"}, storeys=3))
    failed = [f for f in ids.check(model, SHIPPED) if f.verdict is Verdict.FAIL]
    assert [(f.subject.name, f.subject.storey, f.missing) for f in failed] == [
        ("302-04", "3F", ("字段 LongName",)),
        ("3F-XQ-1E", "3F", ("属性 Pset_WallCommon.FireRating",)),
    ]
    assert failed[1].required == Requirement("matches", r"[0-9]+(\.[0-9]+)?\s*h")
    assert failed[1].subject.global_id == model.file.by_guid(failed[1].subject.global_id).GlobalId
    assert failed[1].detail["failed_requirements"] == [r"属性 Pset_WallCommon.FireRating 须为 形如 [0-9]+(\.[0-9]+)?\s*h"]


def test_every_element_gets_its_own_key(tmp_path):
    model = read(write_sample(tmp_path / "m.ifc", storeys=2))
    own = tmp_path / "own.ids"
    own.write_text(SHIPPED.read_text("utf-8").replace("Hezhu_Prefab", "Other_Prefab"), "utf-8")
    failed = [f for f in ids.check(model, own) if f.verdict is Verdict.FAIL]
    assert len(failed) == 178
    assert len({f.key for f in failed}) == 178


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"", "第 1 行第 0 列", "不是完整的 XML"),
        (b"<ids><info>", "第 1 行第 11 列", "不是完整的 XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><ids/>', "", "不接受带 DOCTYPE 或实体声明的 XML"),
    ],
)
def test_what_is_not_xml_is_refused(tmp_path, clean, content, place, reason):
    path = tmp_path / "broken.ids"
    path.write_bytes(content)
    with pytest.raises(ids.IdsInvalid) as caught:
        ids.check(clean, path)
    assert (caught.value.place, caught.value.reason) == (place, reason)


def test_what_breaks_the_schema_is_refused_with_its_place(tmp_path, clean):
    path = tmp_path / "broken.ids"
    path.write_text(SHIPPED.read_text("utf-8").replace("<simpleValue>IFCSPACE</simpleValue>", "<value>IFCSPACE</value>"), "utf-8")
    with pytest.raises(ids.IdsInvalid) as caught:
        ids.check(clean, path)
    assert "name" in caught.value.place
    assert "broken.ids" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path, clean):
    with pytest.raises(ids.IdsInvalid, match="打不开"):
        ids.check(clean, tmp_path / "nowhere.ids")


def test_the_answer_does_not_depend_on_the_model_checked_before(tmp_path):
    faulty = write_sample(tmp_path / "faulty.ifc", {"missing-fire-rating"}, storeys=2)
    sound = write_sample(tmp_path / "sound.ifc", storeys=2)
    for _ in range(4):
        for path, count in ((faulty, 1), (sound, 0)):
            verdicts = [f.verdict for f in ids.check(read(path), SHIPPED)]
            assert verdicts.count(Verdict.FAIL) == count


def columns(path: Path) -> ids.Columns:
    """A case of the corpus, which need not be a whole building."""
    return ids.columns_of(path.read_bytes(), re.search(r"FILE_SCHEMA\s*\(\(\s*'(\w+)'", path.read_text("latin-1"))[1])


@pytest.mark.outside
@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the buildingSMART IDS cases in ../shared/data/ids")
def test_the_buildingsmart_cases():
    """All 223 are right; an ``invalid`` case is refused, or at least one requirement fails."""
    right: Counter[bool] = Counter()
    for path in sorted(CORPUS.rglob("*.ids")):
        asked = path.name.split("-")[0]
        try:
            document = ids.load(path)
            findings = ids.check_columns(columns(path.with_suffix(".ifc")), document)
            answer = "fail" if any(f.verdict is Verdict.FAIL for f in findings) else "pass"
        except ids.IdsInvalid:
            answer = "invalid"
        right[answer == asked or (asked == "invalid" and answer == "fail")] += 1
    assert right == {True: 223}
