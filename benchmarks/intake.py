"""A file through the intake door against a bare COPY of the same rows into the same table.

``make bench-intake`` (HEZHU_BENCH_ROWS changes the size). The door does all it always does: reads the CSV, validates every cell by the register's
own field types, stages, compares with what is there, writes with change history and lineage, quarantines. COPY writes rows that are
already right, without history, lineage or comparison. Four measurements on the enterprise register with all its indexes:

first load: an empty register, against COPY into a table without indexes and building them afterwards;
delta:      the same rows again, of which one in ten changed and one in twenty is new, against COPY of the whole file with indexes in place;
all changed: every row changed, the worst a feed can bring, against the same COPY;
again:      the same file once more, nothing to write.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

ROWS = int(os.environ.get("HEZHU_BENCH_ROWS", "1000000"))
LEAST = 0.5
BAD_SHARE = 50  # one row in fifty is refused
FOLDER = Path(os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench-intake")))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
TABLE = "enterprises_enterprise"


def rows(first: int, last: int, version: int, changed: Callable[[int], bool]):
    """Firms number ``first`` to ``last``; those ``changed`` have the address and capital of ``version``."""
    import numpy as np
    import polars as pl

    n = np.arange(first, last, dtype=np.int64)
    body = np.array([f"91330481{i:09X}"[:17] for i in n])
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    clean = np.array(
        ["".join(alphabet[(ord(c) * 7 + k) % 31] if c in "IOZSV" else c for k, c in enumerate(text)) for text in body]
    )
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    place = np.zeros(256, dtype=np.int64)
    for value, sign in enumerate(alphabet):
        place[ord(sign)] = value
    signs = clean.view(np.uint32).reshape(len(clean), -1)[:, :17]
    check = (31 - (place[signs] * weights).sum(axis=1) % 31) % 31
    version_of = np.where(np.fromiter((changed(int(i)) for i in n), dtype=bool, count=len(n)), version, 0)
    frame = pl.DataFrame({"n": n, "clean": clean.tolist(), "check": check, "v": version_of})
    words = ["潮声", "鸳湖", "梅湾", "硖石", "濮川", "乌镇", "盐官", "罗星", "东湖", "澉浦"]
    kinds = ["建设", "构件", "设计", "监理", "检测", "钢构", "市政", "装饰"]
    divisions = ["330402", "330411", "330421", "330424", "330481", "330482", "330483"]

    def one_of(values: list[str], by: pl.Expr) -> pl.Expr:
        return by.replace_strict(list(range(len(values))), values, return_dtype=pl.String)

    number = pl.col("n")
    return frame.select(
        统一社会信用代码=pl.col("clean") + one_of(list(alphabet), pl.col("check")),
        企业名称="嘉兴" + one_of(words, number % 10) + one_of(kinds, number // 10 % 8) + number.cast(pl.String) + "有限公司",
        县区=one_of(divisions, number % 7),
        企业类别=one_of(["1", "2", "3", "4", "5", "6", "99"], number % 7),
        成立日期=pl.lit("2010-01-01").str.to_date() + pl.duration(days=number % 5000),
        法定代表人=pl.lit("周明"),
        联系电话="138" + (number % 100_000_000).cast(pl.String).str.zfill(8),
        注册资本=(number % 9000 + 100 + pl.col("v")).cast(pl.Decimal(14, 2)),
        从业人数=number % 500,
        住所="硖石街道" + (number % 997).cast(pl.String) + "号" + pl.col("v").cast(pl.String),
    ).rename({"县区": "县（市、区）", "注册资本": "注册资本（万元）"})


COPY_COLUMNS = (
    "credit_code, name, division, role, founded_on, legal_representative, phone, registered_capital_wan_yuan, employees, address"
)


def with_faults(frame):
    """One row in BAD_SHARE with a wrong check character, date or code."""
    import polars as pl

    at = pl.int_range(pl.len())
    return frame.with_columns(
        统一社会信用代码=pl.when(at % BAD_SHARE == 0)
        .then(pl.col("统一社会信用代码").str.head(17) + "I")
        .otherwise(pl.col("统一社会信用代码"))
    )


def copied(frame, *, index_after: bool) -> float:
    """Seconds of a bare COPY of the good rows into the emptied table, history off; with ``index_after`` the indexes are built afterwards."""
    import polars as pl
    from django.db import connection, transaction

    from hezhu.core.intake.first_load import taken_away

    good = frame.with_row_index("i").filter(pl.col("i") % BAD_SHARE != 0).drop("i")
    text = good.write_csv(include_header=False).encode()
    _emptied()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL maintenance_work_mem = '192MB'")
        again = taken_away(cursor, TABLE) if index_after else []
        with cursor.copy(f"COPY {TABLE} ({COPY_COLUMNS}, is_demo, source, source_batch, titles, parts, smart_fields, registration_type, state, "
                         "main_qualification, safety_licence, business_scope) FROM STDIN WITH (FORMAT csv)") as copy:  # fmt: skip
            copy.write(_with_constants(text))
        for statement in again:
            cursor.execute(statement)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
    return seconds


def _with_constants(text: bytes) -> bytes:
    return text.replace(b"\n", b',f,x,y,{},{},{},"",active,"","",""\n')


def _emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}, enterprises_enterpriseevent, intake_quarantinedrow CASCADE")
        cursor.execute("CHECKPOINT")


def through_the_door(what: str, path: Path, user):
    """(seconds, batch) of the file through the door, history on."""
    from hezhu.core.intake import actions
    from hezhu.core.register.declare import registers

    register = registers.get("enterprises")
    started = time.perf_counter()
    batch = actions.take_file(register, path, by=user, source="测算")
    seconds = time.perf_counter() - started
    held = batch.quarantine.count()
    if batch.inserted + batch.updated + batch.unchanged + held != batch.total:
        raise SystemExit(f"rows are lost: {batch.total}")
    parts = f"validate {batch.validate_seconds:.1f} s, write {batch.commit_seconds:.1f} s"
    print(
        f"  {what}: {batch.total:,} rows: +{batch.inserted:,} ~{batch.updated:,} ={batch.unchanged:,} quarantined {held:,}; {parts}",
        flush=True,
    )
    return seconds, batch


def peak_mb() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    from hezhu.config.commands import migrate_now
    from hezhu.core.access.models import Unit, User

    migrate_now()
    user = User.objects.filter(username="bench").first()
    if user is None:
        unit = Unit.objects.create(name="测算单位", kind=Unit.Kind.CITY_OFFICE, division="330400")
        user = User.objects.create(username="bench", display_name="测算", role="city_office", unit=unit)
    files = {name: FOLDER / f"{name}.csv" for name in ("first", "delta", "all")}
    FOLDER.mkdir(parents=True, exist_ok=True)
    first = rows(0, ROWS, 0, lambda n: False)
    with_faults(first).write_csv(files["first"])
    new = ROWS // 20
    with_faults(rows(new, ROWS + new, 1, lambda n: n % 10 == 0)).write_csv(files["delta"])
    with_faults(rows(0, ROWS, 2, lambda n: True)).write_csv(files["all"])
    print(f"{ROWS:,} rows, {files['first'].stat().st_size / 1e6:.0f} MB of CSV; one in {BAD_SHARE} is refused")
    after = copied(first, index_after=True)
    inplace = copied(first, index_after=False)
    print(f"COPY then indexes {after:.1f} s, COPY with indexes in place {inplace:.1f} s", flush=True)
    _emptied()
    loaded, _ = through_the_door("first load", files["first"], user)
    delta, _ = through_the_door("delta", files["delta"], user)
    everything, _ = through_the_door("all changed", files["all"], user)
    again, last = through_the_door("again", files["all"], user)
    started = time.perf_counter()
    from hezhu.core.intake import actions
    from hezhu.core.intake.models import Batch

    changed = Batch.objects.get(pk=last.pk - 1)
    undone = actions.withdraw(changed, by=user, reason="测算")
    print(f"  taken back: {undone.restored:,} rows restored in {time.perf_counter() - started:.1f} s")
    print(f"\n{'':<14}{'door':>12}{'COPY':>12}   of its speed")
    for name, ours, theirs in (
        ("first load", loaded, after), ("delta", delta, inplace), ("all changed", everything, inplace), ("again", again, inplace),
    ):  # fmt: skip
        print(f"{name:<14}{ROWS / ours:>10,.0f}/s{ROWS / theirs:>10,.0f}/s   {theirs / ours:.2f}")
    print(
        f"peak memory of the door: {peak_mb()} MB; each should be at least {LEAST} of COPY (the rows of the delta and first load)"
    )
    print(f"ratio={min(after / loaded, inplace / delta):.2f}")
    if handle is not None:
        embedded.stop(handle)


if __name__ == "__main__":
    main()
