"""The BCF 3.0 report, read back by bcf-client with unknown elements refused."""

import math
import uuid
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bcf.v3 import model as mdl
from bcf.v3.bcfxml import BcfXml
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

from hezhu.engines.findings import Subject, Verdict
from hezhu.engines.ifc import read
from hezhu.engines.ifc.sample import write_sample
from hezhu.engines.review.reports import write_bcf
from tests.engines.reports.review_stub import StubReview, door

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return read(write_sample(tmp_path_factory.mktemp("bcf") / "m.ifc", storeys=3))


@pytest.fixture(scope="module")
def real_door(model):
    return next(e for e in model.of_class("IfcDoor") if e.name == "303-卧室1-门")


def _strict(content, kind):
    return XmlParser(config=ParserConfig(fail_on_unknown_properties=True)).from_bytes(content, kind)


def test_layout_and_content(tmp_path, model, real_door):
    findings = [door(1, Verdict.MANUAL), door(2, Verdict.PASS), door(3, global_id=real_door.global_id)]
    path = write_bcf(StubReview(findings), model, tmp_path / "review.bcf", at=AT)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        assert {"bcf.version", "project.bcfp", "extensions.xml"} < set(names)
        assert _strict(archive.read("bcf.version"), mdl.Version).version_id == "3.0"
        extensions = _strict(archive.read("extensions.xml"), mdl.Extensions)
        assert extensions.topic_types.topic_type == ["不符合", "需人工", "说明"]
        for name in names:
            if name.endswith("markup.bcf"):
                uuid.UUID(name.split("/")[0])
                _strict(archive.read(name), mdl.Markup)
            if name.endswith(".bcfv"):
                _strict(archive.read(name), mdl.VisualizationInfo)
    with BcfXml.load(path) as book:
        topics = sorted((handler.topic for handler in book.topics.values()), key=lambda topic: topic.index)
        assert [(t.topic_type, t.title) for t in topics] == [
            ("不符合", "房间门通行净宽：门3"),
            ("需人工", "房间门通行净宽：门1"),
        ]
        assert topics[0].priority == "强制性条文"
        assert topics[0].labels.label == ["GB 55038-2025"]
        assert topics[0].description.splitlines()[:2] == ["实测 0.655 m，要求 ≥ 0.800 m", "依据：GB 55038-2025 4.1.14（待核）"]
        header = book.topics[topics[0].guid].header
        assert header.files.file[0].ifc_project == model.project_global_id


def _outline(element):
    """Tags and attributes, nested, in order."""
    return element.tag.rpartition("}")[2], sorted(element.attrib), [_outline(child) for child in element]


def test_elements_stand_in_the_order_of_the_schema(tmp_path, model, real_door):
    """bcf-client writes its classes in the order of the schemas: reading and writing again must change nothing."""
    kinds = {"markup.bcf": mdl.Markup, "viewpoint.bcfv": mdl.VisualizationInfo, "extensions.xml": mdl.Extensions}
    path = write_bcf(StubReview([door(3, global_id=real_door.global_id), door(4)]), model, tmp_path / "r.bcf", limit=1)
    checked = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            kind = kinds.get(name.rpartition("/")[2])
            if kind is not None:
                written = XmlSerializer().render(_strict(archive.read(name), kind))
                assert _outline(ET.fromstring(written)) == _outline(ET.fromstring(archive.read(name)))
                checked.append(kind)
    assert checked.count(mdl.Markup) == 2
    assert checked.count(mdl.VisualizationInfo) == checked.count(mdl.Extensions) == 1


def test_characters_that_xml_cannot_carry_are_dropped(tmp_path, model):
    finding = replace(door(1), subject=Subject("x" * 22, "IfcDoor", "门\x00\x0b甲 <&>"))
    with BcfXml.load(write_bcf(StubReview([finding]), model, tmp_path / "r.bcf")) as book:
        (handler,) = book.topics.values()
        assert handler.topic.title == "房间门通行净宽：门甲 <&>"


def test_the_camera_looks_at_the_element_and_selects_it(tmp_path, model, real_door):
    path = write_bcf(StubReview([door(3, global_id=real_door.global_id)]), model, tmp_path / "review.bcf")
    with BcfXml.load(path) as book:
        (handler,) = book.topics.values()
        (view,) = (v.visualization_info for v in handler.viewpoints.values())
    assert [c.ifc_guid for c in view.components.selection.component] == [real_door.global_id]
    camera = view.perspective_camera
    eye, towards = camera.camera_view_point, camera.camera_direction
    middle = (1.5, 2.0, 4.0)  # of the shape that the finding carries
    distance = math.dist((eye.x, eye.y, eye.z), middle)
    hit = [e + t * distance for e, t in zip((eye.x, eye.y, eye.z), (towards.x, towards.y, towards.z), strict=True)]
    assert hit == pytest.approx(middle, abs=0.01)
    assert math.hypot(towards.x, towards.y, towards.z) == pytest.approx(1, abs=1e-4)
    up = camera.camera_up_vector
    assert towards.x * up.x + towards.y * up.y + towards.z * up.z == pytest.approx(0, abs=1e-4)
    assert view.clipping_planes.clipping_plane[0].location.z == pytest.approx(5.3)


def test_an_element_without_a_measurement_is_found_by_its_placement(tmp_path, model, real_door):
    finding = replace(door(3, global_id=real_door.global_id), shape=None)
    path = write_bcf(StubReview([finding]), model, tmp_path / "review.bcf")
    with BcfXml.load(path) as book:
        (handler,) = book.topics.values()
        (view,) = (v.visualization_info for v in handler.viewpoints.values())
    assert view.clipping_planes.clipping_plane[0].location.z == pytest.approx(6.3)


def test_a_finding_on_the_whole_model_has_no_view(tmp_path, model):
    finding = replace(door(3), subject=Subject(None), shape=None)
    path = write_bcf(StubReview([finding]), model, tmp_path / "review.bcf")
    with BcfXml.load(path) as book:
        (handler,) = book.topics.values()
        assert handler.topic.title == "房间门通行净宽：整个模型"
        assert handler.viewpoints == {}


def test_the_same_review_makes_the_same_topics(tmp_path, model):
    review = StubReview([door(1), door(2)])
    names = [sorted(zipfile.ZipFile(write_bcf(review, model, tmp_path / f"{n}.bcf")).namelist()) for n in range(2)]
    assert names[0] == names[1]


def test_a_long_review_is_cut_failures_first_and_says_so(tmp_path, model):
    findings = [door(n, Verdict.MANUAL) for n in range(10)] + [door(n) for n in range(10, 15)]
    path = write_bcf(StubReview(findings), model, tmp_path / "review.bcf", limit=6)
    with BcfXml.load(path) as book:
        topics = sorted((handler.topic for handler in book.topics.values()), key=lambda topic: topic.index)
    assert [t.topic_type for t in topics] == ["说明", *["不符合"] * 5, "需人工"]
    assert topics[0].title == "另有 9 项未写入本文件"
    assert "共 15 项不符合或需人工，本文件只写前 6 项" in topics[0].description
