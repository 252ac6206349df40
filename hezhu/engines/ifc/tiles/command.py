"""``hezhu tiles MODEL --out FOLDER [--placement …]``: a model as 3D Tiles 1.1 without any server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hezhu.engines.ifc.errors import ModelUnreadable
from hezhu.engines.ifc.reader import read
from hezhu.engines.ifc.tiles import archive
from hezhu.engines.ifc.tiles.build import Built, build
from hezhu.engines.ifc.tiles.errors import TilesRefused
from hezhu.engines.ifc.tiles.georeference import placement_of
from hezhu.engines.ifc.tiles.placement import Placement, parse
from hezhu.engines.ifc.tiles.tileset import TILESET

NO_PLACEMENT = (
    "模型没有自带定位（IfcMapConversion 或 IfcSite 经纬度），不能放到城市里。请加 --placement “EPSG:4549,东坐标,北坐标,高程,旋转角”，"
    "或在建模软件中设置测量点后重新导出；只要切片不要定位时加 --unplaced。"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the tiles were written, 2 when nothing was."""
    options = _parser().parse_args(arguments)
    try:
        built = _run(options)
    except (ModelUnreadable, TilesRefused) as error:
        print(error.message, file=sys.stderr)
        return 2
    print(
        f"{options.out / TILESET}：{built.tiles} 个切片，{built.elements} 个构件，{built.triangles:,} 个三角形，{built.size_bytes / 1e6:.1f} MB"
        + (f"；{built.without_shape} 个构件没有几何" if built.without_shape else "")
    )
    for note in built.notes:
        print(f"· {note}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hezhu tiles", description="模型转 3D Tiles 1.1 (a model as 3D Tiles for the city model)"
    )
    parser.add_argument("model", type=Path, metavar="MODEL.ifc")
    parser.add_argument("--out", type=Path, required=True, help="目标文件夹：空的，或上次的输出 (empty, or an earlier output)")
    parser.add_argument("--placement", help="EPSG:4549,东坐标,北坐标[,高程[,旋转角[,高程异常]]]；省略时取模型自带的定位")
    parser.add_argument("--unplaced", action="store_true", help="没有定位也生成，坐标为模型坐标 (without a place on earth)")
    parser.add_argument(
        "--discipline", default="", help="专业，写入每个构件；省略时按类判断 (discipline written on every element)"
    )
    parser.add_argument("--float", action="store_true", help="不量化坐标，文件约大一倍 (do not quantise)")
    parser.add_argument("--3tz", dest="archive", type=Path, help="另存为一个 .3tz 文件 (also as one archive)")
    return parser


def _run(options: argparse.Namespace) -> Built:
    placement: Placement | None = parse(options.placement) if options.placement else None
    model = read(options.model)
    if placement is None and not options.unplaced:
        stated, notes = placement_of(model)
        if stated is None:
            raise TilesRefused("no-placement", " ".join([*notes, NO_PLACEMENT]))
    _empty(options.out)
    built = build(model, options.out, placement, discipline=options.discipline, quantise=not options.float)
    if options.archive:
        archive.pack(options.out, options.archive)
    return built


def _empty(folder: Path) -> None:
    """Makes the folder, or clears an earlier output; anything else in it is somebody's and refused."""
    folder.mkdir(parents=True, exist_ok=True)
    there = list(folder.iterdir())
    if any(path.name != TILESET and path.suffix != ".glb" for path in there):
        raise TilesRefused("not-empty", f"文件夹 {folder} 里有别的文件，没有写入。请换一个空文件夹。")
    for path in there:
        path.unlink()
