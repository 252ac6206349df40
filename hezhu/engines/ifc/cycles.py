"""Refuse records that lead back to themselves, or nest absurdly deep: the geometry kernel would never return or would crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hezhu.engines.ifc.attributes import attribute
from hezhu.engines.ifc.errors import ModelUnreadable

if TYPE_CHECKING:
    import ifcopenshell

_DEEPEST = 1000

# Every attribute through which a record of one of these classes may contain another of them.
_NESTING: dict[str, tuple[str, ...]] = {
    "IfcBooleanResult": ("FirstOperand", "SecondOperand"),
    "IfcCsgSolid": ("TreeRootExpression",),
    "IfcMappedItem": ("MappingSource",),
    "IfcRepresentationMap": ("MappedRepresentation",),
    "IfcSweptAreaSolid": ("SweptArea",),
    "IfcDerivedProfileDef": ("ParentProfile",),
    "IfcCompositeProfileDef": ("Profiles",),
    "IfcArbitraryClosedProfileDef": ("OuterCurve",),
    "IfcArbitraryOpenProfileDef": ("Curve",),
    "IfcCompositeCurve": ("Segments",),
    "IfcCompositeCurveSegment": ("ParentCurve",),
    "IfcTrimmedCurve": ("BasisCurve",),
    "IfcOffsetCurve2D": ("BasisCurve",),
    "IfcOffsetCurve3D": ("BasisCurve",),
    "IfcConversionBasedUnit": ("ConversionFactor",),
    "IfcMeasureWithUnit": ("UnitComponent",),
    "IfcDerivedUnit": ("Elements",),
    "IfcDerivedUnitElement": ("Unit",),
    "IfcGeometricRepresentationSubContext": ("ParentContext",),
}
# Roots that can lie on a circle; the others are reached from them.
_ROOTS = (
    "IfcBooleanResult",
    "IfcCsgSolid",
    "IfcRepresentationMap",
    "IfcCompositeProfileDef",
    "IfcDerivedProfileDef",
    "IfcCompositeCurve",
    "IfcTrimmedCurve",
    "IfcOffsetCurve2D",
    "IfcOffsetCurve3D",
    "IfcConversionBasedUnit",
    "IfcDerivedUnit",
    "IfcGeometricRepresentationSubContext",
)


def refuse_cycles(file: ifcopenshell.file) -> None:
    """Raises ModelUnreadable (``corrupt``) at the first record that contains itself, or beyond a thousand levels."""
    finished: set[int] = set()
    for name in _ROOTS:
        for root in _instances(file, name):
            _walk(root, finished)


def placement_ends(product: Any) -> bool:
    """Whether the chain of a product's placements ends, and within a thousand steps: the kernel never returns from a circle and
    runs out of stack on a long chain.
    """
    placement, steps = product.ObjectPlacement, 0
    while placement is not None and steps <= _DEEPEST:
        placement, steps = attribute(placement, "PlacementRelTo"), steps + 1
    return placement is None


def _instances(file: ifcopenshell.file, name: str) -> Iterator[Any]:
    try:
        yield from file.by_type(name)
    except RuntimeError:  # not a class of this schema
        return


def _walk(root: Any, finished: set[int]) -> None:
    """Depth first without recursion: ``open_now`` are the records on the way down to the present one."""
    if root.id() in finished:
        return
    open_now = {root.id()}
    stack: list[tuple[Any, Iterator[Any]]] = [(root, _contained(root))]
    while stack:
        record, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            stack.pop()
            open_now.discard(record.id())
            finished.add(record.id())
            continue
        if child.id() in open_now or len(stack) > _DEEPEST:
            raise ModelUnreadable(
                "corrupt", f"记录 #{child.id()}（{child.is_a()}）直接或间接包含自身，或嵌套过深，文件已损坏，请重新导出。"
            )
        if child.id() not in finished:
            open_now.add(child.id())
            stack.append((child, _contained(child)))


def _contained(record: Any) -> Iterator[Any]:
    """Records that this one contains, of the classes above."""
    if record.is_a("IfcRepresentation"):
        yield from (item for item in record.Items or () if item is not None and item.is_a() in _ITEMS)
        return
    kind = record.is_a()
    if kind not in _ATTRIBUTES:
        _ATTRIBUTES[kind] = tuple(name for parent, names in _NESTING.items() if record.is_a(parent) for name in names)
    for name in _ATTRIBUTES[kind]:
        value = attribute(record, name)
        for child in value if isinstance(value, tuple) else (value,):
            if child is not None and hasattr(child, "id") and child.id():
                yield child


_ATTRIBUTES: dict[str, tuple[str, ...]] = {}
_ITEMS = frozenset({"IfcMappedItem", "IfcBooleanResult", "IfcBooleanClippingResult", "IfcCsgSolid"})
