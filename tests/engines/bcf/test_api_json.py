"""Viewpoints as the JSON of the BCF API."""

from __future__ import annotations

import base64
import copy
import json

import pytest

from hezhu.engines import bcf
from tests.engines.bcf import book

POST = {
    "index": 10,
    "perspective_camera": {
        "camera_view_point": {"x": 0.0, "y": 0.5, "z": 0.0},
        "camera_direction": {"x": 1.0, "y": 1.0, "z": 2.0},
        "camera_up_vector": {"x": 0.0, "y": 0.0, "z": 1.0},
        "field_of_view": 90.0,
        "aspect_ratio": 1.33,
    },
    "lines": [{"start_point": {"x": 1, "y": 1, "z": 1}, "end_point": {"x": 0, "y": 0, "z": 0}}],
    "clipping_planes": [{"location": {"x": 0.5, "y": 0.5, "z": 0.5}, "direction": {"x": 1.0, "y": 0.0, "z": 0.0}}],
    "bitmaps": [
        {
            "bitmap_type": "jpg",
            "bitmap_data": base64.b64encode(book.JPG).decode(),
            "location": {"x": 10.0, "y": -10.0, "z": 7.0},
            "normal": {"x": -1.0, "y": 1.25, "z": 0.0},
            "up": {"x": -5.4, "y": -4.3, "z": 1.0},
            "height": 1666,
        }
    ],
    "snapshot": {"snapshot_type": "png", "snapshot_data": base64.b64encode(book.PNG).decode()},
    "components": {
        "selection": [{"ifc_guid": book.WALL, "originating_system": "CAD", "authoring_tool_id": "1"}],
        "coloring": [{"color": "ff0000", "components": [{"ifc_guid": book.DOOR}]}],
        "visibility": {
            "default_visibility": False,
            "exceptions": [{"ifc_guid": book.DOOR}],
            "view_setup_hints": {"spaces_visible": True, "space_boundaries_visible": False, "openings_visible": True},
        },
    },
}


def test_the_example_of_the_specification_is_understood() -> None:
    view = bcf.viewpoint_from_json(POST, book.VIEW)
    assert (view.guid, view.index) == (book.VIEW, 10)
    assert view.camera == bcf.Camera((0.0, 0.5, 0.0), (1.0, 1.0, 2.0), (0.0, 0.0, 1.0), field_of_view=90.0, aspect_ratio=1.33)
    assert view.selection == (bcf.Component(book.WALL, "CAD", "1"),)
    assert view.visibility == bcf.Visibility(False, (bcf.Component(book.DOOR),), bcf.ViewSetupHints(True, False, True))
    assert view.coloring == (bcf.Coloring("FF0000", (bcf.Component(book.DOOR),)),)
    assert view.snapshot is not None
    assert (view.snapshot.format, view.snapshot.load()) == ("png", book.PNG)
    assert view.bitmaps[0].picture.load() == book.JPG


@pytest.mark.parametrize("view", [book.view(), book.orthogonal()], ids=["perspective", "orthogonal"])
def test_stored_json_gives_the_viewpoint_back(view: bcf.Viewpoint) -> None:
    stored = json.loads(json.dumps(bcf.viewpoint_as_json(view, with_components=True)))
    pictures = bcf.Picture("jpg", lambda: book.JPG)
    assert bcf.viewpoint_of_stored(stored, view.guid, bitmap=lambda guid: pictures, snapshot=view.snapshot) == view
    assert "components" not in bcf.viewpoint_as_json(view)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("perspective_camera", "field_of_view"), 200, "perspective_camera.field_of_view"),
        (("perspective_camera", "field_of_view"), float("nan"), "perspective_camera.field_of_view"),
        (("perspective_camera", "camera_direction"), {"x": 0, "y": 0, "z": 0}, "perspective_camera.camera_direction"),
        (("perspective_camera", "camera_view_point"), None, "perspective_camera.camera_view_point"),
        (("orthogonal_camera",), {"a": 1}, "perspective_camera"),
        (("components", "selection"), [{"ifc_guid": "short"}], "components.selection[0].ifc_guid"),
        (("components", "selection"), [{}], "components.selection[0]"),
        (("components", "coloring"), [{"color": "red"}], "components.coloring[0].color"),
        (("snapshot", "snapshot_data"), "SGVsbG8gV29ybGQh", "snapshot"),
        (("snapshot", "snapshot_data"), "%%%", "snapshot"),
        (("lines",), {}, "lines"),
        (("index",), "1", "index"),
        (("guid",), "x", "guid"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str, ...], value: object, place: str) -> None:
    body = copy.deepcopy(POST)
    target: dict = body
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(bcf.BadPart) as bad:
        bcf.viewpoint_from_json(body, book.VIEW)
    assert bad.value.place == place


@pytest.mark.parametrize(
    "body", [{}, {"components": {"selection": [{"ifc_guid": book.WALL}]}, "snapshot": POST["snapshot"]}, [], "x"]
)
def test_a_viewpoint_shows_something_and_from_somewhere(body: object) -> None:
    with pytest.raises(bcf.BadPart):
        bcf.viewpoint_from_json(body, book.VIEW)
