"""The ``hezhu`` command. Commands that need no server (review, sample-model) load no Django."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from hezhu import __version__
from hezhu.engines.guard import run_apart

# name → (module, function, what it does). The function takes the remaining arguments and returns the exit status.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "run": ("hezhu.config.supervisor", "run", "启动平台：内置数据库、网站、后台任务 (web + worker + embedded database)"),
    "prepare-data": (
        "hezhu.config.supervisor",
        "prepare_data",
        "建表并装入试点方案和演示城市 (tables, plan and demonstration city)",
    ),
    "serve": ("hezhu.config.supervisor", "serve", "只启动网站 (web only)"),
    "worker": ("hezhu.config.supervisor", "worker", "只启动后台任务 (worker only)"),
    "migrate": ("hezhu.config.commands", "migrate", "建立或升级数据表 (create or upgrade tables)"),
    "seed": ("hezhu.config.commands", "seed", "装入试点方案 (load the pilot plan; idempotent)"),
    "demo": ("hezhu.config.commands", "demo", "装入或移除演示城市 (load the demonstration city; --remove takes it out)"),
    "account": ("hezhu.config.commands", "account", "新增账号 (add an account)"),
    "key": ("hezhu.config.commands", "key", "发放或停用 API 密钥 (issue or revoke an API key)"),
    "reseal": ("hezhu.config.reseal", "main", "换钥后重新封存个人号码 (seal personal numbers anew with the key in use)"),
    "review": ("hezhu.engines.review.command", "main", "审查一个模型 (review a model without any server)"),
    "sunlight": ("hezhu.engines.review.sunlight.command", "main", "日照分析 (sun hours of every window, judged per dwelling)"),
    "assembly": ("hezhu.engines.prefab.command", "main", "算装配率、构件清单与两次评价的差别 (assembly rate from a model)"),
    "area": ("hezhu.engines.review.area.command", "main", "建筑面积 (building area by GB/T 50353, storey by storey)"),
    "clash": ("hezhu.engines.review.clash.command", "main", "碰撞检查 (clashes, clearances and duplicates over several models)"),
    "planning": (
        "hezhu.engines.review.planning.command",
        "main",
        "BIM 报建：场地模型的规划指标、间距、退让、停车 (a site model against the planning regulation)",
    ),
    "ids": ("hezhu.engines.review.ids.command", "main", "按数据要求检查一个模型 (check a model against an IDS 1.0 file)"),
    "pack": (
        "hezhu.engines.review.packs_command",
        "main",
        "规则包：列出、查看、生成数据要求 (list and show rule packs, write their data requirements as IDS)",
    ),
    "models": (
        "hezhu.engines.ifc.tables.command",
        "main",
        "把模型提取成表并用 SQL 查询 (extract model tables; query them in SQL)",
    ),
    "tiles": ("hezhu.engines.ifc.tiles.command", "main", "生成城市模型切片 (a model as 3D Tiles 1.1, placed on the earth)"),
    "model-store": (
        "hezhu.config.model_store",
        "main",
        "询问全部模型版本、用 IDS 复查 (ask all stored model versions; check them again)",
    ),
    "upload": ("hezhu.config.model_upload", "main", "上传一个模型版本 (upload a model as the next version of its place)"),
    "sample-model": ("hezhu.engines.ifc.sample", "main", "生成示例楼模型 (write the sample building)"),
    "sample-site": ("hezhu.engines.review.planning.sample", "main", "生成示例场地模型 (write the sample site)"),
    "intake": ("hezhu.config.intake", "main", "把文件送进登记库 (a file through the intake door into a register)"),
    "sources": ("hezhu.config.sources", "main", "申报的来源：列出、检查、运行 (declared sources: list, check, run)"),
    "simulate": (
        "hezhu.engines.simulate.command",
        "main",
        "生成一座模拟城市的数据文件 (write a simulated city as Parquet files)",
    ),
    "doctor": ("hezhu.config.doctor", "main", "检查环境，说明缺什么、怎么补 (say what is missing and how to mend it)"),
}


# Commands that read model files from anywhere run in a bounded process of their own.
READ_FILES = ("review", "sunlight", "assembly", "area", "clash", "planning", "ids", "models", "tiles")


def _be_careful() -> None:
    from hezhu.engines.ifc.geometry.mesh import be_careful

    be_careful()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="hezhu",
        description="禾筑：城市智能建造平台 (the open platform on which a city runs intelligent construction)",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<13} {text}" for name, (_, _, text) in COMMANDS.items()),
    )
    parser.add_argument("--version", action="version", version=f"hezhu {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments[:1] if arguments else ["--help"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    module, function, _ = COMMANDS[chosen.command]
    action: Callable[[list[str]], int | None] = getattr(import_module(module), function)
    try:
        if argv is None and chosen.command in READ_FILES:
            return run_apart(action, arguments[1:], _be_careful)
        return action(arguments[1:]) or 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if type(error).__name__ != "ImproperlyConfigured":  # Django's, not imported here: some commands need no Django
            raise
        print(f"设置有误 (bad setting): {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
