"""BCF, the BIM Collaboration Format: topics, comments and viewpoints, from and to files (2.1, 3.0) and the API's JSON (3.0).

>>> from hezhu.engines import bcf
>>> with bcf.open_bcf("issues.bcf") as file:            # doctest: +SKIP
...     titles = [topic.title for topic in file.topics() if isinstance(topic, bcf.Topic)]
"""

from hezhu.engines.bcf.api import components_as_json, viewpoint_as_json, viewpoint_from_json, viewpoint_of_stored
from hezhu.engines.bcf.errors import BadPart, BcfRefused
from hezhu.engines.bcf.model import (
    VERSIONS,
    Bitmap,
    Camera,
    ClippingPlane,
    Coloring,
    Comment,
    Component,
    Document,
    DocumentReference,
    Extensions,
    HeaderFile,
    Line,
    Picture,
    Project,
    Snippet,
    Topic,
    Viewpoint,
    ViewSetupHints,
    Visibility,
)
from hezhu.engines.bcf.pictures import picture_format
from hezhu.engines.bcf.reading import BcfFile, open_bcf
from hezhu.engines.bcf.writing import BcfWriter, write_bcf_file

__all__ = [
    "VERSIONS",
    "BadPart",
    "BcfFile",
    "BcfRefused",
    "BcfWriter",
    "Bitmap",
    "Camera",
    "ClippingPlane",
    "Coloring",
    "Comment",
    "Component",
    "Document",
    "DocumentReference",
    "Extensions",
    "HeaderFile",
    "Line",
    "Picture",
    "Project",
    "Snippet",
    "Topic",
    "ViewSetupHints",
    "Viewpoint",
    "Visibility",
    "components_as_json",
    "open_bcf",
    "picture_format",
    "viewpoint_as_json",
    "viewpoint_from_json",
    "viewpoint_of_stored",
    "write_bcf_file",
]
