"""``hezhu simulate``: write a simulated city as Parquet files."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hezhu.engines.simulate.city import simulate
from hezhu.engines.simulate.scales import SCALES


def main(argv: list[str]) -> int:
    """0 when the city was written, 2 when the folder holds something else."""
    parser = argparse.ArgumentParser(prog="hezhu simulate", description="生成一座模拟城市（演示数据）：六库、考勤和预埋的异常")
    parser.add_argument("--scale", choices=SCALES, default="demo", help="规模")
    parser.add_argument("--seed", type=int, default=1, help="种子：同样的规模和种子得到同样的文件")
    parser.add_argument("--out", type=Path, required=True, help="写到哪个文件夹")
    chosen = parser.parse_args(argv)
    started = time.perf_counter()
    try:
        city = simulate(chosen.scale, chosen.seed, chosen.out, lambda line: print(line, file=sys.stderr))
    except FileExistsError:
        print(f"{chosen.out} 里有别的文件，没有写。请换一个空文件夹", file=sys.stderr)
        return 2
    for slug, rows in city.rows.items():
        print(f"{slug:<24} {rows:>12,}")
    print(f"{'预埋异常':<24} {len(city.truths):>8,}   见 truth.json")
    print(f"演示数据，{time.perf_counter() - started:.1f} 秒，写在 {city.folder}")
    return 0
