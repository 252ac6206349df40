"""An IDS that asks by every facet, in applicability and in requirements, with restrictions, cardinalities and inheritance."""

from __future__ import annotations

from pathlib import Path

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<ids xmlns="http://standards.buildingsmart.org/IDS" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<info><title>Every facet</title></info><specifications>
"""


def simple(text: str) -> str:
    return f"<simpleValue>{text}</simpleValue>"


def restricted(base: str, **facets: str | list[str]) -> str:
    """An xs:restriction; a list gives one facet for each of its texts."""
    listed = [(name, text) for name, given in facets.items() for text in (given if isinstance(given, list) else [given])]
    inner = "".join(f'<xs:{name} value="{text}"/>' for name, text in listed)
    return f'<xs:restriction base="xs:{base}">{inner}</xs:restriction>'


def pattern(text: str) -> str:
    return restricted("string", pattern=text)


def _value(value: str) -> str:
    return f"<value>{value}</value>" if value else ""


def _cardinality(cardinality: str) -> str:
    return f' cardinality="{cardinality}"' if cardinality else ""


def entity(name: str, predefined: str = "") -> str:
    kind = f"<predefinedType>{predefined}</predefinedType>" if predefined else ""
    return f"<entity><name>{name}</name>{kind}</entity>"


def attribute(name: str, value: str = "", cardinality: str = "") -> str:
    return f"<attribute{_cardinality(cardinality)}><name>{name}</name>{_value(value)}</attribute>"


def prop(pset: str, base: str, value: str = "", data_type: str = "", cardinality: str = "") -> str:
    typed = f' dataType="{data_type}"' if data_type else ""
    names = f"<propertySet>{pset}</propertySet><baseName>{base}</baseName>"
    return f"<property{typed}{_cardinality(cardinality)}>{names}{_value(value)}</property>"


def classification(system: str, value: str = "", cardinality: str = "") -> str:
    return f"<classification{_cardinality(cardinality)}>{_value(value)}<system>{system}</system></classification>"


def material(value: str = "", cardinality: str = "") -> str:
    return f"<material{_cardinality(cardinality)}>{_value(value)}</material>"


def part_of(whole: str, relation: str = "", cardinality: str = "") -> str:
    named = f' relation="{relation}"' if relation else ""
    return f"<partOf{named}{_cardinality(cardinality)}>{whole}</partOf>"


ANY = pattern(".*")
ELEMENTS = entity(pattern("IFC(WALL|SLAB|DOOR|WINDOW|BEAM|COLUMN|FLOW|COVERING|FURNISHING|STAIR|RAILING|MEMBER|PLATE).*"))
WALLS = entity(restricted("string", enumeration=["IFCWALL", "IFCWALLSTANDARDCASE"]))
DOORS = entity(simple("IFCDOOR"))

SPECIFICATIONS = [
    (ELEMENTS, entity(pattern("IFC.*"), pattern("[A-Z]+"))),
    (entity(simple("IFCSLAB"), simple("FLOOR")), entity(simple("IFCSLAB"), restricted("string", enumeration=["FLOOR", "ROOF"]))),
    (entity(pattern("IFC(SANITARYTERMINAL|LIGHTFIXTURE|AIRTERMINAL|FAN|VALVE)")), attribute(simple("Name"), pattern("[^:]+"))),
    (ELEMENTS, attribute(pattern("Tag|ObjectType|Name"), restricted("string", minLength="1", maxLength="20"))),
    (ELEMENTS, attribute(simple("Description"), "", "optional") + attribute(simple("Tag"), pattern("[0-9]{6}"), "prohibited")),
    (DOORS, attribute(pattern("Overall.*"), restricted("double", minExclusive="0.9", maxInclusive="2.1"))),
    (DOORS, attribute(pattern(".*"))),
    (entity(pattern("IFC.*(TYPE|STYLE)")), attribute(simple("ApplicableOccurrence")) + prop(ANY, ANY, ANY)),
    (attribute(simple("Tag"), pattern("1.*")), attribute(simple("OwnerHistory")) + material("", "optional")),
    (attribute(simple("Elevation")), attribute(simple("Elevation"), restricted("double", minInclusive="0"))),
    (ELEMENTS, prop(ANY, ANY)),
    (ELEMENTS, prop(pattern("Pset_.*"), pattern(".*(Bearing|External).*"), simple("true"), "IFCBOOLEAN")),
    (ELEMENTS, prop(pattern("PSet_Revit.*|.*Dimensions.*"), pattern("(Area|Volume|Length|Width)"), restricted("double", maxInclusive="2"))),
    (ELEMENTS, prop(ANY, pattern("(Area|NetArea|GrossArea).*"), restricted("double", minInclusive="1"), "IFCAREAMEASURE", "optional")),
    (ELEMENTS, prop(pattern(".*(Quantit|Constraints).*"), pattern("(Net|Gross|Base|Top).*"), "", "", "prohibited")),
    (entity(pattern("IFC(SPACE|BUILDINGSTOREY|BUILDING|SITE|PROJECT)")), prop(ANY, pattern(".*(Area|Height|Name|Phase|Number).*"), ANY)),
    (ELEMENTS, prop(ANY, pattern("(Lining|Panel).*"), restricted("double", minInclusive="0.05"))),
    (prop(ANY, pattern("(Phase Created|Reference|Level)")), attribute(simple("Name"))),
    (prop(pattern(".*Common"), simple("IsExternal"), simple("true")), prop(pattern(".*Common"), simple("IsExternal"), simple("false"))),
    (ELEMENTS, classification(ANY, pattern("[A-C].*"))),
    (ELEMENTS, classification(simple("Uniformat"), "", "optional") + classification(ANY, "", "prohibited")),
    (classification(ANY), material(pattern(".*[Cc]oncrete.*"))),
    (ELEMENTS, material(restricted("string", minLength="12"))),
    (material(pattern(".*(Brick|Glas|Metal|Beton).*")), entity(pattern("IFC.*"), pattern("[A-Z]+")) + material("", "prohibited")),
    (ELEMENTS, part_of(entity(simple("IFCBUILDINGSTOREY")))),
    (ELEMENTS, part_of(entity(pattern("IFC(WALL.*|STAIR|CURTAINWALL|ROOF|ELEMENTASSEMBLY)")), "IFCRELAGGREGATES")),
    (ELEMENTS, part_of(entity(pattern("IFC(GROUP|SYSTEM|ZONE)")), "IFCRELASSIGNSTOGROUP")),
    (entity(pattern("IFC(DOOR|WINDOW|OPENINGELEMENT)")), part_of(entity(pattern("IFCWALL.*")), "IFCRELVOIDSELEMENT IFCRELFILLSELEMENT")),
    (ELEMENTS, part_of(entity(pattern("IFC.*"), pattern("[A-Z]+")), "", "prohibited")),
    (part_of(entity(simple("IFCBUILDINGSTOREY")), "IFCRELCONTAINEDINSPATIALSTRUCTURE"), classification(ANY)),
    (entity(pattern("IFCMATERIAL.*")), prop(ANY, ANY)),
    (WALLS + part_of(entity(simple("IFCBUILDING"))) + prop(pattern("Pset_WallCommon"), simple("IsExternal"), simple("true")), material(ANY)),
]  # fmt: skip


def write(path: Path) -> Path:
    """The file, one specification for each pair above."""
    parts = [
        f'<specification name="{number}" identifier="s{number}" ifcVersion="IFC2X3 IFC4">'
        f'<applicability minOccurs="0" maxOccurs="unbounded">{applicability}</applicability>'
        f"<requirements>{requirements}</requirements></specification>"
        for number, (applicability, requirements) in enumerate(SPECIFICATIONS, start=1)
    ]
    path.write_text(_HEAD + "\n".join(parts) + "</specifications></ids>", "utf-8")
    return path
