"""``hezhu reseal``: seal every personal number anew with the key in use, in the registers and in their history."""

from __future__ import annotations

import argparse

from hezhu.config.commands import with_database


@with_database
def main(arguments: list[str]) -> None:
    argparse.ArgumentParser(prog="hezhu reseal").parse_args(arguments)
    from hezhu.core.register.resealing import reseal_all

    for table, column, rows in reseal_all():
        print(f"{table}.{column}：{rows} 行重新封存")
