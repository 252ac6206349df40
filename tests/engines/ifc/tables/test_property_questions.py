"""A viewer's questions of stored tables, on our own sample and on a small model written for the corners."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.ifc.tables import property_questions as questions
from hezhu.engines.ifc.tables import store

HEAD = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n"
TAIL = "ENDSEC;\nEND-ISO-10303-21;\n"
# Three doors: two of a type rated 甲级, one of them says 乙级 itself; the third has no type. Widths 900, 1200, 1500 mm.
DOORS = """#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,$,#2);
#2=IFCUNITASSIGNMENT((#3));
#3=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#10=IFCDOOR('1000000000000000000001',$,'M0921',$,$,$,$,'T1',$,$,$,$,$);
#11=IFCDOOR('1000000000000000000002',$,'M1221',$,$,$,$,'T2',$,$,$,$,$);
#12=IFCDOOR('1000000000000000000003',$,'fm1521',$,$,$,$,$,$,$,$,$,$);
#13=IFCOPENINGELEMENT('1000000000000000000004',$,'O',$,$,$,$,$,$);
#20=IFCDOORTYPE('2000000000000000000001',$,'防火门',$,$,(#30),$,$,$,.DOOR.,.NOTDEFINED.,$,$);
#21=IFCRELDEFINESBYTYPE('3000000000000000000001',$,$,$,(#10,#11),#20);
#30=IFCPROPERTYSET('4000000000000000000001',$,'Pset_DoorCommon',$,(#31));
#31=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('甲级'),$);
#32=IFCPROPERTYSET('4000000000000000000002',$,'Pset_DoorCommon',$,(#33));
#33=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('乙级'),$);
#34=IFCRELDEFINESBYPROPERTIES('3000000000000000000002',$,$,$,(#11),#32);
"""
A, B, C = "1000000000000000000001", "1000000000000000000002", "1000000000000000000003"


def width(number: int, door: int, millimetres: float) -> str:
    """A property set of its own with the door's width."""
    return (
        f"#{number}=IFCPROPERTYSET('50000000000000000000{number}',$,'尺寸',$,(#{number + 1}));\n"
        f"#{number + 1}=IFCPROPERTYSINGLEVALUE('宽度',$,IFCLENGTHMEASURE({millimetres}),$);\n"
        f"#{number + 2}=IFCRELDEFINESBYPROPERTIES('60000000000000000000{number}',$,$,$,(#{door}),#{number});\n"
    )


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[[str], Path]:
    """The tables of a model with this data section, laid out in a folder."""

    def lay(data: str) -> Path:
        coded = re.sub(r"[^\x00-\x7f]+", lambda found: f"\\X2\\{found[0].encode('utf-16-be').hex().upper()}\\X0\\", data)
        (tmp_path / "model.ifc").write_text(HEAD + coded + TAIL, encoding="ascii")
        store.pack(tmp_path / "model.ifc", tmp_path / "tables.zip")
        store.unpack(tmp_path / "tables.zip", tmp_path / "laid")
        return tmp_path / "laid"

    return lay


@pytest.fixture
def doors(laid_out: Callable[[str], Path]) -> Path:
    return laid_out(DOORS + width(50, 10, 900.0) + width(60, 11, 1200.0) + width(70, 12, 1500.0))


def answer(folder: Path, pset: str, name: str, operator: str, value: str = "") -> list[str]:
    return sorted(questions.find(folder, pset, name, operator, value)["globalIds"])


def test_names_count_own_values_and_those_of_the_type_once(doors: Path) -> None:
    found = {(each.set, each.name): (each.label, each.count, each.numeric) for each in questions.names(doors)}
    assert found["", "class"] == ("IFC 类", 3, False)
    assert found["", "type"] == ("类型名称", 2, False)
    assert found["", "tag"] == ("标记", 2, False)
    assert found["Pset_DoorCommon", "FireRating"] == ("FireRating", 2, False)
    assert found["尺寸", "宽度"] == ("宽度", 3, True)
    assert ("", "storey") not in found


def test_a_value_of_its_own_goes_before_that_of_the_type(doors: Path) -> None:
    assert questions.values(doors, "Pset_DoorCommon", "FireRating") == {
        "ranged": False,
        "groups": [{"label": "乙级", "globalIds": [B]}, {"label": "甲级", "globalIds": [A]}],
    }


@pytest.mark.parametrize(
    ("pset", "name", "operator", "value", "expected"),
    [
        ("", "name", "contains", "m1", [B, C]),
        ("", "name", "is", "m0921", [A]),
        ("", "name", "contains", "M.", []),
        ("", "class", "is", "IfcDoor", [A, B, C]),
        ("", "type", "contains", "防火", [A, B]),
        ("", "type", "missing", "", [C]),
        ("Pset_DoorCommon", "FireRating", "is", "甲级", [A]),
        ("Pset_DoorCommon", "FireRating", "not", "甲级", [B, C]),
        ("Pset_DoorCommon", "FireRating", "given", "", [A, B]),
        ("尺寸", "宽度", "at-least", "1.2", [B, C]),
        ("尺寸", "宽度", "at-most", "1.2", [A, B]),
        ("尺寸", "宽度", "is", "1.5", [C]),
        ("没有", "没有", "given", "", []),
        ("没有", "没有", "missing", "", [A, B, C]),
    ],
)
def test_conditions_on_metres_and_words(
    doors: Path, pset: str, name: str, operator: str, value: str, expected: list[str]
) -> None:
    assert answer(doors, pset, name, operator, value) == expected


def test_elements_come_with_words(doors: Path) -> None:
    found = questions.find(doors, "尺寸", "宽度", "at-least", "1.4")
    assert found["count"] == 1
    assert found["elements"] == [{"globalId": C, "name": "fm1521", "ifcClass": "IfcDoor", "storey": "", "value": "1500.0"}]


@pytest.mark.parametrize(("operator", "value", "word"), [("at-least", "宽", "不是数"), ("like", "x", "没有“like”")])
def test_questions_without_sense_are_refused(doors: Path, operator: str, value: str, word: str) -> None:
    with pytest.raises(questions.QuestionInvalid, match=word):
        questions.find(doors, "尺寸", "宽度", operator, value)
    with pytest.raises(questions.QuestionInvalid):
        questions.values(doors, "", "colour")


def test_many_numbers_become_ranges_between_round_limits(laid_out: Callable[[str], Path]) -> None:
    data = "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,$,#2);\n#2=IFCUNITASSIGNMENT((#3));\n#3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n"
    for index in range(16):
        number = 100 + 10 * index
        data += f"#{number}=IFCDOOR('70000000000000000000{index:02d}',$,'D',$,$,$,$,$,$,$,$,$,$);\n"
        data += f"#{number + 1}=IFCPROPERTYSET('80000000000000000000{index:02d}',$,'S',$,(#{number + 2}));\n"
        data += f"#{number + 2}=IFCPROPERTYSINGLEVALUE('L',$,IFCLENGTHMEASURE({0.1 * index:.1f}),$);\n"
        data += f"#{number + 3}=IFCRELDEFINESBYPROPERTIES('90000000000000000000{index:02d}',$,$,$,(#{number}),#{number + 1});\n"
    found = questions.values(laid_out(data), "S", "L")
    assert found["ranged"] is True
    assert [(group["label"], len(group["globalIds"])) for group in found["groups"]] == [
        ("0.0 – 0.2", 2),
        ("0.2 – 0.4", 2),
        ("0.4 – 0.6", 2),
        ("0.6 – 0.8", 2),
        ("0.8 – 1.0", 2),
        ("1.0 – 1.2", 2),
        ("1.2 – 1.4", 2),
        ("1.4 – 1.6", 2),
    ]


def test_a_map_conversion_in_millimetres_is_read_in_metres(laid_out: Callable[[str], Path]) -> None:
    data = DOORS + (
        "#90=IFCPROJECTEDCRS('EPSG:4549',$,$,$,$,$,$);\n"
        "#91=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#92,$);\n#92=IFCAXIS2PLACEMENT3D(#93,$,$);\n"
        "#93=IFCCARTESIANPOINT((0.,0.,0.));\n#94=IFCMAPCONVERSION(#91,#90,500000.,3400000.,3.5,0.,1.,0.001);\n"
    )
    assert questions.placement(laid_out(data)) == {
        "eastings": 500000.0,
        "northings": 3400000.0,
        "height": 3.5,
        "axisX": 0.0,
        "axisY": 1.0,
        "scale": 1.0,
    }


def test_the_sample_building_answers_by_storey_and_lies_on_the_map(tmp_path: Path) -> None:
    store.pack(write_sample(tmp_path / "示例.ifc", storeys=2), tmp_path / "tables.zip")
    store.unpack(tmp_path / "tables.zip", tmp_path / "laid")
    grouped = questions.values(tmp_path / "laid", "", "storey")["groups"]
    everything = questions.find(tmp_path / "laid", "", "class", "given", "")
    assert len(grouped) >= 2
    assert sum(len(group["globalIds"]) for group in grouped) <= everything["count"]
    assert len(everything["elements"]) == min(100, everything["count"])
    assert questions.placement(tmp_path / "laid")["eastings"] == 571700.0


def test_a_model_without_a_place_says_none(doors: Path) -> None:
    assert questions.placement(doors) is None
