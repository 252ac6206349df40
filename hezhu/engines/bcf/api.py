"""Viewpoints as the JSON of the BCF API 3.0 (viewpoint_POST.json, viewpoint_GET.json, components.json), both ways."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import Any

from hezhu.engines.bcf.errors import BadPart
from hezhu.engines.bcf.model import (
    COLOR,
    IFC_GUID,
    Bitmap,
    Camera,
    ClippingPlane,
    Coloring,
    Component,
    Line,
    Picture,
    Vector,
    Viewpoint,
    ViewSetupHints,
    Visibility,
)
from hezhu.engines.bcf.pictures import picture_format
from hezhu.engines.bcf.values import guid_of

JsonObject = dict[str, Any]
MAX_COMPONENTS = 100_000
MAX_PICTURE_BYTES = 32 * 1024 * 1024
_FIX = "按 BCF API 3.0 的 viewpoint_POST 改正"


def viewpoint_from_json(data: Any, guid: str) -> Viewpoint:
    """The viewpoint that a client posts; ``guid`` is used where it names none. Raises BadPart naming the property."""
    body = _object(data, "viewpoint")
    perspective, orthogonal = body.get("perspective_camera"), body.get("orthogonal_camera")
    if perspective and orthogonal:
        raise BadPart("perspective_camera", "与 orthogonal_camera 只能有一个", _FIX)
    camera = None
    if perspective:
        camera = _camera(_object(perspective, "perspective_camera"), "perspective_camera", "field_of_view")
    elif orthogonal:
        camera = _camera(_object(orthogonal, "orthogonal_camera"), "orthogonal_camera", "view_to_world_scale")
    components = _object(body.get("components") or {}, "components")
    index = body.get("index")
    if index is not None and (not isinstance(index, int) or isinstance(index, bool)):
        raise BadPart("index", "应为整数", _FIX)
    view = Viewpoint(
        guid_of(body["guid"], "guid") if body.get("guid") else guid,
        index,
        camera=camera,
        selection=_components(components.get("selection"), "components.selection"),
        visibility=_visibility(components.get("visibility")),
        coloring=tuple(_coloring(item, place) for item, place in _items(components.get("coloring"), "components.coloring")),
        lines=tuple(
            Line(_vector(item.get("start_point"), f"{place}.start_point"), _vector(item.get("end_point"), f"{place}.end_point"))
            for item, place in _items(body.get("lines"), "lines")
        ),
        clipping_planes=tuple(
            ClippingPlane(
                _vector(item.get("location"), f"{place}.location"), _direction(item.get("direction"), f"{place}.direction")
            )
            for item, place in _items(body.get("clipping_planes"), "clipping_planes")
        ),
        bitmaps=tuple(_bitmap(item, place) for item, place in _items(body.get("bitmaps"), "bitmaps")),
        snapshot=_picture(_object(body["snapshot"], "snapshot"), "snapshot") if body.get("snapshot") else None,
    )
    _complete(view)
    return view


def _complete(view: Viewpoint) -> None:
    """The rules of BCF API 3.0, 3.5.2: a camera or a snapshot; what is shown needs a camera."""
    if view.camera is None and view.snapshot is None:
        raise BadPart("viewpoint", "既没有相机也没有快照", _FIX)
    if view.camera is None and (view.has_components or view.lines or view.clipping_planes or view.bitmaps):
        raise BadPart("viewpoint", "有构件、剖切、线或图片时必须有相机", _FIX)


def viewpoint_as_json(view: Viewpoint, *, with_components: bool = False) -> JsonObject:
    """As the API gives it. Components are asked for apart; ``with_components`` puts them in, as a client posts them."""
    body: JsonObject = {"guid": view.guid}
    if view.index is not None:
        body["index"] = view.index
    if view.camera is not None:
        body["perspective_camera" if view.camera.is_perspective else "orthogonal_camera"] = _camera_json(view.camera)
    if view.lines:
        body["lines"] = [{"start_point": _xyz(line.start), "end_point": _xyz(line.end)} for line in view.lines]
    if view.clipping_planes:
        body["clipping_planes"] = [
            {"location": _xyz(plane.location), "direction": _xyz(plane.direction)} for plane in view.clipping_planes
        ]
    if view.bitmaps:
        body["bitmaps"] = [_bitmap_json(bitmap) for bitmap in view.bitmaps]
    if view.snapshot is not None:
        body["snapshot"] = {"snapshot_type": view.snapshot.format}
    if with_components and view.has_components:
        body["components"] = components_as_json(view)
    return body


def components_as_json(view: Viewpoint) -> JsonObject:
    """Selection, coloring and visibility."""
    parts: JsonObject = {
        "selection": [_component_json(item) for item in view.selection],
        "coloring": [
            {"color": item.color, "components": [_component_json(component) for component in item.components]}
            for item in view.coloring
        ],
    }
    if view.visibility is not None:
        shown: JsonObject = {
            "default_visibility": view.visibility.default,
            "exceptions": [_component_json(item) for item in view.visibility.exceptions],
        }
        if (hints := view.visibility.hints) is not None:
            shown["view_setup_hints"] = {
                "spaces_visible": hints.spaces_visible,
                "space_boundaries_visible": hints.space_boundaries_visible,
                "openings_visible": hints.openings_visible,
            }
        parts["visibility"] = shown
    return parts


def viewpoint_of_stored(
    body: Mapping[str, Any], guid: str, *, bitmap: Callable[[str], Picture], snapshot: Picture | None
) -> Viewpoint:
    """A viewpoint from ``viewpoint_as_json(…, with_components=True)``; ``bitmap`` gives the picture of a bitmap's GUID."""
    plain = {key: value for key, value in body.items() if key not in ("bitmaps", "snapshot", "guid")}
    plain["snapshot"] = None
    components = plain.get("components") or {}
    return Viewpoint(
        guid,
        body.get("index"),
        camera=_stored_camera(plain),
        selection=_components(components.get("selection"), "selection"),
        visibility=_visibility(components.get("visibility")),
        coloring=tuple(_coloring(item, place) for item, place in _items(components.get("coloring"), "coloring")),
        lines=tuple(Line(_vector(item["start_point"], ""), _vector(item["end_point"], "")) for item in body.get("lines") or ()),
        clipping_planes=tuple(
            ClippingPlane(_vector(item["location"], ""), _vector(item["direction"], ""))
            for item in body.get("clipping_planes") or ()
        ),
        bitmaps=tuple(
            Bitmap(
                bitmap(item["guid"]),
                _vector(item["location"], ""),
                _vector(item["normal"], ""),
                _vector(item["up"], ""),
                item["height"],
                item["guid"],
            )
            for item in body.get("bitmaps") or ()
        ),
        snapshot=snapshot,
    )


def _stored_camera(body: Mapping[str, Any]) -> Camera | None:
    if camera := body.get("perspective_camera"):
        return _camera(camera, "perspective_camera", "field_of_view")
    if camera := body.get("orthogonal_camera"):
        return _camera(camera, "orthogonal_camera", "view_to_world_scale")
    return None


def _camera(body: Mapping[str, Any], place: str, size: str) -> Camera:
    value = _number(body.get(size), f"{place}.{size}")
    if value <= 0 or (size == "field_of_view" and value >= 180):
        raise BadPart(f"{place}.{size}", f"{value:g} 不在可用范围内", _FIX)
    ratio = body.get("aspect_ratio")
    ratio = None if ratio is None else _number(ratio, f"{place}.aspect_ratio")
    if ratio is not None and ratio <= 0:
        raise BadPart(f"{place}.aspect_ratio", "应大于 0", _FIX)
    return Camera(
        _vector(body.get("camera_view_point"), f"{place}.camera_view_point"),
        _direction(body.get("camera_direction"), f"{place}.camera_direction"),
        _direction(body.get("camera_up_vector"), f"{place}.camera_up_vector"),
        field_of_view=value if size == "field_of_view" else None,
        view_to_world_scale=value if size == "view_to_world_scale" else None,
        aspect_ratio=ratio,
    )


def _camera_json(camera: Camera) -> JsonObject:
    body: JsonObject = {
        "camera_view_point": _xyz(camera.eye),
        "camera_direction": _xyz(camera.direction),
        "camera_up_vector": _xyz(camera.up),
    }
    if camera.is_perspective:
        body["field_of_view"] = camera.field_of_view
    else:
        body["view_to_world_scale"] = camera.view_to_world_scale
    if camera.aspect_ratio is not None:
        body["aspect_ratio"] = camera.aspect_ratio
    return body


def _bitmap_json(bitmap: Bitmap) -> JsonObject:
    return {
        "guid": bitmap.guid,
        "bitmap_type": bitmap.picture.format,
        "location": _xyz(bitmap.location),
        "normal": _xyz(bitmap.normal),
        "up": _xyz(bitmap.up),
        "height": bitmap.height,
    }


def _bitmap(item: Mapping[str, Any], place: str) -> Bitmap:
    return Bitmap(
        _picture({"snapshot_type": item.get("bitmap_type"), "snapshot_data": item.get("bitmap_data")}, place),
        _vector(item.get("location"), f"{place}.location"),
        _direction(item.get("normal"), f"{place}.normal"),
        _direction(item.get("up"), f"{place}.up"),
        _number(item.get("height"), f"{place}.height"),
    )


def _picture(item: Mapping[str, Any], place: str) -> Picture:
    text = item.get("snapshot_data")
    if not isinstance(text, str) or len(text) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise BadPart(place, "没有图片内容，或图片太大", "图片用 base64 编码，不超过 32 MB")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadPart(place, "不是 base64 编码", _FIX) from None
    found = picture_format(content)
    if found is None:
        raise BadPart(place, "内容不是 PNG 或 JPEG 图片", "改用 PNG 或 JPEG")
    return Picture(found, lambda: content)


def _components(items: Any, place: str) -> tuple[Component, ...]:
    listed = _items(items, place)
    if len(listed) > MAX_COMPONENTS:
        raise BadPart(place, f"构件超过 {MAX_COMPONENTS:,} 个", "改用可见性表达")
    return tuple(_component(item, spot) for item, spot in listed)


def _component(item: Mapping[str, Any], place: str) -> Component:
    ifc_guid, system, tool = (
        _text(item.get(name), f"{place}.{name}") for name in ("ifc_guid", "originating_system", "authoring_tool_id")
    )
    if ifc_guid and not IFC_GUID.fullmatch(ifc_guid):
        raise BadPart(f"{place}.ifc_guid", f"“{ifc_guid[:40]}”不是 IFC GlobalId", _FIX)
    if not ifc_guid and not tool:
        raise BadPart(place, "ifc_guid 和 authoring_tool_id 都没有填", _FIX)
    return Component(ifc_guid, system, tool)


def _component_json(component: Component) -> JsonObject:
    named = {
        "ifc_guid": component.ifc_guid,
        "originating_system": component.originating_system,
        "authoring_tool_id": component.authoring_tool_id,
    }
    return {name: value for name, value in named.items() if value}


def _visibility(body: Any) -> Visibility | None:
    if body is None:
        return None
    shown = _object(body, "components.visibility")
    hints = shown.get("view_setup_hints")
    return Visibility(
        bool(shown.get("default_visibility", False)),
        _components(shown.get("exceptions"), "components.visibility.exceptions"),
        None
        if hints is None
        else ViewSetupHints(
            bool(hints.get("spaces_visible")), bool(hints.get("space_boundaries_visible")), bool(hints.get("openings_visible"))
        ),
    )


def _coloring(item: Mapping[str, Any], place: str) -> Coloring:
    color = _text(item.get("color"), f"{place}.color").lstrip("#")
    if not COLOR.fullmatch(color):
        raise BadPart(f"{place}.color", f"“{color[:40]}”不是颜色", "写作 RRGGBB 或 AARRGGBB")
    return Coloring(color.upper(), _components(item.get("components"), f"{place}.components"))


def _items(items: Any, place: str) -> list[tuple[Mapping[str, Any], str]]:
    if items is None:
        return []
    if not isinstance(items, list):
        raise BadPart(place, "应为数组", _FIX)
    return [(_object(item, f"{place}[{number}]"), f"{place}[{number}]") for number, item in enumerate(items)]


def _object(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadPart(place, "应为对象", _FIX)
    return value


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadPart(place, "应为文字", _FIX)
    return value


def _number(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadPart(place, "应为数字", _FIX)
    return float(value)


def _vector(value: Any, place: str) -> Vector:
    point = _object(value, place)
    x, y, z = (_number(point.get(axis), f"{place}.{axis}") for axis in "xyz")
    return x, y, z


def _direction(value: Any, place: str) -> Vector:
    """A direction may not be a zero vector (BCF API 3.0, 3.5.2.2)."""
    vector = _vector(value, place)
    if vector == (0.0, 0.0, 0.0):
        raise BadPart(place, "方向不能是零向量", _FIX)
    return vector


def _xyz(vector: Vector) -> JsonObject:
    return dict(zip("xyz", vector, strict=True))
