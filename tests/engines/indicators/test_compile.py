"""A figure and its rows come from one query; both engines give the same numbers; nothing of a definition is SQL text."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from decimal import Decimal

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hezhu.engines.indicators import (
    ALL,
    COUNTED,
    NOT_COUNTED,
    Compiled,
    Figure,
    Run,
    compile_indicator,
    read_indicator,
)

from .running import fill, make_tables, rows_of

RUN = Run(as_of=dt.date(2025, 6, 17), divisions=("330402", "330424"), demo=False)


@pytest.fixture(scope="module")
def duck():
    connection = duckdb.connect()
    make_tables(connection)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def postgres():
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        make_tables(connection)
        yield connection


def building(number: int, **changes: object) -> dict:
    row = {
        "id": number,
        "project_id": 1,
        "division": "330402",
        "is_demo": False,
        "name": f"{number}#",
        "area_m2": Decimal("100.00"),
        "is_new": True,
        "is_prefab": True,
        "permit_issued_on": dt.date(2025, 3, 1),
    }
    return row | changes


BUILDINGS = [
    building(1),
    building(2, area_m2=Decimal("250.50"), is_prefab=False),
    building(3, is_prefab=None),
    building(4, division="330424", area_m2=Decimal("49.50")),
    building(5, division="330481"),
    building(6, is_demo=True),
    building(7, permit_issued_on=dt.date(2024, 12, 31)),
    building(8, permit_issued_on=dt.date(2025, 6, 18)),
    building(9, is_new=False),
    building(10, permit_issued_on=None),
    building(11, area_m2=None),
]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_share_counts_exactly_the_rows_it_lists(schema, prefab_share, duck, postgres, dialect):
    indicator = read_indicator(prefab_share, schema)
    connection = {"duckdb": duck, "postgres": postgres}[dialect]
    fill(connection, "ind_buildings", BUILDINGS)
    compiled = compile_indicator(indicator, schema, dialect)

    (totals,) = rows_of(connection, compiled, RUN, compiled.totals)
    figure = Figure.of(totals, scale=indicator.scale, has_denominator=True)
    assert figure == Figure(Decimal("149.5"), Decimal("500"), 2, 5, Decimal("29.9"))

    listed = rows_of(connection, compiled, RUN, compiled.page, which=ALL, limit=100, offset=0)
    assert [(row[1], row[6]) for row in listed] == [(11, 1), (4, 0), (3, 3), (2, 999), (1, 0)]
    assert [indicator.reason_text(code) for code in (0, 1, 3, 999)] == ["", "缺少要累加的数值", "未判定", "不满足装配式建筑判定"]
    counted = rows_of(connection, compiled, RUN, compiled.page, which=COUNTED, limit=100, offset=0)
    assert [row[1] for row in counted] == [4, 1]
    left_out = rows_of(connection, compiled, RUN, compiled.page, which=NOT_COUNTED, limit=1, offset=1)
    assert [row[1] for row in left_out] == [3]

    by_division = sorted(rows_of(connection, compiled, RUN, compiled.by_division))
    assert [(row[0], row[1], row[2], row[3]) for row in by_division] == [
        ("330402", Decimal("100"), Decimal("450.5"), 1),
        ("330424", Decimal("49.5"), Decimal("49.5"), 1),
    ]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_distinct_count_keeps_the_first_row_and_names_the_others(schema, titled_firms, duck, postgres, dialect):
    indicator = read_indicator(titled_firms, schema)
    connection = {"duckdb": duck, "postgres": postgres}[dialect]
    firm = {"division": "330402", "is_demo": False, "titles": ["demonstration"], "titled_on": None}
    fill(
        connection,
        "ind_enterprises",
        [
            {"id": 1, **firm, "credit_code": "A"},
            {"id": 2, **firm, "credit_code": "A", "division": "330424"},
            {"id": 3, **firm, "credit_code": "B", "titles": ["prefab_base_national"]},
            {"id": 4, **firm, "credit_code": "C", "titled_on": dt.date(2025, 6, 18)},
            {"id": 5, **firm, "credit_code": "D", "titled_on": dt.date(2023, 1, 1)},
        ],
    )
    compiled = compile_indicator(indicator, schema, dialect)
    (totals,) = rows_of(connection, compiled, RUN, compiled.totals)
    assert Figure.of(totals, scale=1, has_denominator=False) == Figure(Decimal(2), None, 2, 3, Decimal(2))
    listed = rows_of(connection, compiled, RUN, compiled.page, which=ALL, limit=9, offset=0)
    assert [(row[1], indicator.reason_text(row[6])) for row in listed] == [(5, ""), (2, "重复：同一对象已计入一次"), (1, "")]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_separate_denominator_and_year_column(schema, duck, postgres, dialect):
    """A denominator on other rows: demonstration projects of the year for every building of the year."""
    entry = {
        "target": "X1",
        "title": "每栋单体的示范项目",
        "unit": "个",
        "table": "projects",
        "period": {"grain": "year", "column": "demonstration_year"},
        "numerator": {"label": "示范项目", "measure": "count"},
        "denominator": {
            "label": "单体",
            "table": "buildings",
            "period": {"grain": "year", "column": "permit_issued_on"},
            "measure": "count",
        },
    }
    indicator = read_indicator(entry, schema)
    connection = {"duckdb": duck, "postgres": postgres}[dialect]
    project = {"division": "330402", "is_demo": False, "name": "甲", "is_pilot": True}
    years = [(1, 2025), (2, 2025), (3, 2024), (4, None)]
    fill(connection, "ind_projects", [{"id": key, **project, "demonstration_year": year} for key, year in years])
    fill(connection, "ind_buildings", [building(key) for key in range(1, 9)])
    compiled = compile_indicator(indicator, schema, dialect)
    (totals,) = rows_of(connection, compiled, RUN, compiled.totals)
    assert Figure.of(totals, scale=1, has_denominator=True) == Figure(Decimal(2), Decimal(8), 2, 2, Decimal("0.25"))
    rows = rows_of(connection, compiled, RUN, compiled.rows)
    assert sorted((row[0], row[1]) for row in rows) == [(0, 1), (0, 2), *((1, key) for key in range(1, 9))]
    assert {row[3] for row in rows if row[0] == 0} == {dt.date(2025, 1, 1)}


def test_no_denominator_rows_gives_no_value_instead_of_zero():
    assert Figure.of((None, None, None, 0), scale=100, has_denominator=True).value is None
    assert Figure.of((None, None, None, 0), scale=1, has_denominator=False).value == 0


days = st.dates(dt.date(2024, 11, 1), dt.date(2025, 7, 31))
buildings = st.lists(
    st.builds(
        dict,
        project_id=st.sampled_from([1, 2, None]),
        division=st.sampled_from(["330402", "330424", "330481"]),
        is_demo=st.booleans(),
        area_m2=st.one_of(st.none(), st.decimals("0.01", "99999.99", places=2)),
        is_new=st.sampled_from([True, True, False]),
        is_prefab=st.sampled_from([True, False, None]),
        permit_issued_on=st.one_of(st.none(), days),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=buildings, as_of=days, demo=st.booleans(), both=st.booleans())
def test_duckdb_and_postgres_agree_with_plain_python(schema, prefab_share, duck, postgres, rows, as_of, demo, both):
    rows = [{"id": number, "name": "x", **row} for number, row in enumerate(rows, 1)]
    divisions = ("330402", "330424") if both else ("330481",)
    run = Run(as_of, divisions, demo)
    indicator = read_indicator(prefab_share, schema)
    results = []
    for dialect, connection in (("duckdb", duck), ("postgres", postgres)):
        fill(connection, "ind_buildings", rows)
        compiled = compile_indicator(indicator, schema, dialect)
        (totals,) = rows_of(connection, compiled, run, compiled.totals)
        listed = sorted(rows_of(connection, compiled, run, compiled.rows))
        results.append((Figure.of(totals, scale=100, has_denominator=True), listed))
    assert results[0] == results[1]
    looked_at = [
        row
        for row in rows
        if row["division"] in divisions
        and row["is_demo"] == demo
        and row["is_new"]
        and row["permit_issued_on"]
        and dt.date(as_of.year, 1, 1) <= row["permit_issued_on"] <= as_of
    ]
    figure, listed = results[0]
    assert figure.denominator == sum((row["area_m2"] or 0 for row in looked_at), Decimal(0))
    assert figure.numerator == sum((row["area_m2"] or 0 for row in looked_at if row["is_prefab"]), Decimal(0))
    assert [row[1] for row in listed] == [row["id"] for row in looked_at]
    assert sum(row[4] for row in listed) == figure.numerator


HOSTILE = "x'); DROP TABLE ind_enterprises; --%(first)s $last"


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_values_never_become_sql_text(schema, titled_firms, duck, postgres, dialect):
    entry = titled_firms | {"where": [{"column": "titles", "op": "has", "value": HOSTILE}]}
    compiled = compile_indicator(read_indicator(entry, schema), schema, dialect)
    assert all("DROP" not in text for text in (compiled.rows, compiled.page, compiled.totals, compiled.by_division))
    connection = {"duckdb": duck, "postgres": postgres}[dialect]
    row = {"id": 1, "division": "330402", "is_demo": False, "credit_code": "A", "titles": [HOSTILE], "titled_on": None}
    fill(connection, "ind_enterprises", [row])
    (totals,) = rows_of(connection, compiled, RUN, compiled.totals)
    assert totals[2] == 1


def test_compiled_text_survives_json(schema, prefab_share):
    compiled = compile_indicator(read_indicator(prefab_share, schema), schema)
    assert Compiled.from_dict(json.loads(json.dumps(compiled.as_dict()))) == compiled
    with pytest.raises(ValueError, match="compile it again"):
        Compiled.from_dict({**compiled.as_dict(), "format": 0})


def test_the_web_process_does_not_load_ibis():
    code = "import sys, hezhu.engines.indicators; sys.exit('ibis' in sys.modules or 'sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
