"""The engines' side of tiles, in a process of its own: ``python -m hezhu.bim.tiles.inspection REQUEST.json``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hezhu.bim.child import Tell, run_child, write


@dataclass(frozen=True, slots=True)
class TilesRequest:
    """A local model and the discipline its elements carry; results lie in ``out``: tiles.zip and result.json."""

    model: str
    out: str
    discipline: str
    careful: bool = False

    def carefully(self) -> TilesRequest:
        return replace(self, careful=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def inspect(request: TilesRequest, tell: Tell) -> None:
    """Leaves the archive and the facts of it. Raises ModelUnreadable, TilesRefused."""
    from hezhu.engines import ifc
    from hezhu.engines.ifc import tiles
    from hezhu.engines.ifc.tiles import archive

    out = Path(request.out)
    folder = out / "tiles"
    folder.mkdir()
    tell(0.02, "读取模型")
    model = ifc.read(Path(request.model))
    built = tiles.build(
        model, folder, discipline=request.discipline, place=False, tell=lambda share: tell(0.1 + 0.8 * share, "生成切片")
    )
    archive.pack(folder, out / "tiles.zip")
    root = built.tileset["root"]
    result = {
        "stated": asdict(built.placement) if built.placement else None,
        "box": root["boundingVolume"]["box"],
        "origin": built.tileset["asset"]["extras"]["origin"],
        "error_m": built.tileset["geometricError"],
        "footprint": built.footprint,
        "counts": {
            "tiles": built.tiles,
            "elements": built.elements,
            "without_shape": built.without_shape,
            "triangles": built.triangles,
            "bytes": built.size_bytes,
        },
        "notes": list(built.notes),
    }
    write(out / "result.json", result)
    tell(1.0, "切片已生成")


def main(argv: list[str]) -> int:
    """0 done, 2 refused (refusal.json says why); anything else is a crash."""
    from hezhu.engines.ifc import ModelUnreadable
    from hezhu.engines.ifc.tiles import TilesRefused

    request = TilesRequest(**json.loads(Path(argv[0]).read_text(encoding="utf-8")))
    codes: dict[type[Exception], str] = {ModelUnreadable: "", TilesRefused: ""}
    return run_child(lambda tell: inspect(request, tell), Path(request.out), codes, careful=request.careful)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
