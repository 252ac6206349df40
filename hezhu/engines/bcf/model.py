"""What BCF speaks of: topics with their comments and viewpoints. Lengths in metres, angles in degrees, world axes of the model.

One set of types serves BCF 2.1, BCF 3.0 and the BCF API 3.0. GUIDs are lower-case text. Times carry a zone. Empty text means absent.
Pictures, snippets and documents are loaded when they are asked for, so that a large file is never held in memory.
Sources: buildingSMART BCF-XML release_3_0 (markup.xsd, visinfo.xsd, extensions.xsd, documents.xsd), release_2_1; BCF-API release_3_0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Vector = tuple[float, float, float]
Load = Callable[[], bytes]

VERSIONS = ("3.0", "2.1")
GUID = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}")
IFC_GUID = re.compile(r"[0-9A-Za-z_$]{22}")
COLOR = re.compile(r"[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")


@dataclass(frozen=True, slots=True)
class Component:
    """An element: by its GlobalId, or by the identity that the authoring tool gave it."""

    ifc_guid: str = ""
    originating_system: str = ""
    authoring_tool_id: str = ""


@dataclass(frozen=True, slots=True)
class Coloring:
    """``color`` is RRGGBB or AARRGGBB in hexadecimal."""

    color: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class ViewSetupHints:
    spaces_visible: bool = False
    space_boundaries_visible: bool = False
    openings_visible: bool = False


@dataclass(frozen=True, slots=True)
class Visibility:
    """Everything is shown (``default``) or hidden, except ``exceptions``."""

    default: bool = False
    exceptions: tuple[Component, ...] = ()
    hints: ViewSetupHints | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """Exactly one of ``field_of_view`` (perspective, vertical, degrees) and ``view_to_world_scale`` (orthogonal, visible height, metres).

    ``aspect_ratio`` is width by height; BCF 2.1 has none.
    """

    eye: Vector
    direction: Vector
    up: Vector
    field_of_view: float | None = None
    view_to_world_scale: float | None = None
    aspect_ratio: float | None = None

    @property
    def is_perspective(self) -> bool:
        return self.field_of_view is not None


@dataclass(frozen=True, slots=True)
class Line:
    start: Vector
    end: Vector


@dataclass(frozen=True, slots=True)
class ClippingPlane:
    """``direction`` points into the half-space that is cut away."""

    location: Vector
    direction: Vector


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in PNG or JPEG: ``format`` is png or jpg."""

    format: str
    load: Load = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture hung into the model: centre, normal, up, and its height in metres. ``guid`` is the API's; files have none."""

    picture: Picture
    location: Vector
    normal: Vector
    up: Vector
    height: float
    guid: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A view of the model. It never changes once it is given; another view is another viewpoint."""

    guid: str
    index: int | None = None
    camera: Camera | None = None
    selection: tuple[Component, ...] = ()
    visibility: Visibility | None = None
    coloring: tuple[Coloring, ...] = ()
    lines: tuple[Line, ...] = ()
    clipping_planes: tuple[ClippingPlane, ...] = ()
    bitmaps: tuple[Bitmap, ...] = ()
    snapshot: Picture | None = None

    @property
    def has_components(self) -> bool:
        return bool(self.selection or self.coloring or self.visibility is not None)


@dataclass(frozen=True, slots=True)
class Comment:
    guid: str
    date: datetime
    author: str
    text: str = ""
    viewpoint: str = ""
    modified_date: datetime | None = None
    modified_author: str = ""


@dataclass(frozen=True, slots=True)
class HeaderFile:
    """A model that a topic speaks of."""

    filename: str = ""
    date: datetime | None = None
    reference: str = ""
    ifc_project: str = ""
    ifc_spatial_structure_element: str = ""
    is_external: bool = True


@dataclass(frozen=True, slots=True)
class Snippet:
    """A BIM snippet: ``reference`` is a file name, or an address when ``is_external``."""

    type: str
    reference: str
    schema: str
    is_external: bool = False
    load: Load | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """Exactly one of ``document`` (GUID of a document of the file) and ``url``."""

    guid: str
    document: str = ""
    url: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    guid: str
    title: str
    creation_date: datetime
    creation_author: str
    type: str = ""
    status: str = ""
    priority: str = ""
    index: int | None = None
    labels: tuple[str, ...] = ()
    stage: str = ""
    assigned_to: str = ""
    description: str = ""
    due_date: datetime | None = None
    modified_date: datetime | None = None
    modified_author: str = ""
    server_assigned_id: str = ""
    reference_links: tuple[str, ...] = ()
    snippet: Snippet | None = None
    document_references: tuple[DocumentReference, ...] = ()
    related: tuple[str, ...] = ()
    files: tuple[HeaderFile, ...] = ()
    comments: tuple[Comment, ...] = ()
    viewpoints: tuple[Viewpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    guid: str
    filename: str
    description: str = ""
    load: Load | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Project:
    """``id`` may be any text."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Extensions:
    """The values that a project's topics may take."""

    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    snippet_types: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
