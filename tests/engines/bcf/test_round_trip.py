"""What is written is read back: everything in 3.0, and in 2.1 everything that 2.1 can say. An independent reader agrees."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from bcf.v2 import model as v2
from bcf.v2.bcfxml import BcfXml as BcfXml2
from bcf.v3 import model as v3
from bcf.v3.bcfxml import BcfXml as BcfXml3
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from hezhu.engines import bcf
from tests.engines.bcf import book

SCHEMAS = Path(os.environ.get("BCF_XML_SCHEMAS", "absent"))
"""A folder with 3.0/ and 2.1/ of buildingSMART's XSDs (CC BY-ND: not kept here)."""


def test_everything_comes_back_from_3_0(tmp_path: Path) -> None:
    path = book.write(tmp_path / "a.bcf", book.full(), book.small())
    with bcf.open_bcf(path) as file:
        assert (file.version, file.project, file.extensions) == ("3.0", book.PROJECT, book.EXTENSIONS)
        full, small = file.topics()
        assert (full, small) == (book.full(), book.small())
        assert isinstance(full, bcf.Topic)
        assert full.snippet is not None
        assert full.snippet.load is not None
        assert full.snippet.load() == b'{"a": 1}'
        assert full.viewpoints[0].snapshot is not None
        assert full.viewpoints[0].snapshot.load() == book.PNG
        assert full.viewpoints[0].bitmaps[0].picture.load() == book.JPG
        (document,) = file.documents
        assert document == book.document()
        assert document.load is not None
        assert document.load() == "净高 2.6 m".encode()


def test_2_1_loses_only_what_it_cannot_say(tmp_path: Path) -> None:
    path = book.write(tmp_path / "a.bcfzip", book.full(), version="2.1")
    views = tuple(replace(view, camera=replace(view.camera, aspect_ratio=None)) for view in book.full().viewpoints)  # type: ignore[type-var]
    with bcf.open_bcf(path) as file:
        (topic,) = file.topics()
        assert topic == replace(book.full(), server_assigned_id="", viewpoints=views)
        assert file.extensions == book.EXTENSIONS
        assert [each.guid for each in file.documents] == [book.DOCUMENT]


def test_a_wide_view_is_brought_into_the_bounds_of_2_1(tmp_path: Path) -> None:
    wide = replace(book.full(), viewpoints=(replace(book.view(), camera=replace(book.view().camera, field_of_view=90.0)),))  # type: ignore[type-var]
    assert book.read(book.write(tmp_path / "a.bcf", wide))[0].viewpoints[0].camera.field_of_view == 90.0  # type: ignore[union-attr]
    assert book.read(book.write(tmp_path / "b.bcf", wide, version="2.1"))[0].viewpoints[0].camera.field_of_view == 60.0  # type: ignore[union-attr]


def test_a_view_of_2_1_without_camera_keeps_its_selection_in_3_0(tmp_path: Path) -> None:
    bare = replace(book.small(), viewpoints=(replace(book.view(), camera=None, snapshot=None, bitmaps=()),))
    (old,) = book.read(book.write(tmp_path / "a.bcf", bare, version="2.1"))
    assert old.viewpoints[0].camera is None
    (new,) = book.read(book.write(tmp_path / "b.bcf", old))
    assert new.viewpoints[0].selection == book.view().selection
    assert new.viewpoints[0].camera is not None


@pytest.mark.parametrize(("version", "model"), [("3.0", v3), ("2.1", v2)])
def test_an_independent_model_knows_every_element(tmp_path: Path, version: str, model) -> None:
    path = book.write(tmp_path / "a.bcf", book.full(), book.small(), version=version)
    strict = XmlParser(config=ParserConfig(fail_on_unknown_properties=True))
    kinds = {"markup.bcf": model.Markup, "bcf.version": model.Version}
    seen = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            kind = kinds.get(name.rsplit("/", 1)[-1]) or (model.VisualizationInfo if name.endswith(".bcfv") else None)
            if kind is not None:
                strict.from_bytes(archive.read(name), kind)
                seen += 1
    assert seen == 5


@pytest.mark.parametrize(("version", "reader"), [("3.0", BcfXml3), ("2.1", BcfXml2)])
def test_an_independent_client_reads_the_topics(tmp_path: Path, version: str, reader) -> None:
    with reader.load(book.write(tmp_path / "a.bcf", book.full(), version=version)) as outside:
        (handler,) = outside.topics.values()
        assert (handler.topic.title, handler.topic.guid) == (book.full().title, book.FULL)
        assert [comment.comment for comment in handler.comments] == ["请看标高", "下移 200"]
        assert len(handler.viewpoints) == 2


def test_a_file_of_the_independent_client_is_read(tmp_path: Path) -> None:
    outside = BcfXml3.create_new("外部项目")
    handler = outside.add_topic("净高不足", "走廊", "zhao@example.com", "问题")
    outside.save(str(tmp_path / "a.bcf"))
    (topic,) = book.read(tmp_path / "a.bcf")
    assert (topic.guid, topic.title, topic.type) == (handler.topic.guid, "净高不足", "问题")


@pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="BCF_XML_SCHEMAS names no folder with buildingSMART's XSDs (CC BY-ND, not kept here)"
)
@pytest.mark.parametrize("version", ["3.0", "2.1"])
def test_every_member_is_valid_by_the_official_schemas(tmp_path: Path, version: str) -> None:
    from xmlschema import XMLSchema

    kinds = {
        "markup.bcf": "markup",
        "bcf.version": "version",
        "project.bcfp": "project",
        "extensions.xml": "extensions",
        "documents.xml": "documents",
    }
    bare = replace(book.small(), type="", status="", creation_author="")
    with zipfile.ZipFile(book.write(tmp_path / "a.bcf", book.full(), bare, version=version)) as archive:
        for name in archive.namelist():
            kind = kinds.get(name.rsplit("/", 1)[-1]) or ("visinfo" if name.endswith(".bcfv") else "")
            if kind:
                XMLSchema(SCHEMAS / version / f"{kind}.xsd").validate(archive.open(name))
