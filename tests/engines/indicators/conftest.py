"""A small city of registers as the indicator engine sees them."""

from __future__ import annotations

import pytest

from hezhu.engines.indicators import Column, Link, Schema, Table


@pytest.fixture(scope="session")
def schema() -> Schema:
    return {
        "projects": Table(
            name="projects",
            label="项目",
            relation="ind_projects",
            columns={"name": Column("string"), "is_pilot": Column("boolean"), "demonstration_year": Column("int64")},
        ),
        "buildings": Table(
            name="buildings",
            label="单体建筑",
            relation="ind_buildings",
            columns={
                "name": Column("string"),
                "area_m2": Column("decimal", unit="m2"),
                "cost_wan_yuan": Column("decimal", unit="wan_yuan"),
                "is_new": Column("boolean"),
                "is_prefab": Column("boolean"),
                "permit_issued_on": Column("date"),
            },
            links={"project": Link("project_id", "projects")},
        ),
        "enterprises": Table(
            name="enterprises",
            label="企业",
            relation="ind_enterprises",
            columns={"credit_code": Column("string"), "titles": Column("array<string>"), "titled_on": Column("date")},
        ),
    }


@pytest.fixture(scope="session")
def prefab_share() -> dict:
    return {
        "target": "T08",
        "title": "装配式建筑面积占新建建筑面积比例",
        "unit": "%",
        "scale": 100,
        "table": "buildings",
        "where": [{"column": "is_new", "op": "eq", "value": True}],
        "period": {"grain": "year", "column": "permit_issued_on"},
        "numerator": {
            "label": "装配式",
            "where": [{"column": "is_prefab", "op": "eq", "value": True}],
            "measure": {"sum": "area_m2"},
        },
        "denominator": {"label": "新建", "measure": {"sum": "area_m2"}},
        "not_counted": [{"where": [{"column": "is_prefab", "op": "null"}], "reason": "未判定"}],
        "otherwise": "不满足装配式建筑判定",
    }


@pytest.fixture(scope="session")
def titled_firms() -> dict:
    return {
        "target": "T03",
        "title": "示范企业",
        "unit": "家",
        "table": "enterprises",
        "where": [{"column": "titles", "op": "has", "value": "demonstration"}],
        "period": {"grain": "cumulative", "column": "titled_on", "undated": True},
        "numerator": {"label": "示范企业", "measure": {"count_distinct": "credit_code"}},
    }
