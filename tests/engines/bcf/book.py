"""A topic that says everything BCF can say, and the smallest one; pictures of one pixel."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

from hezhu.engines import bcf

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WALL, DOOR = "2O2Fr$t4X7Zf8NOew3FLOH", "1hOSvn6df7F8_7GcBWlRrM"
FULL, SMALL = "0f5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d", "1f5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d"
VIEW, SECOND_VIEW = "2a5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d", "2b5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d"
COMMENT, SECOND_COMMENT = "3a5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d", "3b5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d"
DOCUMENT = "4a5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d"
PROJECT = bcf.Project("3304812603010101", "海宁测试安置房")
EXTENSIONS = bcf.Extensions(
    ("碰撞",), ("Open", "Closed"), ("高",), ("结构", "给排水"), ("wang@example.com",), (".ifc",), ("施工图",)
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, 5, 250000, tzinfo=UTC)


def view(guid: str = VIEW) -> bcf.Viewpoint:
    return bcf.Viewpoint(
        guid,
        2,
        camera=bcf.Camera((1.5, -2.0, 1e-7), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), field_of_view=52.5, aspect_ratio=1.25),
        selection=(bcf.Component(WALL, "Archi", "17"), bcf.Component("", "Archi", "18")),
        visibility=bcf.Visibility(True, (bcf.Component(DOOR),), bcf.ViewSetupHints(True, False, True)),
        coloring=(bcf.Coloring("FF00AA", (bcf.Component(DOOR),)), bcf.Coloring("80FF00AA", (bcf.Component(WALL),))),
        lines=(bcf.Line((0.0, 0.0, 0.0), (1.0, 2.0, 3.0)),),
        clipping_planes=(bcf.ClippingPlane((0.0, 0.0, 3.0), (0.0, 0.0, 1.0)),),
        bitmaps=(bcf.Bitmap(bcf.Picture("jpg", lambda: JPG), (1.0, 1.0, 1.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0), 2.5),),
        snapshot=bcf.Picture("png", lambda: PNG),
    )


def orthogonal() -> bcf.Viewpoint:
    camera = bcf.Camera((0.0, 0.0, 50.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0), view_to_world_scale=30.0, aspect_ratio=1.5)
    return bcf.Viewpoint(SECOND_VIEW, camera=camera)


def full() -> bcf.Topic:
    return bcf.Topic(
        guid=FULL,
        title="梁与风管 <碰撞> & “标高”",
        creation_date=at(8),
        creation_author="wang@example.com",
        type="碰撞",
        status="Open",
        priority="高",
        index=7,
        labels=("结构", "暖通"),
        stage="施工图",
        assigned_to="li@example.com",
        description="第一行\n第二行",
        due_date=at(20),
        modified_date=at(9),
        modified_author="li@example.com",
        server_assigned_id="ISSUE-9",
        reference_links=("https://example.com/1",),
        snippet=bcf.Snippet(".json", "clash.json", "https://example.com/s", load=lambda: b'{"a": 1}'),
        document_references=(
            bcf.DocumentReference("5a5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d", document=DOCUMENT, description="要求"),
            bcf.DocumentReference("5b5b1a8e-4d0c-4f0e-9d5b-6c1f2a3b4c5d", url="https://example.com/a.pdf"),
        ),
        related=(SMALL,),
        files=(bcf.HeaderFile("结构.ifc", at(7), "https://example.com/s.ifc", "0YvctVUKr0kugbFTf53O9L", WALL, True),),
        comments=(
            bcf.Comment(COMMENT, at(8, 30), "li@example.com", "请看标高", VIEW, at(8, 40), "li@example.com"),
            bcf.Comment(SECOND_COMMENT, at(9), "wang@example.com", "下移 200"),
        ),
        viewpoints=(view(), orthogonal()),
    )


def small() -> bcf.Topic:
    return bcf.Topic(SMALL, "最少", at(8), "wang@example.com", type="碰撞", status="Open")


def document() -> bcf.Document:
    return bcf.Document(DOCUMENT, "要求.txt", "任务书", lambda: "净高 2.6 m".encode())


def write(path: Path, *topics: bcf.Topic, version: str = "3.0", **head: object) -> Path:
    head = {"project": PROJECT, "extensions": EXTENSIONS, "documents": [document()]} | head
    with bcf.write_bcf_file(path, version=version, **head) as out:  # type: ignore[arg-type]
        for topic in topics:
            out.add(topic)
    return path


def read(path: Path) -> list[bcf.Topic]:
    with bcf.open_bcf(path) as file:
        return [topic for topic in file.topics() if isinstance(topic, bcf.Topic)]
