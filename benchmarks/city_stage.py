"""The registers of a city by COPY: 5,000 firms, 2,000 projects, 200,000 persons and what hangs on them. For benchmarks only; labelled 测算."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

FIRMS, PROJECTS, PERSONS = 5_000, 2_000, 200_000
DIVISIONS = ("330402", "330411", "330421", "330424", "330481", "330482", "330483")
PLACES = ("嘉兴", "南湖", "秀洲", "海宁", "平湖", "桐乡", "海盐", "嘉善")
WORDS = (
    "潮声",
    "鸳湖",
    "梅湾",
    "硖石",
    "濮川",
    "乌镇",
    "盐官",
    "罗星",
    "东湖",
    "澉浦",
    "新丰",
    "洪合",
    "王店",
    "斜桥",
    "长安",
    "许村",
)
TRADES = ("建设", "构件", "设计", "监理", "检测", "钢构", "市政", "装饰", "劳务", "机电")
KINDS = ("安置房", "中学", "医院", "厂房", "研发中心", "未来社区", "体育馆", "商务楼", "快速路", "人才公寓")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
GIVEN = "建国军伟强磊洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅丽敏静慧文波斌宇浩凯俊峰志海鹏飞林森立新春生福根祥荣发"
FIRST_DAY = date(2024, 1, 1)


def fill() -> dict[str, int]:
    """Empty the six libraries and fill them; the rows of each table. History triggers are off: they are measured elsewhere."""
    from django.apps import apps
    from django.db import connection

    labels = ("projects", "enterprises", "people", "equipment", "credit", "documents", "gate")
    tables = [m._meta.db_table for label in labels for m in apps.get_app_config(label).get_models()]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " RESTART IDENTITY CASCADE")
    made = {}
    for model, rows in _tables():
        made[model._meta.verbose_name] = copy(model, rows)
    with connection.cursor() as cursor:
        for table in tables:
            if not table.endswith("event"):
                cursor.execute(f'VACUUM ANALYZE "{table}"')
    return made


def copy(model: Any, rows: Iterable[dict[str, Any]]) -> int:
    """COPY rows into the model's table; columns a row does not name take the field's default."""
    from django.db import connection

    rows = iter(rows)
    first = next(rows)
    fields = [f for f in model._meta.concrete_fields if not f.primary_key and not f.generated]
    constants = {}
    for field in fields:
        if field.attname in first or field.name in {"created_at", "updated_at"}:
            continue
        constants[field.column] = field.get_db_prep_save(_plain(field), connection)
    names = list(first)
    columns = [model._meta.get_field(n.removesuffix("_id") if n.endswith("_id") else n).column for n in names] + list(constants)
    tail = list(constants.values())
    table = model._meta.db_table
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        said = ", ".join(f'"{c}"' for c in columns)
        with cursor.copy(f'COPY "{table}" ({said}) FROM STDIN') as out:
            for row in _chain(first, rows):
                out.write_row([*(row[name] for name in names), *tail])
                count += 1
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return count


def _plain(field: Any) -> Any:
    """The field's default, else blank, else the first day or nought where a column must hold one."""
    from django.db import models

    if field.has_default():
        return field.get_default()
    if field.null:
        return None
    if isinstance(field, models.DateField):
        return FIRST_DAY
    return 0 if isinstance(field, models.IntegerField | models.DecimalField) else ""


def _chain(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _tables() -> Iterator[tuple[Any, Iterable[dict[str, Any]]]]:
    from hezhu.registers.credit.models import CreditRecord
    from hezhu.registers.documents.models import Document
    from hezhu.registers.enterprises.models import Enterprise, Qualification
    from hezhu.registers.equipment.models import Machine
    from hezhu.registers.people import models as people
    from hezhu.registers.projects import models as projects

    numbers = [
        f"{DIVISIONS[i % 7]}{24 + i // 700:02}{1 + i % 12:02}{1 + i // 12 % 28:02}01{i // 336 % 100:02}" for i in range(PROJECTS)
    ]
    yield (
        Enterprise,
        (
            {
                "credit_code": f"91330402{i:010X}",
                "name": _firm(i),
                "division": DIVISIONS[i % 7],
                "role": "3",
                "parts": ["construction"],
            }
            for i in range(FIRMS)
        ),
    )
    yield (
        projects.Project,
        (
            {
                "number": n,
                "name": _project(i),
                "division": DIVISIONS[i % 7],
                "permit_number": f"{n}-SX-001",
                "function": "housing",
            }
            for i, n in enumerate(numbers)
        ),
    )
    yield people.Person, _persons()
    of = lambda i: {"project_id": 1 + i % PROJECTS, "division": DIVISIONS[i % PROJECTS % 7]}  # noqa: E731
    yield projects.ConstructionPermit, ({"number": f"{n}-SX-001", "name": _project(i), **of(i)} for i, n in enumerate(numbers))
    yield (
        projects.Tender,
        (
            {"number": f"{n}-BD-001", "name": f"{_project(i)}施工", "tender_class": "003", "method": "001", **of(i)}
            for i, n in enumerate(numbers)
        ),
    )
    yield (
        projects.ProjectParty,
        (
            {"role": ("009", "007", "011")[i // PROJECTS], "enterprise_id": 1 + i * 7 % FIRMS, **of(i)}
            for i in range(PROJECTS * 3)
        ),
    )
    yield (
        people.Team,
        (
            {
                "number": str(100_000_000 + i),
                "name": f"{'钢筋木工混凝土架子电工'[i % 9 : i % 9 + 2]}{i % 30}班",
                "enterprise_id": 1 + i % FIRMS,
                **of(i),
            }
            for i in range(8_000)
        ),
    )
    yield (
        people.Assignment,
        (
            {
                "person_id": 1 + i,
                "enterprise_id": 1 + i % FIRMS,
                "team_id": 1 + i % PROJECTS,
                "entered_on": FIRST_DAY + timedelta(days=i % 700),
                **of(i),
            }
            for i in range(PERSONS)
        ),
    )
    yield (
        people.Certificate,
        (
            {
                "person_id": 1 + i * 3,
                "kind": "special",
                "number": f"浙A{i:09}",
                "name": "建筑施工特种作业操作资格证",
                "expires_on": FIRST_DAY + timedelta(days=i % 1500),
                "division": DIVISIONS[i * 3 % 7],
            }
            for i in range(60_000)
        ),
    )
    yield (
        people.WorkContract,
        (
            {"person_id": 1 + i, "enterprise_id": 1 + i % FIRMS, "number": f"{numbers[i % PROJECTS]}-LD-{i}", **of(i)}
            for i in range(100_000)
        ),
    )
    yield (
        people.Attendance,
        (
            {
                "person_id": 1 + i % PERSONS,
                "project_id": 1 + i % PROJECTS,
                "division": DIVISIONS[i % PROJECTS % 7],
                "day": FIRST_DAY + timedelta(days=600 + i // PERSONS),
                "passes": 2,
            }
            for i in range(PERSONS * 5)
        ),
    )
    yield (
        Qualification,
        (
            {
                "enterprise_id": 1 + i,
                "number": f"D2330{i:06}",
                "name": "建筑工程施工总承包",
                "qualification_type": "3",
                "level": "311",
                "division": DIVISIONS[i % 7],
            }
            for i in range(FIRMS)
        ),
    )
    yield (
        Machine,
        (
            {
                "number": f"浙FS-T{i:05}",
                "kind": "tower_crane",
                "model_name": f"QTZ{60 + i % 5 * 20}",
                "owner_id": 1 + i % FIRMS,
                "division": DIVISIONS[i % 7],
            }
            for i in range(3_000)
        ),
    )
    yield (
        CreditRecord,
        (
            {
                "number": f"XY-{i:06}",
                "name": "通报表扬",
                "kind": "good",
                "enterprise_id": 1 + i % FIRMS,
                "division": DIVISIONS[i % 7],
            }
            for i in range(3_000)
        ),
    )
    yield (
        Document,
        ({"number": f"TD-{i:06}", "name": f"{_project(i % PROJECTS)}施工图", "kind": "drawing", **of(i)} for i in range(6_000)),
    )


def _firm(i: int) -> str:
    return f"{PLACES[i % 8]}{WORDS[i // 8 % 16]}{TRADES[i // 128 % 10]}{i}有限公司"


def _project(i: int) -> str:
    return f"{PLACES[i % 8]}{WORDS[i // 8 % 16]}{KINDS[i // 128 % 10]}{1 + i // 1280}期{i}"


def person_name(i: int) -> str:
    r = Random(i)
    return r.choice(SURNAMES) + "".join(r.choices(GIVEN, k=1 + (i % 3 > 0)))


def id_number_of(i: int) -> str:
    from hezhu.engines.codes.identity import check_character

    first = f"330402{1960 + i % 45}{1 + i // 45 % 12:02}{1 + i // 540 % 28:02}{i // 15120 % 1000:03}"
    return first + check_character(first)


def _persons() -> Iterator[dict[str, Any]]:
    from hezhu.core.register.seal import digest, seal

    for i in range(PERSONS):
        number = id_number_of(i)
        yield {
            "name": person_name(i),
            "id_number": seal(number, "id-number"),
            "id_number_digest": digest(number, "id-number"),
            "division": DIVISIONS[i % 7],
            "kinds": ["worker"],
            "employer_id": 1 + i % FIRMS,
            "work_type": "020",
        }
