"""The engines' side of a review, run in a process of its own: ``python -m hezhu.bim.inspection REQUEST.json``.

Geometry kernels are native code: they may crash on a hostile model and they keep memory. A process of their own makes a
crash fail one case only and gives the memory back. Nothing here knows the database; a request goes in as JSON, files come out
in the request's folder, progress goes to standard output as ``fraction<TAB>sentence`` lines. The process ends itself when its
standard input closes, so that it never outlives the worker that started it.
"""

from __future__ import annotations

import json
import sys
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hezhu.bim.child import Tell, run_child, to_json, write

BUCKETS = 256


@dataclass(frozen=True, slots=True)
class Request:
    """What to inspect. ``model`` and ``ids`` are local paths, ``out`` an existing folder, ``on`` an ISO date.

    ``careful`` makes every shape in a process of its own, to find the element that killed the kernel before.
    """

    model: str
    out: str
    pack: str
    building_kind: str
    on: str
    profile: str
    height_m: float | None = None
    ids: tuple[str, ...] = ()
    sheet: str | None = None
    careful: bool = False

    @classmethod
    def load(cls, path: Path) -> Request:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**data, "ids": tuple(data["ids"])})

    def carefully(self) -> Request:
        """The same, element by element."""
        return replace(self, careful=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def bucket_of(global_id: str) -> str:
    """The member of the content archive that holds an element's properties."""
    return f"properties/{zlib.crc32(global_id.encode()) % BUCKETS:03d}.json"


def inspect(request: Request, tell: Tell) -> None:
    """Review one model and leave findings.json, summary.json, assembly.json, content.zip and the three reports.

    Raises the engines' own errors: ModelUnreadable, IdsInvalid, PackInvalid, ProfileInvalid.
    """
    from hezhu.bim.quantities import assembled
    from hezhu.engines import ifc, prefab, review
    from hezhu.engines.review import reports

    out = Path(request.out)
    started = time.perf_counter()
    tell(0.02, "读取模型")
    model = ifc.read(Path(request.model))
    context = review.ReviewContext(
        building_kind=request.building_kind, on=date.fromisoformat(request.on), height_m=request.height_m
    )

    def within(fraction: float, sentence: str) -> None:
        tell(0.15 + 0.55 * fraction, sentence)

    result = review.run(model, review.load_pack(request.pack), context, ids=[Path(path) for path in request.ids], progress=within)
    write(out / "findings.json", [finding.as_dict() for finding in result.findings])
    tell(0.72, "计算装配率工程量")
    sheet = Path(request.sheet) if request.sheet else None
    kind = result.building_kind
    quantities = prefab.quantities_from_model(model, prefab.load_profile(request.profile), kind)
    kept, rate = assembled(quantities, sheet, request.profile, kind)
    write(out / "assembly.json", kept)
    tell(0.76, "整理楼层与属性")
    write_content(model, out / "content.zip", {item: prefab.opened(given) for item, given in quantities.items()})
    tell(0.84, "生成报告")
    reports.write_json(result, out / "review.json", rate)
    reports.write_html(result, out / "review.html", rate)
    reports.write_bcf(result, model, out / "review.bcf")
    write(out / "summary.json", {**result.summary(), "elapsed": round(time.perf_counter() - started, 2)})
    tell(1.0, "机审完成")


def quantities_member(item: str) -> str:
    """The member of the content archive that holds the elements behind an item of the assembly rate."""
    return f"assembly/{item}.json"


def write_content(model: Any, path: Path, quantities: Mapping[str, Any]) -> None:
    """The model's storeys, its property panels and what the assembly rate rests on as one archive.

    storeys.json, 256 property buckets by GlobalId, and one member for each item of the assembly rate: one member is read to
    answer one click, whatever the size of the model.
    """
    buckets: dict[str, dict[str, Any]] = {}
    for element in (*model.elements, *model.spaces):
        panel = model.property_panel(element.global_id)
        if panel is not None:
            buckets.setdefault(bucket_of(element.global_id), {})[element.global_id] = panel
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(_member("storeys.json"), to_json(model.viewer_index()))
        for item in sorted(quantities):
            archive.writestr(_member(quantities_member(item)), to_json(quantities[item]))
        for name in sorted(buckets):
            archive.writestr(_member(name), to_json(buckets[name]))


def _member(name: str) -> zipfile.ZipInfo:
    """An entry with a fixed date, so that the same model gives the same bytes."""
    member = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def main(argv: list[str]) -> int:
    """0 done, 2 refused (refusal.json says why); anything else is a crash."""
    from hezhu.engines.ifc import ModelUnreadable
    from hezhu.engines.prefab import ProfileInvalid
    from hezhu.engines.review import PackInvalid
    from hezhu.engines.review.ids import IdsInvalid

    request = Request.load(Path(argv[0]))
    codes = {IdsInvalid: "ids-invalid", PackInvalid: "pack-invalid", ProfileInvalid: "profile-invalid", ModelUnreadable: ""}
    return run_child(lambda tell: inspect(request, tell), Path(request.out), codes, careful=request.careful)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
