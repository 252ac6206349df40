"""Files that mean harm or were made by broken programs: each is refused or noted in words, and none takes the process with it."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hezhu.engines import guard, ifc
from hezhu.engines.ifc.geometry import mesh
from hezhu.engines.ifc.tables import read_tables
from tests.engines.ifc.test_refusals import FOOTER, HEADER, PROJECT, packed, refused, step

ROOT = Path(__file__).resolve().parents[3]
UNITS = "#19=IFCUNITASSIGNMENT((#20));\n#20=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n"
ROOM = "0YvctVUKr0kugbFTf53O9U"


def rooms(x: str = "0.", width: str = "4.", units: str = UNITS, placement: str = "#30", more: str = "") -> str:
    """A building with one room of 4 × 3 × 3 m and a second one, 5 m beside it."""
    places = f"#33=IFCCARTESIANPOINT(({x},0.,0.));\n#34=IFCAXIS2PLACEMENT3D(#33,$,$);\n#35=IFCLOCALPLACEMENT({placement},#34);\n"
    return step(
        f"#1=IFCPROJECT('0YvctVUKr0kugbFTf53O9L',$,'p',$,$,$,$,(#10),{'#19' if units else '$'});\n{units}"
        "#10=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#32,$);\n"
        "#4=IFCBUILDINGSTOREY('0YvctVUKr0kugbFTf53O9P',$,'1F',$,$,#30,$,$,.ELEMENT.,0.);\n"
        "#7=IFCRELAGGREGATES('0YvctVUKr0kugbFTf53O9S',$,$,$,#1,(#4));\n#8=IFCRELAGGREGATES('0YvctVUKr0kugbFTf53O9T',$,$,$,#4,(#40,#50));\n"
        "#30=IFCLOCALPLACEMENT($,#32);\n#31=IFCCARTESIANPOINT((0.,0.,0.));\n#32=IFCAXIS2PLACEMENT3D(#31,$,$);\n" + places +
        f"#40=IFCSPACE('{ROOM}',$,'R1',$,$,#35,#41,'office',.ELEMENT.,.INTERNAL.,$);\n"
        "#41=IFCPRODUCTDEFINITIONSHAPE($,$,(#42));\n#42=IFCSHAPEREPRESENTATION(#10,'Body','SweptSolid',(#43));\n"
        f"#43=IFCEXTRUDEDAREASOLID(#44,#32,#46,3.);\n#44=IFCRECTANGLEPROFILEDEF(.AREA.,$,#45,{width},3.);\n"
        "#45=IFCAXIS2PLACEMENT2D(#47,$);\n#46=IFCDIRECTION((0.,0.,1.));\n#47=IFCCARTESIANPOINT((0.,0.));\n"
        "#50=IFCSPACE('1YvctVUKr0kugbFTf53O9U',$,'R2',$,$,#55,#51,'office',.ELEMENT.,.INTERNAL.,$);\n"
        "#51=IFCPRODUCTDEFINITIONSHAPE($,$,(#52));\n#52=IFCSHAPEREPRESENTATION(#10,'Body','SweptSolid',(#53));\n"
        "#53=IFCEXTRUDEDAREASOLID(#54,#32,#46,3.);\n#54=IFCRECTANGLEPROFILEDEF(.AREA.,$,#45,4.,3.);\n"
        "#55=IFCLOCALPLACEMENT(#30,#56);\n#56=IFCAXIS2PLACEMENT3D(#57,$,$);\n#57=IFCCARTESIANPOINT((5.,0.,0.));\n" + more
    )  # fmt: skip


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "model.ifc"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes) -> ifc.Model:
    return ifc.read(write(folder, content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (rooms(x="NAN"), "“NAN”（第 "),
        (rooms(x="INF"), "“INF”（第 "),
        (rooms(width="1.E400"), "语法错误（第 "),
        (rooms(more="#99999999999999999999999=IFCWALL('2YvctVUKr0kugbFTf53O9U',$,$,$,$,$,$,$,$);\n"), "语法错误（第 "),
        (HEADER.format(schema="IFC4").encode() + bytes(range(1, 256)) * 400 + FOOTER.encode(), "没有一条可读的记录"),
        (step(PROJECT).encode("utf-16"), "UTF-16"),
        (step(PROJECT).encode("utf-16-be"), "UTF-16"),
        (step(PROJECT).encode("utf-32"), "UTF-16"),
    ],
)
def test_what_is_no_number_no_record_or_no_text_is_named(tmp_path: Path, content: str | bytes, words: str) -> None:
    assert words in refused(tmp_path, content).message


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    model = read(tmp_path, b"\xef\xbb\xbf" + rooms().encode())
    assert (len(model.spaces), model.warnings) == (2, ())


def test_chinese_in_gbk_is_noted(tmp_path: Path) -> None:
    (warning,) = read(tmp_path, rooms().replace("'office'", "'办公室'").encode("gbk")).warnings
    assert "GBK" in warning


def test_missing_units_are_noted_and_read_as_metres(tmp_path: Path) -> None:
    model = read(tmp_path, rooms(units=""))
    assert [shape.area_m2 for shape in model.geometry.spaces.values()] == pytest.approx([12.0, 12.0])
    assert model.warnings[0].startswith("没有声明长度单位")


@pytest.mark.parametrize("changes", [{"x": "1.E300"}, {"x": "5.E9"}, {"width": "1.E300"}])
def test_coordinates_beyond_the_earth_leave_that_room_unmeasured(tmp_path: Path, changes: dict[str, str]) -> None:
    model = read(tmp_path, rooms(**changes))
    assert [shape.area_m2 for shape in model.geometry.spaces.values()] == pytest.approx([12.0])
    (warning,) = model.warnings
    assert ROOM in warning
    assert "坐标" in warning


def test_a_map_grid_measures_as_the_origin_does(tmp_path: Path) -> None:
    far = read(tmp_path, rooms(x="40500000.")).geometry.spaces[40]
    assert (far.area_m2, far.body_height_m) == pytest.approx((12.0, 3.0), abs=1e-6)


def placements(count: int) -> str:
    return "".join(f"#{1000 + n}=IFCLOCALPLACEMENT({'$' if n == 0 else f'#{999 + n}'},#32);\n" for n in range(count))


def test_a_hundred_thousand_placements_in_a_row_leave_that_room_unmeasured(tmp_path: Path) -> None:
    model = read(tmp_path, rooms(placement="#100999", more=placements(100_000)))
    assert list(model.geometry.spaces) == [50]
    assert "嵌套过深" in model.warnings[0]
    assert list(read(tmp_path, rooms(placement="#1899", more=placements(900))).geometry.spaces) == [40, 50]


def test_twenty_thousand_parts_of_parts_find_their_storey(tmp_path: Path) -> None:
    count = 20_000
    parts = "".join(f"#{1000 + n}=IFCRELAGGREGATES('{n:022d}',$,$,$,#{200_000 + n},(#{200_001 + n}));\n" for n in range(count))
    walls = "".join(f"#{200_000 + n}=IFCWALL('W{n:021d}',$,$,$,$,$,$,$,$);\n" for n in range(count + 1))
    root = "#900=IFCRELCONTAINEDINSPATIALSTRUCTURE('2YvctVUKr0kugbFTf53O9S',$,$,$,(#200000),#4);\n"
    model = read(tmp_path, rooms(more=parts + walls + root))
    assert {element.storey.name for element in model.elements if element.storey} == {"1F"}
    assert sum(element.storey is not None for element in model.elements) == count + 1


def test_parts_in_a_circle_have_no_storey(tmp_path: Path) -> None:
    walls = "".join(f"#90{n}=IFCWALL('W{n:021d}',$,$,$,$,$,$,$,$);\n" for n in (0, 1))
    pairs = ((902, 900, 901), (903, 901, 900))
    circle = "".join(f"#{n}=IFCRELAGGREGATES('{n:022d}',$,$,$,#{whole},(#{part}));\n" for n, whole, part in pairs)
    assert [element.storey for element in read(tmp_path, rooms(more=walls + circle)).elements] == [None, None]


def test_a_million_brackets_are_noted(tmp_path: Path) -> None:
    model = read(tmp_path, rooms(more=f"#900=IFCWALL({'(' * 1_000_000}{')' * 1_000_000});\n"))
    assert any("属性的个数或类型" in warning for warning in model.warnings)
    deep = "(" * 1_000_000 + "1" + ")" * 1_000_000
    tables = read_tables(write(tmp_path, rooms(more=f"#900=IFCPROPERTYLISTVALUE('a',$,{deep},$);\n")))
    assert tables.counts.filter(tables.counts["class"] == "IfcPropertyListValue")["count"].to_list() == [1]


def test_archives_within_archives_links_and_crowds_are_refused(tmp_path: Path) -> None:
    inner = packed(tmp_path, a__ifc=step(PROJECT).encode())
    assert "里面还有压缩包" in refused(tmp_path, packed(tmp_path, a__ifczip=inner), name="a.ifczip").message
    assert "又是一个压缩包" in refused(tmp_path, packed(tmp_path, a__ifc=inner), name="b.ifczip").message
    link = zipfile.ZipInfo("a.ifc")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "符号链接" in refused(tmp_path, (tmp_path / "link.zip").read_bytes(), name="c.ifczip").message
    crowd = packed(tmp_path, a__ifc=step(PROJECT).encode(), **{f"n{number}": b"" for number in range(10_001)})
    assert refused(tmp_path, crowd, name="d.ifczip").code == "zip-bomb"


def test_a_name_that_leads_out_of_the_archive_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "in" / "slip.ifczip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../slipped.ifc", step(PROJECT))
    assert ifc.read(path).entity_count == 1
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == ["slip.ifczip"]


def killing(global_id: str) -> Any:
    """``mesh._meshes`` with a fault planted: the process dies where the element with that GlobalId is made."""
    real = mesh._meshes

    def planted(file: Any, settings: Any, included: Sequence[Any]) -> dict[int, Any]:
        if any(entity.GlobalId == global_id for entity in included):
            os.kill(os.getpid(), signal.SIGSEGV)
        return real(file, settings, included)

    return planted


def test_the_element_that_kills_the_kernel_is_found_and_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(tmp_path, rooms())
    expected = whole.geometry.spaces[50].floor
    monkeypatch.setattr(mesh, "_meshes", killing(ROOM))
    monkeypatch.setattr(mesh, "CAREFUL", True)
    model = read(tmp_path, rooms())
    assert list(model.geometry.spaces) == [50]
    assert model.geometry.spaces[50].floor.equals(expected)
    (warning,) = model.warnings
    assert ROOM in warning
    assert "#40" in warning
    assert "崩溃" in warning


def test_an_element_that_never_ends_is_left_out_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hezhu.engines.ifc.geometry import careful

    monkeypatch.setattr(careful, "_SECONDS_AT_LEAST", 1.5)
    monkeypatch.setattr(careful, "_SECONDS_EACH", 0.0)
    found, guilty = careful.survivors(lambda entities: {} if 7 not in entities else signal.pause(), [1, 7])
    assert (found, guilty) == ({}, [7])


PLANT = """
import sys
from pathlib import Path
from hezhu.engines.ifc.geometry import mesh
from hezhu.engines.ifc.tables import read_tables
from tests.engines.ifc.test_hostile import killing
mesh._meshes = killing({room!r})
from hezhu import cli
sys.argv = ["hezhu", "review", {model!r}, "--json"]
sys.exit(cli.main())
"""


def test_the_command_survives_the_crash_and_names_the_element(tmp_path: Path) -> None:
    (tmp_path / "model.ifc").write_text(rooms())
    program = PLANT.format(room=ROOM, model=str(tmp_path / "model.ifc"))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1)
    assert "信号 11" in done.stderr
    assert ROOM in done.stdout
    assert "崩溃" in done.stdout


def run(action: Any, capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = guard.run_apart(action, [], lambda: None)
    return status, capfd.readouterr().err


def test_a_command_keeps_its_status_and_dies_alone(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(lambda arguments: 1, capfd) == (1, "")
    assert run(lambda arguments: None, capfd) == (0, "")
    status, said = run(lambda arguments: os.kill(os.getpid(), signal.SIGABRT), capfd)
    assert (status, "两次崩溃（信号 6）" in said) == (2, True)
    monkeypatch.setenv("HEZHU_MODEL_MEMORY_MB", "600")
    status, said = run(lambda arguments: len(bytearray(2 * 1024**3)), capfd)
    assert (status, "0.6 GB" in said) == (2, True)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    assert run(lambda arguments: sys.exit(3), capfd)[0] == 3
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
