"""3D Tiles 1.1 of a model for the city model (CIM): glTF with EXT_mesh_features and EXT_structural_metadata, standing on the earth.

``build`` writes the tiles of one model, ``city`` the tileset over many; ``Placement`` leads from model metres to the earth.
"""

from hezhu.engines.ifc.tiles.build import Built, build, describe
from hezhu.engines.ifc.tiles.errors import TilesRefused
from hezhu.engines.ifc.tiles.georeference import placement_of
from hezhu.engines.ifc.tiles.placement import Placement, normal_code, parse, project, transform

__all__ = [
    "Built",
    "Placement",
    "TilesRefused",
    "build",
    "describe",
    "normal_code",
    "parse",
    "placement_of",
    "project",
    "transform",
]
