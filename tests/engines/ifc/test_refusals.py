"""What cannot be trusted as a whole model is refused with a code and a Chinese sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hezhu.engines import ifc

HEADER = "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n"
FOOTER = "ENDSEC;\nEND-ISO-10303-21;\n"
PROJECT = "#1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,'p',$,$,$,$,$,$);\n"


def step(body: str, schema: str = "IFC4") -> str:
    return HEADER.format(schema=schema) + body + FOOTER


def refused(folder: Path, content: str | bytes, limits: ifc.Limits | None = None, name: str = "model.ifc") -> ifc.ModelUnreadable:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ifc.ModelUnreadable) as caught:
        ifc.read(path, limits)
    return caught.value


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "0 字节"),
        (b"hello world", "not-ifc", "ISO-10303-21"),
        (b"\x00\x01\x02" * 99, "not-ifc", "ISO-10303-21"),
        (b"\xd0\xcf\x11\xe0 revit", "not-ifc", "Revit"),
        (b"<?xml version='1.0'?>", "not-ifc", "ifcXML"),
        (b"AC1032", "not-ifc", "DWG"),
        (HEADER.format(schema="IFC4") + PROJECT, "truncated", "END-ISO-10303-21"),
        ("ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nDATA;\nEND-ISO-10303-21;", "truncated", "ENDSEC"),
        ("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;", "not-ifc", "FILE_SCHEMA"),
        (step(PROJECT, "IFC9X9"), "unknown-schema", "IFC9X9"),
        (step(PROJECT, "AUTOMOTIVE_DESIGN"), "unknown-schema", "AUTOMOTIVE_DESIGN"),
        (step("#1=IFCWALL('0YvctVUKr0kugbFTf53O9L',$,$,$,$,$,$,$,$);\n"), "no-project", "IfcProject"),
        (step(PROJECT + "#1=IFCWALL('0YvctVUKr0kugbFTf53O9M',$,$,$,$,$,$,$,$);\n"), "corrupt", "#1"),
        (step("#1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,'abc,$,$,$,$,$,$);\n"), "corrupt", "引号"),
        (step(PROJECT + "#2=IFCWA@@ LL('0YvctVUKr0kugbFTf53O9M',$,$,$,$,$,$,$,$);\n"), "corrupt", "第 9 行"),
        (step("#1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,$,$,$,$,$,$,#2);\n#2=IFCUNITASSIGNMENT((#3));\n"
              "#3=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'x',#4);\n#4=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(1.),#3);\n"), "corrupt", "#3"),
        (step("#1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,$,$,$,$,$,$,#2);\n#2=IFCUNITASSIGNMENT((#3));\n"
              "#3=IFCSIUNIT(*,.LENGTHUNIT.,$,$);\n"), "corrupt", "单位"),
        (step(PROJECT + "#2=IFCBOOLEANRESULT(.UNION.,#2,#2);\n"), "corrupt", "#2"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(tmp_path: Path, content: str | bytes, code: str, words: str) -> None:
    error = refused(tmp_path, content)
    assert error.code == code
    assert words in error.message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ifc.ModelUnreadable) as caught:
        ifc.read(tmp_path / "nothing.ifc")
    assert caught.value.code == "missing"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "two-gigabytes.ifc"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(ifc.ModelUnreadable) as caught:
        ifc.read(path)
    assert caught.value.code == "too-large"
    assert "2,048.0 MB" in caught.value.message


def packed(folder: Path, **files: bytes) -> bytes:
    path = folder / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return path.read_bytes()


def test_an_ifczip_is_read(tmp_path: Path) -> None:
    (tmp_path / "ok.ifczip").write_bytes(packed(tmp_path, a__ifc=step(PROJECT).encode(), readme__txt=b"x"))
    assert ifc.read(tmp_path / "ok.ifczip").entity_count == 1


def test_an_ifczip_holds_exactly_one_model(tmp_path: Path) -> None:
    model = step(PROJECT).encode()
    two = refused(tmp_path, packed(tmp_path, a__ifc=model, b__ifc=model), name="two.ifczip")
    none = refused(tmp_path, packed(tmp_path, readme__txt=b"x"), name="none.ifczip")
    assert (two.code, none.code) == ("zip-content", "zip-content")
    assert "现有 2 个" in two.message
    assert "现有 0 个" in none.message


def test_a_broken_ifczip_is_refused(tmp_path: Path) -> None:
    content = packed(tmp_path, a__ifc=step(PROJECT * 50).encode())
    assert refused(tmp_path, content[:-30], name="cut.ifczip").code == "zip-content"
    assert refused(tmp_path, content[:60] + b"\x00" * 20 + content[80:], name="spoilt.ifczip").code == "zip-content"


def test_a_zip_bomb_is_refused_by_ratio_and_by_size(tmp_path: Path) -> None:
    bomb = packed(tmp_path, a__ifc=b" " * (20 * 1024**2))
    assert refused(tmp_path, bomb, name="bomb.ifczip").code == "zip-bomb"
    small = ifc.Limits(unpacked_bytes=1024**2, ratio_floor_bytes=1024**3)
    assert refused(tmp_path, bomb, small, name="size.ifczip").code == "zip-bomb"


def test_a_zip_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path) -> None:
    content = bytearray(packed(tmp_path, a__ifc=b" " * (20 * 1024**2)))
    real = (20 * 1024**2).to_bytes(4, "little")
    told = (1000).to_bytes(4, "little")
    assert content.count(real) == 2
    assert refused(tmp_path, bytes(content.replace(real, told)), name="liar.ifczip").code in ("zip-bomb", "zip-content")


def test_a_record_of_an_unknown_class_is_skipped_and_told(tmp_path: Path) -> None:
    path = tmp_path / "odd.ifc"
    path.write_text(step(PROJECT + "#2=IFCFOOBAR(1,2);\n#3=IFCFOOBAR(3,4);\n"))
    model = ifc.read(path)
    assert model.entity_count == 3
    assert model.class_counts == {"IfcProject": 1}
    assert model.warnings == ("2 条记录的类 IFCFOOBAR 不属于该 IFC 版本，已跳过",)


def test_a_reference_to_nothing_and_a_wrong_type_are_told(tmp_path: Path) -> None:
    path = tmp_path / "odd.ifc"
    path.write_text(step("#1=IFCPROJECT(12,$,'n',$,$,$,$,(#99),$);\n"))
    assert ifc.read(path).warnings == ("1 处引用指向不存在的记录（如 #99）", "1 处属性的个数或类型与该 IFC 版本不符")


def test_a_text_that_looks_like_a_record_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "text.ifc"
    path.write_text(step("/* #7=X */ #1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,'a;\n#9=B',$,$,$,$,$,$);"))
    assert ifc.read(path).entity_count == 1


def test_placements_in_a_circle_do_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "circle.ifc"
    path.write_text(
        step(
            PROJECT + "#2=IFCLOCALPLACEMENT(#3,$);\n#3=IFCLOCALPLACEMENT(#2,$);\n"
            "#4=IFCSPACE('1YvctVUKr0kugbFTf53O9M',$,'s',$,$,#2,#5,$,$,$,$);\n#5=IFCPRODUCTDEFINITIONSHAPE($,$,());\n"
            "#6=IFCBUILDINGSTOREY('2YvctVUKr0kugbFTf53O9M',$,'1F',$,$,#2,$,$,$,$);\n"
            "#7=IFCRELAGGREGATES('3YvctVUKr0kugbFTf53O9M',$,$,$,#4,(#4));\n"
        )
    )
    model = ifc.read(path)
    assert model.geometry.spaces == {}
    assert model.spaces[0].storey is None
