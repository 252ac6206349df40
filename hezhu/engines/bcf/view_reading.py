"""A .bcfv file (VisualizationInfo) as a viewpoint, of BCF 2.1 or 3.0."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

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
    Viewpoint,
    ViewSetupHints,
    Visibility,
)
from hezhu.engines.bcf.values import child_text, number, truth, vector


def read_view(
    root: Element, guid: str, place: str, *, picture: Callable[[str], Picture], snapshot: Picture | None, index: int | None
) -> Viewpoint:
    """``picture`` gives the picture of a name in the topic's folder; raises BadPart."""
    if root.tag != "VisualizationInfo":
        raise BadPart(place, f"根元素是 {root.tag[:40]}，应为 VisualizationInfo")
    components = root.find("Components")
    return Viewpoint(
        guid,
        index,
        camera=_camera(root, place),
        selection=_components(components.find("Selection"), place) if components is not None else (),
        visibility=_visibility(components, place) if components is not None else None,
        coloring=tuple(_coloring(components, place)) if components is not None else (),
        lines=tuple(
            Line(vector(line, "StartPoint", place), vector(line, "EndPoint", place)) for line in root.iterfind("Lines/Line")
        ),
        clipping_planes=tuple(
            ClippingPlane(vector(plane, "Location", place), vector(plane, "Direction", place))
            for plane in root.iterfind("ClippingPlanes/ClippingPlane")
        ),
        bitmaps=tuple(_bitmap(item, place, picture) for item in (*root.iterfind("Bitmaps/Bitmap"), *root.iterfind("Bitmap"))),
        snapshot=snapshot,
    )


def _camera(root: Element, place: str) -> Camera | None:
    for tag, size in (("PerspectiveCamera", "FieldOfView"), ("OrthogonalCamera", "ViewToWorldScale")):
        camera = root.find(tag)
        if camera is None:
            continue
        value = number(camera.findtext(size), f"{place} {tag}/{size}")
        if value <= 0 or (size == "FieldOfView" and value >= 180):
            raise BadPart(f"{place} {tag}/{size}", f"{value:g} 不在可用范围内")
        ratio = child_text(camera, "AspectRatio")
        return Camera(
            vector(camera, "CameraViewPoint", place),
            vector(camera, "CameraDirection", place),
            vector(camera, "CameraUpVector", place),
            field_of_view=value if size == "FieldOfView" else None,
            view_to_world_scale=value if size == "ViewToWorldScale" else None,
            aspect_ratio=number(ratio, f"{place} {tag}/AspectRatio") if ratio else None,
        )
    return None


def _components(parent: Element | None, place: str) -> tuple[Component, ...]:
    return tuple(_component(item, place) for item in parent.iterfind("Component")) if parent is not None else ()


def _component(item: Element, place: str) -> Component:
    ifc_guid = item.get("IfcGuid", "").strip()
    if ifc_guid and not IFC_GUID.fullmatch(ifc_guid):
        raise BadPart(f"{place} Component", f"“{ifc_guid[:40]}”不是 IFC GlobalId")
    return Component(ifc_guid, child_text(item, "OriginatingSystem"), child_text(item, "AuthoringToolId"))


def _visibility(components: Element, place: str) -> Visibility | None:
    """In BCF 2.1 the hints stand beside the visibility, in 3.0 within it."""
    visibility = components.find("Visibility")
    hints = components.find("ViewSetupHints")
    if visibility is None:
        return None if hints is None else Visibility(hints=_hints(hints))
    if hints is None:
        hints = visibility.find("ViewSetupHints")
    return Visibility(
        truth(visibility.get("DefaultVisibility"), False),
        _components(visibility.find("Exceptions"), place),
        None if hints is None else _hints(hints),
    )


def _hints(hints: Element) -> ViewSetupHints:
    return ViewSetupHints(
        truth(hints.get("SpacesVisible"), False),
        truth(hints.get("SpaceBoundariesVisible"), False),
        truth(hints.get("OpeningsVisible"), False),
    )


def _coloring(components: Element, place: str) -> Iterable[Coloring]:
    for item in components.iterfind("Coloring/Color"):
        color = item.get("Color", "").strip()
        if not COLOR.fullmatch(color):
            raise BadPart(f"{place} Coloring", f"“{color[:40]}”不是颜色")
        inner = item.find("Components")
        yield Coloring(color.upper(), _components(inner if inner is not None else item, place))


def _bitmap(item: Element, place: str, picture: Callable[[str], Picture]) -> Bitmap:
    return Bitmap(
        picture(child_text(item, "Reference")),
        vector(item, "Location", place),
        vector(item, "Normal", place),
        vector(item, "Up", place),
        number(item.findtext("Height"), f"{place} Bitmap/Height"),
    )
