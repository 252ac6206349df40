"""Elements of several models with their solids, disciplines and relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hezhu.engines.ifc import Element, Model
from hezhu.engines.ifc.geometry.mesh import Floats, load
from hezhu.engines.review.clash.rules import ClashPack
from hezhu.engines.review.clash.solid import Solid

Key = tuple[int, int]  # number of the model, record number of the element


@dataclass(eq=False)
class Body:
    """One element with its solid. ``kinds`` are those classes of the pack that it is, subtypes included; ``assembly`` is the
    GlobalId of the whole it belongs to, however deep, "" when it stands alone.
    """

    model: int
    element: Element
    solid: Solid
    discipline: str
    kinds: frozenset[str]
    assembly: str = ""

    @property
    def key(self) -> Key:
        """Unique among all models."""
        return self.model, self.element.step_id


@dataclass(eq=False)
class Federation:
    """All models together. ``relations`` holds for each pair of related elements the kinds of their relations.

    ``shapeless`` are elements of a discipline without usable geometry, by discipline.
    """

    models: tuple[Model, ...]
    bodies: list[Body] = field(default_factory=list)
    relations: dict[frozenset[Key], set[str]] = field(default_factory=lambda: defaultdict(set))
    shapeless: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))

    def box_of(self, number: int) -> tuple[Floats, Floats] | None:
        """The box around one model's bodies; None when it has none."""
        own = [body.solid for body in self.bodies if body.model == number]
        if not own:
            return None
        return np.min([s.low for s in own], axis=0), np.max([s.high for s in own], axis=0)


def federate(models: Sequence[Model], pack: ClashPack) -> Federation:
    """Loads the solids of every element of the pack's disciplines and reads the relations between elements."""
    found = Federation(tuple(models))
    for number, model in enumerate(models):
        kinds = _kinds(model, pack)
        homes = {step: each.key for each in reversed(pack.disciplines) for name in each.classes for step in kinds.get(name, ())}
        wanted = [element for element in model.elements if element.step_id in homes]
        meshes = load(model, wanted)
        for element in wanted:
            home = homes[element.step_id]
            if element.step_id not in meshes:
                if not element.parts:
                    found.shapeless[home].append(element)
                continue
            own = frozenset(name for name, steps in kinds.items() if element.step_id in steps)
            found.bodies.append(Body(number, element, Solid(meshes[element.step_id]), home, own, _assembly(model, element)))
        for kind, first, second in _relations(model):
            if first != second:
                found.relations[frozenset(((number, first), (number, second)))].add(kind)
    return found


def _kinds(model: Model, pack: ClashPack) -> dict[str, set[int]]:
    """Record numbers of the elements of every class that the pack names."""
    names = {name for each in pack.disciplines for name in each.classes}
    names |= {name for each in pack.ignored for name in (*each.first, *each.second)}
    return {name: {element.step_id for element in model.of_class(name)} for name in sorted(names)}


def _relations(model: Model) -> Iterator[tuple[str, int, int]]:
    """(kind, record, record) of every relation that may excuse an overlap."""
    yield from _filled(model)
    yield from _ported(model)
    for link in _of(model, "IfcRelConnectsElements"):
        if (first := link.RelatingElement) is not None and (second := link.RelatedElement) is not None:
            yield "connects", first.id(), second.id()
    for link in _of(model, "IfcRelCoversBldgElements"):
        for covering in link.RelatedCoverings or ():
            if link.RelatingBuildingElement is not None and covering is not None:
                yield "covers", link.RelatingBuildingElement.id(), covering.id()


def _of(model: Model, ifc_class: str) -> Iterable[Any]:
    try:
        return model.file.by_type(ifc_class)
    except RuntimeError:  # the class is not in this schema
        return ()


def _filled(model: Model) -> Iterator[tuple[str, int, int]]:
    hosts = {
        link.RelatedOpeningElement.id(): link.RelatingBuildingElement.id()
        for link in _of(model, "IfcRelVoidsElement")
        if link.RelatedOpeningElement is not None and link.RelatingBuildingElement is not None
    }
    by_step = {element.step_id: element for element in model.elements}
    for link in _of(model, "IfcRelFillsElement"):
        opening, filling = link.RelatingOpeningElement, link.RelatedBuildingElement
        if opening is None or filling is None or opening.id() not in hosts:
            continue
        host = hosts[opening.id()]
        yield "fills", host, filling.id()
        for part in by_step[host].parts if host in by_step else ():
            if (element := model.element(part)) is not None:
                yield "fills", element.step_id, filling.id()


def _assembly(model: Model, element: Element) -> str:
    """GlobalId of the topmost whole of an element, its own when it has parts, else ""."""
    top, seen = element, {element.global_id}
    while top.whole and top.whole not in seen and (above := model.element(top.whole)) is not None:
        top = above
        seen.add(top.global_id)
    return top.global_id if top is not element or element.parts else ""


def _ported(model: Model) -> Iterator[tuple[str, int, int]]:
    owners = {}
    for link in _of(model, "IfcRelConnectsPortToElement"):
        if link.RelatingPort is not None and link.RelatedElement is not None:
            owners[link.RelatingPort.id()] = link.RelatedElement.id()
    for link in _of(model, "IfcRelNests"):
        for port in link.RelatedObjects or ():
            if port is not None and port.is_a("IfcPort") and link.RelatingObject is not None:
                owners[port.id()] = link.RelatingObject.id()
    for link in _of(model, "IfcRelConnectsPorts"):
        ends = [owners.get(port.id()) for port in (link.RelatingPort, link.RelatedPort) if port is not None]
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
            yield "ports", ends[0], ends[1]
