"""Broken and hostile files: each is refused with a code, a place and a remedy, or costs only its own topic."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hezhu.engines import bcf
from hezhu.engines.bcf import archive, safe_xml
from tests.engines.bcf import book

VERSION = '<Version VersionId="3.0"/>'
MARKUP = """<Markup><Topic Guid="{guid}" TopicType="a" TopicStatus="b"><Title>{title}</Title>
<CreationDate>{date}</CreationDate><CreationAuthor>x</CreationAuthor></Topic></Markup>"""


def packed(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def markup(title: str = "t", guid: str = book.FULL, date: str = "2026-11-23T08:00:00Z") -> str:
    return MARKUP.format(title=title, guid=guid, date=date)


def refusal(path: Path) -> bcf.BcfRefused:
    with pytest.raises(bcf.BcfRefused) as refused, bcf.open_bcf(path) as file:
        list(file.topics())
    assert refused.value.reason
    assert refused.value.remedy
    return refused.value


def test_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.bcf"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    assert refusal(path).code == "bcf-not-zip"


def test_a_cut_archive(tmp_path: Path) -> None:
    whole = book.write(tmp_path / "a.bcf", book.full()).read_bytes()
    (tmp_path / "b.bcf").write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / "b.bcf").code == "bcf-not-zip"


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"a.txt": "x"}, "bcf-no-version", "bcf.version"),
        ({"bcf.version": '<Version VersionId="2.0"/>'}, "bcf-version", "bcf.version"),
        ({"bcf.version": VERSION, "../a/markup.bcf": "x"}, "bcf-member-name", "../a/markup.bcf"),
        ({"bcf.version": VERSION, "/etc/markup.bcf": "x"}, "bcf-member-name", "/etc/markup.bcf"),
        (
            {"bcf.version": VERSION, "a/markup.bcf": '<!DOCTYPE a [<!ENTITY b "c">]><Markup>&b;</Markup>'},
            "bcf-xml-entities",
            "a/markup.bcf 第 1 行",
        ),
        (
            {"bcf.version": VERSION, "a/markup.bcf": "\n" + "<a>" * (safe_xml.MAX_DEPTH + 1)},
            "bcf-xml-depth",
            "a/markup.bcf 第 2 行",
        ),
        (
            {"bcf.version": VERSION, "a/markup.bcf": "<Markup>" + "<a/>" * safe_xml.MAX_ELEMENTS},
            "bcf-xml-size",
            "a/markup.bcf 第 1 行",
        ),
        ({"bcf.version": VERSION, "a/markup.bcf": b"<a>" + b" " * archive.XML_BYTES}, "bcf-member-size", "a/markup.bcf"),
    ],
)
def test_what_no_honest_tool_writes(tmp_path: Path, members: dict, code: str, place: str) -> None:
    refused = refusal(packed(tmp_path / "a.bcf", members))
    assert (refused.code, refused.place) == (code, place)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_BYTES", 10_000)
    path = packed(tmp_path / "a.bcf", {"bcf.version": VERSION, "a/markup.bcf": markup(), "a/s.png": b"\0" * 20_000})
    assert path.stat().st_size < 1_000
    assert refusal(path).code == "bcf-unpacked-size"


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = packed(tmp_path / "a.bcf", {"bcf.version": VERSION, "a": "", "b": "", "c": ""})
    assert refusal(path).code == "bcf-members"


def test_a_name_twice(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.bcf", "w") as out:
        out.writestr("bcf.version", VERSION)
        with pytest.warns(UserWarning, match="Duplicate name"):
            out.writestr("bcf.version", VERSION)
    assert refusal(tmp_path / "a.bcf").code == "bcf-member-twice"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<Markup", "XML 写法有误"),
        ("<Markup/>", "缺少 Topic"),
        (markup(title=" "), "议题没有标题"),
        (markup(guid="not-a-guid"), "“not-a-guid”不是 GUID"),
        (markup(date="yesterday"), "“yesterday”不是时间"),
        (markup(date="2026-13-45T00:00:00Z"), "“2026-13-45T00:00:00Z”不是时间"),
        (markup().replace("</Topic>", "<Index>9999999999</Index></Topic>"), "“9999999999”超出整数范围"),
    ],
)
def test_a_bad_topic_costs_only_itself(tmp_path: Path, content: str, reason: str) -> None:
    path = packed(
        tmp_path / "a.bcf",
        {"bcf.version": VERSION, "a/markup.bcf": content, f"{book.SMALL}/markup.bcf": markup("ok", book.SMALL)},
    )
    with bcf.open_bcf(path) as file:
        topics = list(file.topics())
    (bad,) = [topic for topic in topics if isinstance(topic, bcf.BadPart)]
    assert bad.place.startswith("a/markup.bcf")
    assert bad.reason.startswith(reason)
    assert [topic.title for topic in topics if isinstance(topic, bcf.Topic)] == ["ok"]


@pytest.mark.parametrize("value", ["NaN", "INF", "x", ""])
def test_a_camera_without_numbers_is_named(tmp_path: Path, value: str) -> None:
    view = f"""<VisualizationInfo Guid="{book.VIEW}"><PerspectiveCamera><CameraViewPoint><X>{value}</X><Y>0</Y><Z>0</Z></CameraViewPoint>
    <FieldOfView>60</FieldOfView></PerspectiveCamera></VisualizationInfo>"""
    listed = f'<Viewpoints><ViewPoint Guid="{book.VIEW}"><Viewpoint>v.bcfv</Viewpoint></ViewPoint></Viewpoints></Topic>'
    path = packed(
        tmp_path / "a.bcf", {"bcf.version": VERSION, "a/markup.bcf": markup().replace("</Topic>", listed), "a/v.bcfv": view}
    )
    with bcf.open_bcf(path) as file:
        (bad,) = file.topics()
    assert isinstance(bad, bcf.BadPart)
    assert bad.place == "a/v.bcfv CameraViewPoint/X"


def test_a_picture_that_is_absent_is_named(tmp_path: Path) -> None:
    listed = f'<Viewpoints><ViewPoint Guid="{book.VIEW}"><Snapshot>../../secret.png</Snapshot></ViewPoint></Viewpoints></Topic>'
    path = packed(tmp_path / "a.bcf", {"bcf.version": VERSION, "a/markup.bcf": markup().replace("</Topic>", listed)})
    with bcf.open_bcf(path) as file:
        (bad,) = file.topics()
    assert isinstance(bad, bcf.BadPart)
    assert bad.place == "../secret.png"
