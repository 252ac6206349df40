"""From a site model to a ``SitePlan``: buildings by storey, boundary and lines, greens and parking, told by recognition words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import ifcopenshell.util.element
import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.geometry.mesh import Mesh, load
from hezhu.engines.review.planning.curves import Floats, curves
from hezhu.engines.review.planning.heights import Body, planning_height
from hezhu.engines.review.planning.pack import PlanningPack
from hezhu.engines.review.planning.plan import EMPTY, Building, Feature, Level, SitePlan
from hezhu.engines.review.sunlight.openings import true_north_deg

PSET = "Hezhu_Planning"
_GRID_M = 1e-4
_FEATURE_CLASSES = (
    "IfcGeographicElement", "IfcCivilElement", "IfcAnnotation", "IfcBuildingElementProxy", "IfcSpace", "IfcSpatialZone",
    "IfcVirtualElement", "IfcWall", "IfcFurnishingElement",
)  # fmt: skip
_INSIDE = ("parking", "parking_access", "bicycle_area")
_LINES = ("rail_high_speed", "rail_trunk", "rail_branch", "power")
_LENGTHS = ("IfcLengthMeasure", "IfcPositiveLengthMeasure", "IfcNonNegativeLengthMeasure")


def site_plan(model: Model, pack: PlanningPack) -> SitePlan:
    """The site of a model. What could not be read is named in the plan's warnings."""
    return _Reader(model, pack).read()


def facts_of(model: Model, entity: Any) -> dict[str, Any]:
    """The property set Hezhu_Planning of a record: numbers in metres, ratios as 0 to 1."""
    try:
        sets = ifcopenshell.util.element.get_psets(entity, psets_only=True, verbose=True)
    except (AttributeError, TypeError, ValueError, RuntimeError):  # a definition that refers to nothing
        return {}
    found = {}
    for key, row in sets.get(PSET, {}).items():
        if isinstance(row, Mapping) and row.get("value") is not None:
            value = row["value"]
            found[key] = value * model.length_unit_m if row.get("value_type") in _LENGTHS else value
    return found


def plan_of(mesh: Mesh) -> BaseGeometry:
    """What a body covers in plan."""
    flat = shapely.polygons(mesh.triangles[:, :, :2])
    return shapely.union_all(flat[shapely.area(flat) > 1e-9], grid_size=_GRID_M)


def number_of(facts: Mapping[str, Any], name: str) -> float | None:
    """A number among facts; None where it is absent or no number."""
    value = facts.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


class _Reader:
    """Loads every mesh once and hands them out by building."""

    def __init__(self, model: Model, pack: PlanningPack) -> None:
        self.model, self.pack, self.words = model, pack, pack.words
        self.warnings: list[str] = []
        self.facts = {entity.GlobalId: facts_of(model, entity) for entity in model.file.by_type("IfcSpatialStructureElement")}
        self.site = next(iter(model.file.by_type("IfcSite")), None)
        excluded = {element.step_id for element in model.of_class(*self.words.not_mass)}
        self.masses = [
            e for e in model.elements if e.storey is not None and e.step_id not in excluded and not self._is_feature(e)
        ]
        self.meshes = load(model, self.masses)

    def read(self) -> SitePlan:
        facts = self.facts.get(self.site.GlobalId, {}) if self.site is not None else {}
        ground = number_of(facts, "GroundLevel") or 0.0
        features = self._features()
        boundary, boundary_id = self._boundary(features)
        return SitePlan(
            name=(self.site.Name if self.site is not None else "") or self.model.project_name or self.model.path.name,
            global_id=self.site.GlobalId if self.site is not None else "",
            boundary=boundary,
            boundary_id=boundary_id,
            ground_m=ground,
            north_deg=true_north_deg(self.model),
            buildings=tuple(self._building(entity, ground) for entity in self.model.file.by_type("IfcBuilding")),
            features=tuple(features),
            facts=facts,
            warnings=tuple(self.warnings),
        )

    def _is_feature(self, element: Element) -> bool:
        role = self.words.feature_of(element.object_type, element.long_name, element.name)
        return element.ifc_class in _FEATURE_CLASSES and role in _INSIDE

    # ── lines and areas of the site

    def _features(self) -> list[Feature]:
        found: list[tuple[str, Any]] = []
        inside = {element.global_id for element in self.model.elements if element.storey is not None}
        for ifc_class in _FEATURE_CLASSES:
            try:
                entities = self.model.file.by_type(ifc_class)
            except RuntimeError:  # not in this schema
                continue
            for entity in entities:
                names = [str(getattr(entity, key, None) or "") for key in ("ObjectType", "LongName", "Name")]
                role = self.words.feature_of(*names)
                if role and (entity.GlobalId not in inside or role in _INSIDE):
                    found.append((role, entity))
        meshes = load(self.model, [_bare(self.model, entity) for _, entity in found])
        return [feature for role, entity in found if (feature := self._feature(role, entity, meshes))]

    def _feature(self, role: str, entity: Any, meshes: Mapping[int, Mesh]) -> Feature | None:
        name = str(entity.Name or getattr(entity, "ObjectType", None) or role)
        lines = curves(entity, self.model.length_unit_m)
        mesh = meshes.get(entity.id())
        shape, z = (_drawn(role, lines), float(lines[0][:, 2].mean())) if lines else (EMPTY, 0.0)
        if not lines and mesh is not None:
            shape, z = plan_of(mesh), float(mesh.low[2])
        if shape.is_empty or not shape.is_valid:
            self.warnings.append(f"“{name}”（{entity.GlobalId}）没有可用的平面形状：请用折线或实体表示，轮廓不要自相交")
            return None
        facts = facts_of(self.model, entity)
        text = " ".join(str(getattr(entity, key, None) or "") for key in ("ObjectType", "Name"))
        return Feature(role, name, entity.GlobalId, shape, {**facts, "_text": text}, entity.is_a(), z)

    def _boundary(self, features: Sequence[Feature]) -> tuple[Polygon | None, str]:
        parts = [feature for feature in features if feature.role == "boundary"]
        areas = [part.shape for part in parts if part.shape.area > 0]
        if not areas:
            if parts:
                self.warnings.append("用地红线不是闭合的：请画成首尾相接的折线或面")
            return None, ""
        whole = shapely.union_all(areas)
        if isinstance(whole, Polygon):
            return whole, parts[0].global_id
        self.warnings.append(f"用地红线有 {len(shapely.get_parts(whole))} 块不相连：请按地块分别出模型")
        return None, ""

    # ── buildings

    def _building(self, entity: Any, site_ground: float) -> Building:
        facts = self.facts.get(entity.GlobalId, {})
        own = number_of(facts, "GroundLevel")
        ground = site_ground if own is None else own
        storeys = [storey for storey in self.model.storeys if storey.building == entity.GlobalId]
        here = {storey.global_id for storey in storeys}
        elements = [e for e in self.masses if e.storey is not None and e.storey.global_id in here and e.step_id in self.meshes]
        bodies = [self._body(element) for element in elements]
        names = [
            str(facts.get("Use") or ""),
            *(str(getattr(entity, key, None) or "") for key in ("ObjectType", "LongName", "Name")),
        ]
        use = self.words.use_of(*names)
        height, how = planning_height(bodies, ground, self.pack, number_of(facts, "PlanningHeight"))
        return Building(
            name=str(entity.Name or entity.LongName or entity.GlobalId),
            global_id=entity.GlobalId,
            use=use,
            levels=self._levels(storeys, bodies, ground, use),
            ground_m=ground,
            height_m=height,
            height_how=how,
            existing=bool(facts.get("Existing")),
            has_lift=facts.get("HasLift") if isinstance(facts.get("HasLift"), bool) else self._has_lift(here),
            facts=self._with_dwellings(facts, here),
        )

    def _body(self, element: Element) -> Body:
        mesh = self.meshes[element.step_id]
        texts = (element.object_type, element.long_name, element.name)
        roof = element.ifc_class == "IfcRoof" or element.predefined_type == "ROOF"
        appendage = any(word in text for word in self.words.appendage for text in texts)
        return Body.of(mesh, plan_of(mesh), element.storey.global_id if element.storey else "", roof, appendage)

    def _has_lift(self, storeys: set[str]) -> bool | None:
        lifts = self.model.of_class("IfcTransportElement")
        return True if any(lift.storey and lift.storey.global_id in storeys for lift in lifts) else None

    def _with_dwellings(self, facts: dict[str, Any], storeys: set[str]) -> dict[str, Any]:
        """Dwellings counted as the IfcZones with a room in the building, where the building does not state them."""
        if "Dwellings" in facts:
            return facts
        rooms = {space.global_id for space in self.model.spaces if space.storey and space.storey.global_id in storeys}
        zones = {
            relation.RelatingGroup.GlobalId
            for relation in self.model.file.by_type("IfcRelAssignsToGroup")
            if relation.RelatingGroup is not None
            and relation.RelatingGroup.is_a("IfcZone")
            and any(item.GlobalId in rooms for item in relation.RelatedObjects or ())
        }
        return {**facts, "Dwellings": len(zones)} if zones else facts

    def _levels(self, storeys: Sequence[Any], bodies: Sequence[Body], ground: float, use: str | None) -> tuple[Level, ...]:
        rows = sorted((s for s in storeys if not self._is_roof(s.name, s.global_id)), key=lambda s: s.z_m)
        levels = []
        for index, storey in enumerate(rows):
            entity = self.model.file.by_guid(storey.global_id)
            facts = self.facts.get(storey.global_id, {})
            quantities = _quantities(self.model, entity)
            inside = [body for body in bodies if body.storey == storey.global_id and not body.appendage]
            top = rows[index + 1].z_m if index + 1 < len(rows) else self._top(storey, quantities, inside, bodies)
            middle = None if top is None else (storey.z_m + top) / 2
            if not inside and middle is not None:  # one mass over several storeys
                inside = [body for body in bodies if body.low <= middle <= body.high and not body.appendage]
            text = f"{storey.name} {getattr(entity, 'LongName', None) or ''} {getattr(entity, 'ObjectType', None) or ''}"
            limit = ground + self.pack.defined("basement_above_ground_m") + 1e-6
            levels.append(
                Level(
                    name=storey.name,
                    global_id=storey.global_id,
                    use=self.words.use_of(str(facts.get("Use") or ""), str(getattr(entity, "ObjectType", None) or "")) or use,
                    bottom_m=storey.z_m,
                    top_m=top,
                    outline=shapely.union_all([body.plan for body in inside], grid_size=_GRID_M),
                    declared_m2=quantities.get("GrossFloorArea"),
                    underground=storey.z_m < ground - 1e-6 and top is not None and top <= limit,
                    open_ground=any(word in text for word in self.words.open_ground),
                    by_process=bool(facts.get("ProcessHeight")),
                )
            )
        return tuple(levels)

    def _top(self, storey: Any, quantities: Mapping[str, float], inside: Sequence[Body], bodies: Sequence[Body]) -> float | None:
        """Top of the highest storey: its stated height, a roof storey above it, else its own masses."""
        if "GrossHeight" in quantities:
            return float(storey.z_m + quantities["GrossHeight"])
        above = [s.z_m for s in self.model.storeys if s.building == storey.building and s.z_m > storey.z_m + 0.5]
        if above:
            return float(min(above))
        return max((body.high for body in inside if not body.roof), default=None)

    def _is_roof(self, name: str, global_id: str) -> bool:
        entity = self.model.file.by_guid(global_id)
        texts = (name, str(getattr(entity, "LongName", None) or ""), str(getattr(entity, "ObjectType", None) or ""))
        return any(word in text for word in self.words.roof for text in texts)


def _quantities(model: Model, entity: Any) -> dict[str, float]:
    from hezhu.engines.ifc import properties

    return properties.quantities(entity, model.units)


def _bare(model: Model, entity: Any) -> Element:
    """An element around any product, for its mesh."""
    return Element(entity.id(), entity.GlobalId, entity.is_a(), _file=model.file)


def _drawn(role: str, lines: Sequence[Floats]) -> BaseGeometry:
    """Closed curves are areas (except centre lines), open ones lines; several parts of one product belong together."""
    shapes = []
    for points in lines:
        plan = points[:, :2]
        closed = len(plan) >= 4 and float(np.linalg.norm(plan[0] - plan[-1])) < 1e-3
        if closed and role not in _LINES:
            shapes.append(Polygon(plan))
        elif len(plan) >= 2:
            shapes.append(LineString(plan))
    if len(shapes) == 1:
        return shapes[0]
    return shapely.union_all(shapes) if shapes and all(shape.is_valid for shape in shapes) else EMPTY


__all__ = ["PSET", "facts_of", "number_of", "plan_of", "site_plan"]
