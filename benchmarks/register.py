"""A register with a million rows against the same register with ten thousand: server time of list, filter, search, detail and API.

``make bench-register`` (HEZHU_BENCH_ROWS changes the large side). Times are measured inside the process through Django's test client, so they are
server time without the network. Every page is asked RUNS times with changing words; p50 and p95 are printed in milliseconds.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

SMALL, LARGE = 10_000, int(os.environ.get("HEZHU_BENCH_ROWS", "1000000"))
RUNS = 30
BUDGET_MS = 100

os.environ.setdefault("HEZHU_VAR", str(Path(__file__).resolve().parents[1] / "var" / "bench-register"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")

INSERT = """
INSERT INTO enterprises_enterprise (division, is_demo, source, source_batch, credit_code, name, role, parts, smart_fields, main_qualification, titles,
    legal_representative, phone, safety_licence, address, registration_type, state, business_scope)
SELECT (ARRAY['330402','330411','330421','330424','330481','330482','330483'])[1 + i %% 7], false, '测算', 'BENCH',
    '91330402' || lpad(upper(to_hex(i)), 10, '0'),
    (ARRAY['嘉兴','南湖','秀洲','海宁','平湖','桐乡','海盐','嘉善'])[1 + i %% 8]
      || (ARRAY['潮声','鸳湖','梅湾','硖石','濮川','乌镇','盐官','罗星','东湖','澉浦'])[1 + (i / 8) %% 10]
      || (ARRAY['建设','构件','设计','监理','检测','钢构','市政','装饰'])[1 + (i / 80) %% 8] || i || '有限公司',
    (ARRAY['1','2','3','4','5','6','99'])[1 + i %% 7], '{}', '{}', '建筑工程施工总承包', '{}', '周明', '13800000000', '', '测算地址', '', '', ''
FROM generate_series(1, %s) AS i
"""


def fill(rows: int) -> float:
    """Replace the register's rows by ``rows`` generated ones; returns seconds. History triggers are off: they are measured elsewhere."""
    from django.db import connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enterprises_enterprise DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE enterprises_enterprise CASCADE")
        cursor.execute("DROP INDEX IF EXISTS enterprise_grams")
        cursor.execute(INSERT, [rows])
        cursor.execute("CREATE INDEX enterprise_grams ON enterprises_enterprise USING gin (search_grams)")
        cursor.execute("ALTER TABLE enterprises_enterprise ENABLE TRIGGER USER")
        cursor.execute("VACUUM ANALYZE enterprises_enterprise")
    return time.perf_counter() - started


def asked(rows: int) -> dict[str, Callable[[int], str]]:
    """What is asked: name → address of the n-th request."""
    return {
        "list": lambda n: f"/r/enterprises/?page={1 + n}",
        "list, deep page": lambda n: f"/r/enterprises/?page={450 + n}",
        "list, sorted by name": lambda n: f"/r/enterprises/?sort=name&page={1 + n}",
        "filter, county and kind": lambda n: f"/r/enterprises/?division=33048{1 + n % 3}&role=3",
        "search, rare word": lambda n: f"/r/enterprises/?q={(n * 7919) % rows + 1}有限",
        "search, common word": lambda n: f"/r/enterprises/?q={['潮声建设', '乌镇构件', '硖石监理'][n % 3]}",
        "search, no hit": lambda n: f"/r/enterprises/?q=鱻{n}龘",
        "detail": lambda n: f"/r/enterprises/{first_pk() + (n * 7919) % rows}/",
        "API list": lambda n: f"/api/v1/registers/enterprises/?limit=50&division=33048{1 + n % 3}",
        "API next page": lambda n: f"/api/v1/registers/enterprises/?limit=50&after={first_pk() + rows // 2 + n}",
    }


def first_pk() -> int:
    from hezhu.registers.enterprises.models import Enterprise

    return Enterprise.objects.order_by("pk").values_list("pk", flat=True)[:1].get()


def measure(rows: int) -> dict[str, tuple[float, float]]:
    """(p50, p95) in milliseconds of every kind of request."""
    from django.test import Client

    from hezhu.core.access.models import User

    client = Client()
    client.force_login(User.objects.get(username="bench"))
    figures = {}
    for name, address in asked(rows).items():
        times = []
        for n in range(RUNS + 2):
            url = address(n)
            started = time.perf_counter()
            answer = client.get(url)
            if answer.status_code != 200:
                raise SystemExit(f"{url}: {answer.status_code}")
            times.append((time.perf_counter() - started) * 1000)
        times = times[2:]
        figures[name] = (statistics.median(times), statistics.quantiles(times, n=20)[-1])
    return figures


def main() -> None:
    from hezhu.config import embedded

    handle = embedded.use()
    import django

    django.setup()
    from hezhu.config.commands import migrate_now
    from hezhu.core.access.models import Unit, User

    migrate_now()
    if not User.objects.filter(username="bench").exists():
        unit = Unit.objects.create(name="测算单位", kind=Unit.Kind.CITY_OFFICE, division="330400")
        User.objects.create(username="bench", display_name="测算", role="city_office", unit=unit)
    results = {}
    for rows in (SMALL, LARGE):
        seconds = fill(rows)
        print(f"{rows:>9,} rows generated and indexed in {seconds:.1f} s")
        results[rows] = measure(rows)
    print(f"\n{'server time, ms':<26}{f'{SMALL:,} rows':>22}{f'{LARGE:,} rows':>22}")
    print(f"{'':<26}{'p50':>11}{'p95':>11}{'p50':>11}{'p95':>11}")
    for name in results[SMALL]:
        small, large = results[SMALL][name], results[LARGE][name]
        print(f"{name:<26}{small[0]:>11.1f}{small[1]:>11.1f}{large[0]:>11.1f}{large[1]:>11.1f}")
    worst_small = max(p95 for _, p95 in results[SMALL].values())
    worst_large = max(p95 for _, p95 in results[LARGE].values())
    print(f"\nworst p95: {worst_small:.1f} ms against {worst_large:.1f} ms; the budget is {BUDGET_MS} ms")
    print(f"ratio={worst_large / worst_small:.2f}")
    if handle is not None:
        embedded.stop(handle)


if __name__ == "__main__":
    main()
