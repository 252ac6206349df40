"""The city model handed out: one tileset over all published models an account may see, and the tiles of each model.

For a browser's session or ``Authorization: Bearer hz_…``: a CIM platform reads them with its own key and sees what that account sees.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, cast

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from hezhu.bim.life.kinds import Status
from hezhu.bim.life.models import ModelVersion
from hezhu.bim.tiles import errors
from hezhu.bim.tiles.models import ModelTiles, ProjectPlacement
from hezhu.bim.tiles.placing import Placements, matrix_of, placement_of_version
from hezhu.core.access.api_auth import SessionOrKey
from hezhu.core.access.models import User
from hezhu.core.access.scoping import found, require
from hezhu.core.errors import NotThere
from hezhu.core.files.actions import local_path
from hezhu.engines.ifc.tiles import Placement, TilesRefused, archive, describe
from hezhu.engines.ifc.tiles.city import Member, city
from hezhu.engines.ifc.tiles.tileset import TILESET, placed

View = Callable[..., HttpResponseBase]
_CITY_SECONDS = 3600
_TYPES = {".json": "application/json", ".glb": "model/gltf-binary"}


def _for_readers(view: View) -> View:
    """A session or a key, the right to see models, and headers that every answer carries."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(SessionOrKey()(request), "bim.view")
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, max-age=0, must-revalidate"
        response["X-Content-Type-Options"] = "nosniff"
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Encoding"])
        return response

    return wrapped


def _made(request: HttpRequest, pk: int) -> ModelTiles:
    """The tiles of a version the account may see. Raises NotThere, NoTiles."""
    version = found(ModelVersion.objects.visible_to(request.user).select_related("project", "tiles__file__file"), pk=pk)
    tiles: ModelTiles | None = getattr(version, "tiles", None)
    if tiles is None or tiles.file is None:
        raise errors.NoTiles(where=reverse("tiles:placement", args=[version.project.number]))
    return tiles


def _standing(tiles: ModelTiles) -> tuple[Placement, dict[str, Any]]:
    """The placement that holds and the whole tileset in its place. Raises NotPlaced."""
    placement = placement_of_version(tiles.version)
    if placement is None:
        raise errors.NotPlaced(where=reverse("tiles:placement", args=[tiles.version.project.number]))
    assert tiles.file is not None
    content = archive.read_tileset(local_path(tiles.file))
    return placement, placed(content, matrix_of(tiles, placement), describe(placement))


@_for_readers
def model_tileset(request: HttpRequest, pk: int) -> HttpResponseBase:
    """tileset.json of one model, with the transform of the placement that holds now."""
    return _json(request, _standing(_made(request, pk))[1])


@_for_readers
def model_content(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One tile, as gzip straight from the archive where the reader takes that; part requests (RFC 9110) of the plain content work."""
    tiles = _made(request, pk)
    assert tiles.file is not None
    path = local_path(tiles.file)
    entry = archive.entries(path).get(name)
    if entry is None or name == TILESET:
        raise NotThere()
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and "Range" not in request.headers
    etag = f'"{tiles.file.file.sha256[:32]}-{entry.crc:08x}{"-gz" if packed else ""}"'
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase
    if unchanged is not None:
        response = unchanged
    elif packed:
        stream, length = archive.as_gzip(path, entry)
        response = StreamingHttpResponse(stream, headers={"Content-Encoding": "gzip", "Content-Length": str(length)})
    else:
        response = _part(request, archive.read(path, entry), etag)
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    if response.status_code in (200, 206):
        response["Content-Type"] = _TYPES[Path(name).suffix]
    return response


def _part(request: HttpRequest, content: bytes, etag: str) -> HttpResponse:
    """The whole, or the one range asked for; several ranges are answered with the whole, which is a valid answer."""
    unit, _sign, wanted = request.headers.get("Range", "").partition("=")
    first, dash, last = wanted.partition("-")
    whole = unit != "bytes" or not dash or not (first or last) or not (first + last).isdecimal()
    if whole or request.headers.get("If-Range", etag) != etag:
        return HttpResponse(content)
    start = int(first) if first else max(0, len(content) - int(last))
    stop = min(int(last), len(content) - 1) if first and last else len(content) - 1
    if start > stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    return HttpResponse(content[start : stop + 1], status=206, headers={"Content-Range": f"bytes {start}-{stop}/{len(content)}"})


@_for_readers
def model_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole model in its place as one 3TZ file, for a platform that takes files rather than addresses."""
    tiles = _made(request, pk)
    _placement, tileset = _standing(tiles)
    assert tiles.file is not None
    target = tempfile.NamedTemporaryFile(suffix=".3tz")  # noqa: SIM115 the response closes it, and it is gone then
    archive.repack(local_path(tiles.file), Path(target.name), tileset)
    response = FileResponse(target, content_type="application/vnd.maxar.archive.3tz+zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{tiles.version}.3tz") or "attachment"
    return response


@_for_readers
def city_tileset(request: HttpRequest) -> HttpResponseBase:
    """All published models the account may see that have tiles and a place. Built again only when one of them changed."""
    rows = _published(cast(User, request.user))
    stamp = _stamp(rows)
    unchanged = get_conditional_response(request, etag=stamp)
    if unchanged is not None:
        unchanged["ETag"] = stamp
        return unchanged
    key = f"city-tiles:{stamp}"
    text = cache.get(key)
    if text is None:
        text = json.dumps(_city(rows), ensure_ascii=False, separators=(",", ":"))
        cache.set(key, text, _CITY_SECONDS)
    return HttpResponse(text, content_type="application/json", headers={"ETag": stamp})


def _published(user: User) -> list[ModelVersion]:
    rows = ModelVersion.objects.visible_to(user).filter(status=Status.PUBLISHED, tiles__file__isnull=False)
    return list(rows.select_related("project", "building", "tiles").order_by("pk"))


def _stamp(rows: list[ModelVersion]) -> str:
    """Names exactly these models, their tiles and their placements: two accounts share a cached tileset only when they see the same."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.pk}:{row.tiles.file_id}:{row.project.name}:{row.building_id};".encode())
    changed = ProjectPlacement.objects.filter(project__in={row.project_id for row in rows}).order_by("pk")
    for placement in changed.values_list("pk", "revision", "building_id"):
        digest.update(f"{placement};".encode())
    return f'"{digest.hexdigest()[:40]}"'


def _city(rows: list[ModelVersion]) -> dict[str, Any]:
    placements = Placements({row.project_id for row in rows})
    members, left_out = [], 0
    for row in rows:
        placement = placements.of(row, row.tiles)
        try:
            if placement is None:
                left_out += 1
            else:
                members.append(_member(row, placement))
        except TilesRefused:
            left_out += 1
    return city(members, {"unplaced": left_out})


def _member(row: ModelVersion, placement: Placement) -> Member:
    extras = {
        "project": row.project.number,
        "name": row.project.name,
        "building": row.building.name if row.building else "",
        "stage": row.stage,
        "discipline": row.discipline,
        "version": row.number,
        "demo": row.is_demo,
        "weak": placement.weak,
    }
    uri = reverse("tiles:model", args=[row.pk])
    return Member(uri, row.tiles.box, row.tiles.error_m, matrix_of(row.tiles, placement), extras)


def _json(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(text).hexdigest()[:40]}"'
    unchanged = get_conditional_response(request, etag=etag)
    return unchanged or HttpResponse(text, content_type="application/json", headers={"ETag": etag})
