"""A viewpoint as a .bcfv file (VisualizationInfo), valid by the schema of BCF 3.0 or 2.1.

What BCF 2.1 cannot say is left out (aspect ratio) or brought into its bounds (field of view: 45° to 60°).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement

from hezhu.engines.bcf.model import Bitmap, Camera, Component, Vector, Viewpoint, Visibility
from hezhu.engines.bcf.values import clean

DEFAULT_ASPECT_RATIO = 1.5
_FIELD_OF_VIEW_21 = (45.0, 60.0)


def view_element(view: Viewpoint, version: str, bitmap_name: Callable[[Bitmap, int], str]) -> Element:
    """The root element; BCF 3.0 demands a camera. ``bitmap_name`` names each bitmap's file."""
    root = Element("VisualizationInfo", Guid=view.guid)
    if view.has_components:
        _components(SubElement(root, "Components"), view, version)
    if view.camera is not None:
        _camera(root, view.camera, version)
    if view.lines:
        lines = SubElement(root, "Lines")
        for line in view.lines:
            item = SubElement(lines, "Line")
            point(item, "StartPoint", line.start)
            point(item, "EndPoint", line.end)
    if view.clipping_planes:
        planes = SubElement(root, "ClippingPlanes")
        for plane in view.clipping_planes:
            item = SubElement(planes, "ClippingPlane")
            point(item, "Location", plane.location)
            point(item, "Direction", plane.direction)
    _bitmaps(root, view.bitmaps, version, bitmap_name)
    return root


def point(parent: Element, tag: str, values: Vector) -> None:
    child = SubElement(parent, tag)
    for axis, value in zip("XYZ", values, strict=True):
        text(child, axis, repr(float(value)))


def text(parent: Element, tag: str, value: str) -> Element:
    child = SubElement(parent, tag)
    child.text = clean(value)
    return child


def _camera(root: Element, camera: Camera, version: str) -> None:
    item = SubElement(root, "PerspectiveCamera" if camera.is_perspective else "OrthogonalCamera")
    point(item, "CameraViewPoint", camera.eye)
    point(item, "CameraDirection", camera.direction)
    point(item, "CameraUpVector", camera.up)
    if camera.field_of_view is not None:
        angle = camera.field_of_view
        if version == "2.1":
            angle = min(max(angle, _FIELD_OF_VIEW_21[0]), _FIELD_OF_VIEW_21[1])
        text(item, "FieldOfView", repr(angle))
    else:
        text(item, "ViewToWorldScale", repr(camera.view_to_world_scale or 1.0))
    if version != "2.1":
        text(item, "AspectRatio", repr(camera.aspect_ratio or DEFAULT_ASPECT_RATIO))


def _components(parent: Element, view: Viewpoint, version: str) -> None:
    visibility = view.visibility or Visibility(default=True)
    if version == "2.1" and visibility.hints is not None:
        _hints(parent, visibility)
    if view.selection:
        _list(SubElement(parent, "Selection"), view.selection)
    if view.visibility is not None or version == "2.1":
        shown = SubElement(parent, "Visibility", DefaultVisibility=_truth(visibility.default))
        if version != "2.1" and visibility.hints is not None:
            _hints(shown, visibility)
        if visibility.exceptions:
            _list(SubElement(shown, "Exceptions"), visibility.exceptions)
    if view.coloring:
        coloring = SubElement(parent, "Coloring")
        for item in view.coloring:
            if item.components:
                color = SubElement(coloring, "Color", Color=item.color.upper())
                _list(color if version == "2.1" else SubElement(color, "Components"), item.components)


def _hints(parent: Element, visibility: Visibility) -> None:
    hints = visibility.hints
    assert hints is not None
    SubElement(
        parent,
        "ViewSetupHints",
        SpacesVisible=_truth(hints.spaces_visible),
        SpaceBoundariesVisible=_truth(hints.space_boundaries_visible),
        OpeningsVisible=_truth(hints.openings_visible),
    )


def _list(parent: Element, components: Iterable[Component]) -> None:
    for component in components:
        item = SubElement(parent, "Component")
        if component.ifc_guid:
            item.set("IfcGuid", component.ifc_guid)
        if component.originating_system:
            text(item, "OriginatingSystem", component.originating_system)
        if component.authoring_tool_id:
            text(item, "AuthoringToolId", component.authoring_tool_id)


def _bitmaps(root: Element, bitmaps: tuple[Bitmap, ...], version: str, bitmap_name: Callable[[Bitmap, int], str]) -> None:
    parent = SubElement(root, "Bitmaps") if bitmaps and version != "2.1" else root
    for number, bitmap in enumerate(bitmaps):
        item = SubElement(parent, "Bitmap")
        if version == "2.1":
            text(item, "Bitmap", bitmap.picture.format.upper())
        else:
            text(item, "Format", bitmap.picture.format)
        text(item, "Reference", bitmap_name(bitmap, number))
        point(item, "Location", bitmap.location)
        point(item, "Normal", bitmap.normal)
        point(item, "Up", bitmap.up)
        text(item, "Height", repr(bitmap.height))


def _truth(value: bool) -> str:
    return "true" if value else "false"
