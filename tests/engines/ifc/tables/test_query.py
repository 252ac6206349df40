"""Stored tables: written, loaded, asked in SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.ifc import ModelUnreadable
from hezhu.engines.ifc.tables import TABLES, ModelTables, QueryRefused, query, tables_of
from hezhu.engines.ifc.tables.command import main

_BODY = "#1=IFCDOOR('a',$,'FM1',$,$,$,$,$,$,$,$,$,$);#2=IFCDOOR('b',$,'FM2',$,$,$,$,$,$,$,$,$,$);"
_FILE = f"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;{_BODY}ENDSEC;END-ISO-10303-21;"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    source = tmp_path / "一号楼.ifc"
    source.write_text(_FILE)
    assert main(["extract", str(source), "--out", str(tmp_path / "表")]) == 0
    return tmp_path / "表"


def test_tables_come_back_as_they_were_written(stored: Path) -> None:
    loaded, made = ModelTables.load(stored / "一号楼"), tables_of(_FILE.encode(), "IFC4", "一号楼.ifc", "IFC4")
    for name in TABLES:
        assert getattr(loaded, name).equals(getattr(made, name)), name


def test_a_question_over_all_models(stored: Path) -> None:
    answer = query(stored, "SELECT model_name, name FROM entities WHERE class = 'IfcDoor' ORDER BY id")
    assert answer.rows() == [("一号楼", "FM1"), ("一号楼", "FM2")]


def test_the_command_prints_csv(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["query", str(stored), "SELECT count(*) AS doors FROM entities", "--csv"]) == 0
    assert capsys.readouterr().out == "doors\n2\n"


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW entities",
        "SELECT 1; SELECT 2",
        "COPY entities TO 'out.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SET enable_external_access = true",
        "SELECT nonsense",
    ],
)
def test_anything_but_one_select_over_the_tables_is_refused(stored: Path, sql: str) -> None:
    with pytest.raises(QueryRefused):
        query(stored, sql)


def test_a_folder_without_tables_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelUnreadable, match="没有模型表"):
        query(tmp_path, "SELECT 1")
    with pytest.raises(ModelUnreadable, match="缺少模型表"):
        ModelTables.load(tmp_path)
    assert main(["extract", str(tmp_path / "无.ifc"), "--out", str(tmp_path)]) == 2
    assert "找不到模型文件" in capsys.readouterr().err
