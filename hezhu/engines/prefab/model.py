"""Quantities of the assembly rate from a building model: from its geometry, by what its elements say of themselves.

Nothing is guessed: an element that does not say whether it counts is listed as silent with the property to add, and the ratio
is a lower bound; an item about which no element says anything has no figure. Areas are m2, volumes m3, lengths m.
GB/T 51129-2017 4.0.2–4.0.13; words and limits in ``rulepacks/assembly/model-quantities.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable

from hezhu.engines.ifc import Model
from hezhu.engines.prefab.clues import Clues
from hezhu.engines.prefab.horizontal import Horizontal
from hezhu.engines.prefab.inputs import ItemInput
from hezhu.engines.prefab.profile import Profile, load_profile
from hezhu.engines.prefab.rooms import Rooms
from hezhu.engines.prefab.services import Services
from hezhu.engines.prefab.shapes import Shapes
from hezhu.engines.prefab.storeys import Storeys
from hezhu.engines.prefab.vertical import Vertical
from hezhu.engines.prefab.walls import ITEMS, Walls


def quantities_from_model(model: Model, profile: Profile | None = None, kind: str = "unknown") -> dict[str, ItemInput]:
    """Inputs by item id for the items of the profile, with the elements behind numerator and denominator.

    ``kind`` is dwelling, public or unknown: only a public building can lack a kitchen by its function. Shapes are made only
    for items about which some element says something.
    """
    makers = _makers(model, kind)
    wanted = [item.id for item in (profile or load_profile()).items]
    return {item: makers[item]() for item in wanted if item in makers}


def _makers(model: Model, kind: str) -> dict[str, Callable[[], ItemInput]]:
    clues, shapes = Clues(model), Shapes(model)
    storeys = Storeys(model, clues, shapes)
    walls, rooms = Walls(clues, shapes, storeys), Rooms(clues, shapes, storeys)
    services = Services(clues, shapes, storeys, walls)

    def of_walls(item: str) -> Callable[[], ItemInput]:
        return lambda: walls.item(item)

    return {
        "q1a": Vertical(clues, shapes, storeys).item,
        "q1a-form": walls.formwork,
        "q1b": Horizontal(clues, shapes, storeys).item,
        **{item: of_walls(item) for item in ITEMS},
        "deco": rooms.decoration,
        "q3a": rooms.dry_floor,
        "q3b": lambda: rooms.wet("q3b", "kitchen", kind),
        "q3c": lambda: rooms.wet("q3c", "bathroom", kind),
        "q3d": services.item,
        "q3d-vertical": lambda: services.item(upright=True),
        "q3d-horizontal": lambda: services.item(upright=False),
    }
