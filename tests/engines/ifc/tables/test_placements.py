"""Placements that no outside model has: on grids, along alignments, in rings."""

from __future__ import annotations

import pytest

from hezhu.engines.ifc.tables import tables_of

_GRID = (
    "#1=IFCCARTESIANPOINT((0.,0.));#2=IFCCARTESIANPOINT((10.,0.));#3=IFCPOLYLINE((#1,#2));#4=IFCGRIDAXIS('A',#3,.T.);"
    "#5=IFCCARTESIANPOINT((4.,-3.));#6=IFCDIRECTION((0.,1.));#7=IFCVECTOR(#6,1.);#8=IFCLINE(#5,#7);#9=IFCGRIDAXIS('1',#8,{sense});"
    "#10=IFCCARTESIANPOINT((100.,200.,3.));#11=IFCAXIS2PLACEMENT3D(#10,$,$);#12=IFCLOCALPLACEMENT($,#11);"
    "#13=IFCGRID('g',$,$,$,$,#12,$,(#4),(#9),$,$);"
)


def _placements(body: str, release: str = "IFC4") -> dict[int, list[float]]:
    """Origin and x axis of every product that is placed."""
    found = tables_of(f"DATA;{body}ENDSEC;".encode(), release).placements
    return {row["id"]: [row[name] for name in ("x", "y", "z", "m00", "m10", "m20")] for row in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("sense", "offsets", "direction", "expected"),
    [
        (".T.", "$", "$", [104, 200, 3, 1, 0, 0]),
        (".T.", "(2.,1.)", "$", [103, 202, 3, 1, 0, 0]),
        (".F.", "(2.,1.,0.5)", "$", [105, 202, 3.5, 1, 0, 0]),
        (".T.", "$", "#30", [104, 200, 3, 0, 1, 0]),
        (".T.", "$", "#31", [104, 200, 3, -0.6, 0.8, 0]),
    ],
)
def test_a_product_stands_where_two_grid_axes_cross(sense: str, offsets: str, direction: str, expected: list[float]) -> None:
    body = _GRID.format(sense=sense) + (
        f"#20=IFCVIRTUALGRIDINTERSECTION((#4,#9),{offsets});#21=IFCGRIDPLACEMENT(#20,{direction});"
        "#30=IFCDIRECTION((0.,2.));#31=IFCVIRTUALGRIDINTERSECTION((#4,#9),(4.,3.));"
        "#22=IFCCOLUMN('c',$,$,$,$,#21,$,$,$);"
    )
    assert _placements(body)[22] == pytest.approx(expected)


def test_an_object_may_be_placed_relative_to_a_grid_placement() -> None:
    body = _GRID.format(sense=".T.") + (
        "#20=IFCVIRTUALGRIDINTERSECTION((#4,#9),$);#21=IFCGRIDPLACEMENT(#20,$);#23=IFCLOCALPLACEMENT(#21,#11);"
        "#22=IFCCOLUMN('c',$,$,$,$,#23,$,$,$);"
    )
    assert _placements(body)[22] == pytest.approx([204, 400, 6, 1, 0, 0])


def test_what_cannot_be_placed_is_left_out() -> None:
    body = _GRID.format(sense=".T.") + (
        "#20=IFCVIRTUALGRIDINTERSECTION((#4,#4),$);#21=IFCGRIDPLACEMENT(#20,$);#22=IFCCOLUMN('c',$,$,$,$,#21,$,$,$);"
        "#40=IFCCIRCLE(#11,5.);#41=IFCGRIDAXIS('C',#40,.T.);#42=IFCVIRTUALGRIDINTERSECTION((#4,#41),$);"
        "#43=IFCGRIDPLACEMENT(#42,$);#44=IFCCOLUMN('d',$,$,$,$,#43,$,$,$);#45=IFCGRIDPLACEMENT($,$);#46=IFCCOLUMN('e',$,$,$,$,#45,$,$,$);"
        "#50=IFCLOCALPLACEMENT(#51,#11);#51=IFCLOCALPLACEMENT(#50,#11);#52=IFCCOLUMN('f',$,$,$,$,#51,$,$,$);"
    )
    assert list(_placements(body)) == [13]


def test_a_linear_placement_stands_at_its_cartesian_position() -> None:
    body = (
        "#1=IFCCARTESIANPOINT((7.,8.,9.));#2=IFCDIRECTION((0.,0.,1.));#3=IFCDIRECTION((0.,1.,0.));#4=IFCAXIS2PLACEMENT3D(#1,#2,#3);"
        "#5=IFCLINEARPLACEMENT($,$,#4);#6=IFCSIGNAL('s',$,$,$,$,#5,$,$,$);#7=IFCLINEARPLACEMENT($,$,$);#8=IFCSIGNAL('t',$,$,$,$,#7,$,$,$);"
    )
    assert _placements(body, "IFC4X3") == {6: pytest.approx([7, 8, 9, 0, 1, 0])}
