"""The archive of a model version: the same answers as the file, the same bytes twice, all or nothing on disk, and a closed room for SQL."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hezhu.engines.ifc import Limits, ModelUnreadable
from hezhu.engines.ifc.container import plain_step
from hezhu.engines.ifc.tables import QueryRefused, pairs, store
from hezhu.engines.ifc.tables.instances import Instances
from hezhu.engines.ifc.tables.query import query_versions
from hezhu.engines.ifc.tables.schema import release_of, schema
from hezhu.engines.ifc.tables.step import scan
from hezhu.engines.ifc.tables.stored import StoredInstances

# A list of references, one alone, an empty list, values of several types, a reference to nothing, a class that is shape, one unknown.
RECORDS = """
#1=IFCPROJECT('0000000000000000000001',$,'\\X2\\9879\\X0\\',$,$,$,$,(),#9);
#2=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('\\X2\\4E59\\X0\\'),$);
#3=IFCPROPERTYENUMERATEDVALUE('Status',$,(IFCLABEL('a'),IFCLABEL('b')),#777);
#4=IFCPROPERTYSET('0000000000000000000004',$,'Pset_DoorCommon',$,(#2 , #3));
#5=IFCDOOR('0000000000000000000005',$,'FM1',$,$,$,$,'1',2100.,900.,.DOOR.,$,$);
#600001=IFCDOOR('0000000000000000000006',$,'FM2',$,$,$,$,'2',2100.,*,.DOOR.,$,$);
#7=IFCRELDEFINESBYPROPERTIES('0000000000000000000007',$,$,$,(#5,#600001),#4);
#8=IFCCARTESIANPOINT((0.,0.,0.));
#9=IFCUNITASSIGNMENT((#10));
#10=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);
#11=IFCNOSUCHTHING(#1);
#12=IFCWALL('0000000000000000000012',$,$,$,$,$,$,$,$);
"""
FILE = f"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;{RECORDS}ENDSEC;END-ISO-10303-21;"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "一号楼.ifc"
    path.write_text(FILE)
    return path


@pytest.fixture
def archive(model: Path) -> Path:
    store.pack(model, model.with_suffix(".zip"))
    return model.with_suffix(".zip")


def scanned(path: Path) -> Instances:
    with plain_step(path, Limits()) as (step, declared):
        data = step.read_bytes()
    return Instances(scan(data), schema(str(release_of(declared))))


def same(read: Instances, kept: StoredInstances) -> int:
    """Every attribute of every described class asked in each way; returns how many columns were compared."""
    rows = read.described_rows()
    assert read.step.ids[rows].tolist() == kept.step.ids.tolist()
    compared = 0
    for code in np.unique(read.class_code[rows]).tolist():
        name = read.class_names[code]
        mine, theirs = np.flatnonzero(kept.class_code == code), np.flatnonzero(read.class_code == code)
        for position in range(len(read.schema.classes[name].attributes)):
            written = read.raw(theirs, position).str.replace_all(r"\s*([(),])\s*", "$1")
            assert kept.raw(mine, position).str.replace_all(r"\s*([(),])\s*", "$1").equals(written), (name, position)
            assert kept.reference(mine, position).equals(read.reference(theirs, position)), (name, position)
            assert kept.references(mine, position).equals(read.references(theirs, position)), (name, position)
            compared += 1
        for here, there in list(zip(mine.tolist(), theirs.tolist(), strict=True))[:20]:
            assert kept.record(here) == read.record(there)
    return compared


def same_pairs(read: Instances, kept: StoredInstances) -> int:
    """Every kept relation and list against the file's, by instance numbers; returns how many pairs were compared."""
    count = 0
    described = read.described_rows()
    for relation in pairs.RELATIONS:
        count += _same(read, pairs.related_pairs(read, *relation), kept, pairs.related_pairs(kept, *relation), described)
    for listed in pairs.LISTS:
        count += _same(read, pairs.listed_pairs(read, *listed), kept, pairs.listed_pairs(kept, *listed), described)
    return count


def _same(read: Instances, mine: pairs.Pairs, kept: Instances, theirs: pairs.Pairs, described: np.ndarray) -> int:
    known = np.isin(mine[0], described) & np.isin(mine[1], described)
    order = np.argsort(mine[0][known], kind="stable")
    for own, other in zip(mine, theirs, strict=True):
        assert read.step.ids[own[known][order]].tolist() == kept.step.ids[other].tolist()
    return int(known.sum())


def test_the_stored_records_answer_as_the_file_does(model: Path, archive: Path) -> None:
    kept, about = store.open_instances(archive)
    assert same(scanned(model), kept) == 55
    assert (about.file, about.schema, about.release) == ("一号楼.ifc", "IFC4", "IFC4")
    assert about.shape_classes == ("IFCCARTESIANPOINT", "IFCNOSUCHTHING")
    assert kept.row_of(np.array([5, 8, 600001, -1, 10**12])).tolist() == [4, -1, 5, -1, -1]
    assert kept.column("IfcDoor", "Name").to_list() == ["FM1", "FM2"]
    assert kept.number(kept.rows("IfcDoor"), 9).to_list() == [900.0, None]
    with pytest.raises(NotImplementedError):
        kept.spans(kept.rows("IfcDoor"), 0)


def test_instance_numbers_close_together_are_found_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.ifc"
    path.write_text(FILE.replace("#600001", "#6"))
    store.pack(path, tmp_path / "a.zip")
    kept, _ = store.open_instances(tmp_path / "a.zip")
    assert kept.row_of(np.array([6, 8, 7, 5000])).tolist() == [5, -1, 6, -1]
    assert same(scanned(path), kept) == 55


def test_relations_are_kept_as_pairs(model: Path, archive: Path) -> None:
    kept, _ = store.open_instances(archive)
    assert same_pairs(scanned(model), kept) == 4
    owner, definition = pairs.related_pairs(kept, "IfcRelDefinesByProperties", "RelatedObjects", "RelatingPropertyDefinition")
    assert kept.step.ids[owner].tolist() == [5, 600001]
    assert kept.step.ids[definition].tolist() == [4, 4]
    holder, held = pairs.listed_pairs(kept, "IfcPropertySet", "HasProperties")
    assert kept.step.ids[holder].tolist() == [4, 4]
    assert kept.step.ids[held].tolist() == [2, 3]


def test_an_archive_without_pairs_joins_them_anew(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(tmp_path / "old.zip", "w") as without:
        for name in old.namelist():
            if "pairs/" not in name:
                without.writestr(name, old.read(name))
    kept, _ = store.open_instances(tmp_path / "old.zip")
    assert kept.kept_pairs(pairs.pairs_name("IfcPropertySet", "HasProperties")) is None
    holder, held = pairs.listed_pairs(kept, "IfcPropertySet", "HasProperties")
    assert kept.step.ids[holder].tolist() == [4, 4]
    assert kept.step.ids[held].tolist() == [2, 3]


@pytest.mark.parametrize("name", ["duplex.ifc", "fzk_haus_ifc4.ifc", "tall_building.ifc", "smiley_west_apartments_2x_final.ifc"])
def test_real_models_answer_as_their_files_do(name: str, outside_data: Path, tmp_path: Path) -> None:
    model = outside_data / "ifc" / name
    store.pack(model, tmp_path / "a.zip")
    read, kept = scanned(model), store.open_instances(tmp_path / "a.zip")[0]
    assert same(read, kept) > 300
    assert same_pairs(read, kept) > 100


def test_the_same_model_gives_the_same_bytes(model: Path, archive: Path, tmp_path: Path) -> None:
    store.pack(model, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_a_broken_off_packing_leaves_no_archive(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(instances: Instances) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "members", stop)
    with pytest.raises(KeyboardInterrupt):
        store.pack(model, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_tables_are_laid_out_once_and_whole(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "tables=x"
    store.unpack(archive, folder)
    assert sorted(path.stem for path in folder.iterdir()) == sorted(store.STORED_TABLES)
    store.unpack(tmp_path / "absent.zip", folder)  # there already: nothing is read
    assert [path.name for path in folder.parent.iterdir()] == ["tables=x"]


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_no_archive_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnreadable, match=r"a\.zip"):
        store.open_instances(path)
    with pytest.raises(ModelUnreadable):
        store.unpack(path, tmp_path / "tables=x")
    assert not (tmp_path / "tables=x").exists()


def test_an_archive_of_another_format_asks_to_be_made_again(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("about.json", json.dumps({"format": 99}))
    with pytest.raises(ModelUnreadable, match="重新生成"):
        store.open_instances(tmp_path / "a.zip")


def known(*keys: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "tables": keys,
            "model_name": [f"BS-{key}" for key in keys],
            "building": ["1#"] * len(keys),
            "county": ["海宁市"] * len(keys),
        }
    )


@pytest.fixture
def root(archive: Path, tmp_path: Path) -> Path:
    for key in ("a", "b", "c"):
        store.unpack(archive, tmp_path / "cache" / f"tables={key}")
    return tmp_path / "cache"


def test_every_table_tells_its_version(root: Path) -> None:
    sql = "SELECT model_name, building, county, name FROM entities WHERE class = 'IfcDoor' ORDER BY ALL"
    answer = query_versions(root, known("a", "b"), sql)
    assert answer.rows() == [(f"BS-{key}", "1#", "海宁市", name) for key in "ab" for name in ("FM1", "FM2")]
    joined = "SELECT model_name, count(*) FROM entities JOIN properties USING (model_name, id) WHERE pset = 'Pset_DoorCommon' GROUP BY 1 ORDER BY 1"
    assert query_versions(root, known("a", "b"), joined).rows() == [("BS-a", 4), ("BS-b", 4)]


def test_a_column_of_the_same_name_keeps_both(root: Path) -> None:
    columns = query_versions(root, known("a"), "SELECT * FROM spatial LIMIT 0").columns
    assert {"building", "building_in_model"} <= set(columns)


def test_only_the_given_versions_can_be_read(root: Path) -> None:
    other = root / "tables=c" / "entities.parquet"
    with pytest.raises(QueryRefused, match="无法回答"):
        query_versions(root, known("a", "b"), f"SELECT * FROM read_parquet('{other}')")
    with pytest.raises(QueryRefused):
        query_versions(root, known("a"), f"COPY entities TO '{root}/out.csv'")
    with pytest.raises(QueryRefused, match="fill"):
        query_versions(root, known(), "SELECT 1")
