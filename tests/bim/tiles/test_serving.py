"""The city model as a CIM platform reads it: by key, in scope, cached, in parts."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hezhu.bim.life.kinds import Status
from hezhu.bim.tiles import actions
from hezhu.bim.tiles.models import ModelTiles
from hezhu.core.access.models import ApiKey
from hezhu.core.jobs.actions import run_here
from hezhu.engines.ifc.tiles import Placement, transform
from tests.bim.tiles.conftest import HERE, version_of
from tests.engines.ifc.tiles.reading import tiles_of

CITY = "/tiles/city/tileset.json"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def key(firm_user) -> dict[str, str]:
    return {"Authorization": f"Bearer {ApiKey.issue(firm_user, 'CIM')}"}


def test_making_leaves_one_archive_and_the_facts(version, firm_user) -> None:
    """Through the engines' own process."""
    run_here(actions.make_tiles(version, by=firm_user).job)
    tiles = ModelTiles.objects.get(version=version)
    assert (tiles.state, tiles.failure) == ("done", "")
    assert (tiles.counts["elements"], tiles.counts["without_shape"], tiles.stated) == (2, 0, None)
    (ring,) = tiles.footprint
    assert sorted({tuple(corner) for corner in ring}) == [(0.0, 0.0), (0.0, 8.0), (12.0, 0.0), (12.0, 8.0)]


def test_a_model_stands_where_it_was_placed(client, placed, key) -> None:
    answer = client.get(f"/tiles/models/{placed.pk}/tileset.json", headers=key)
    assert answer.status_code == 200
    tileset = json.loads(answer.content)
    tiles = ModelTiles.objects.get(version=placed)
    expected = transform(Placement(571_700.0, 3_401_200.0, 4.2, crs="EPSG:4549"), np.array(tiles.origin))
    assert pytest.approx(expected) == np.array(tileset["root"]["transform"]).reshape(4, 4).T
    assert tileset["asset"]["extras"]["placement"]["source"] == "hand"


def test_a_new_placement_moves_the_model_without_new_tiles(client, placed, key, firm_user) -> None:
    before = client.get(f"/tiles/models/{placed.pk}/tileset.json", headers=key)
    actions.place(placed.project, None, {**HERE, "rotation": 90.0}, by=firm_user, seen=1)
    after = client.get(f"/tiles/models/{placed.pk}/tileset.json", headers={**key, "If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert json.loads(after.content)["root"]["transform"] != json.loads(before.content)["root"]["transform"]


def test_tiles_come_as_gzip_plain_or_in_parts(client, placed, key) -> None:
    tileset = json.loads(client.get(f"/tiles/models/{placed.pk}/tileset.json", headers=key).content)
    url = f"/tiles/models/{placed.pk}/{tileset['root']['content']['uri']}"
    plain = client.get(url, headers=key)
    whole = body(plain)
    assert whole.startswith(b"glTF")
    assert (plain["Content-Type"], plain["Accept-Ranges"]) == ("model/gltf-binary", "bytes")
    packed = client.get(url, headers={**key, "Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    content = body(packed)
    assert int(packed["Content-Length"]) == len(content)
    assert gzip.decompress(content) == whole
    assert packed["ETag"] != plain["ETag"]
    part = client.get(url, headers={**key, "Range": "bytes=4-11"})
    assert (part.status_code, part["Content-Range"], part.content) == (206, f"bytes 4-11/{len(whole)}", whole[4:12])
    assert client.get(url, headers={**key, "Range": f"bytes={len(whole)}-"}).status_code == 416
    assert client.get(url, headers={**key, "If-None-Match": plain["ETag"]}).status_code == 304


def test_the_archive_carries_the_place(client, placed, key) -> None:
    answer = client.get(f"/tiles/models/{placed.pk}/model.3tz", headers=key)
    with zipfile.ZipFile(io.BytesIO(body(answer))) as opened:
        assert "transform" in json.loads(opened.read("tileset.json"))["root"]


@pytest.mark.parametrize("account", ["other_firm_user", "haiyan_officer", "demo_officer"])
def test_others_find_no_model(client, placed, account, request) -> None:
    client.force_login(request.getfixturevalue(account))
    for path in ("tileset.json", "building.glb", "model.3tz"):
        assert client.get(f"/tiles/models/{placed.pk}/{path}").status_code == 404
    assert "children" not in json.loads(client.get(CITY).content)["root"]


@pytest.mark.parametrize(
    "path", [CITY, "/tiles/models/1/tileset.json", "/tiles/models/1/building.glb", "/tiles/models/1/model.3tz"]
)
def test_nothing_without_an_account(client, db, path) -> None:
    for headers in ({}, {"Authorization": "Bearer hz_wrong"}):
        assert client.get(path, headers={**headers, "Accept": "application/json"}).status_code == 401


def test_a_model_without_a_place_is_refused_with_the_way_out(client, tiled, key) -> None:
    answer = client.get(f"/tiles/models/{tiled.pk}/tileset.json", headers={**key, "Accept": "application/json"})
    assert answer.status_code == 409
    assert f"/bim/projects/{tiled.project.number}/placement/" in answer.content.decode()


def test_a_model_without_tiles_is_refused_with_the_way_out(client, version, key) -> None:
    answer = client.get(f"/tiles/models/{version.pk}/tileset.json", headers={**key, "Accept": "application/json"})
    assert answer.status_code == 409
    assert "placement" in answer.content.decode()


def test_no_path_leads_out_of_the_archive(client, placed, key) -> None:
    for name in ("..%2Ftileset.glb", "none.glb", "@3dtilesIndex1@"):
        assert client.get(f"/tiles/models/{placed.pk}/{name}", headers=key).status_code == 404


def test_the_city_holds_published_models_in_their_places(client, placed, key, project, model_file, firm_user) -> None:
    shared = version_of(project, None, model_file, firm_user, Status.SHARED)
    run_here(actions.make_tiles(shared, by=firm_user).job)
    answer = client.get(CITY, headers=key)
    leaves = [tile for tile in tiles_of(json.loads(answer.content)["root"]) if "content" in tile]
    assert [leaf["content"]["uri"] for leaf in leaves] == [f"/tiles/models/{placed.pk}/tileset.json"]
    assert leaves[0]["extras"]["project"] == project.number
    assert leaves[0]["extras"]["demo"] is False
    assert client.get(CITY, headers={**key, "If-None-Match": answer["ETag"]}).status_code == 304
    actions.place(project, placed.building, {**HERE, "rotation": 5.0}, by=firm_user)
    assert client.get(CITY, headers={**key, "If-None-Match": answer["ETag"]}).status_code == 200


def test_a_published_model_without_a_place_is_counted_and_left_out(client, tiled, key) -> None:
    made = json.loads(client.get(CITY, headers=key).content)
    assert "children" not in made["root"]
    assert made["asset"]["extras"]["unplaced"] == 1


def test_a_cached_city_is_not_shown_to_another_scope(client, placed, city_officer, haiyan_officer) -> None:
    client.force_login(city_officer)
    first = client.get(CITY)
    assert "children" in json.loads(first.content)["root"]
    client.force_login(haiyan_officer)
    second = client.get(CITY, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert "children" not in json.loads(second.content)["root"]


def test_a_broken_model_says_why_and_keeps_the_former_tiles(tiled, firm_user, monkeypatch) -> None:
    from hezhu.bim import processes
    from hezhu.bim.tiles import making
    from hezhu.core.files.actions import keep

    monkeypatch.setattr(making, "run_engines", processes.run_engines)
    before = ModelTiles.objects.get(version=tiled).file_id
    tiled.model_file = keep(
        SimpleUploadedFile("b.ifc", b"ISO-10303-21;\nHEADER;\n"), by=firm_user, purpose="model", division=tiled.division
    )
    tiled.save()
    run_here(actions.make_tiles(tiled, by=firm_user).job)
    tiles = ModelTiles.objects.get(version=tiled)
    assert (tiles.state, tiles.file_id) == ("failed", before)
    assert tiles.failure
