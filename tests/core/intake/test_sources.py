"""Declared sources: read, checked, fetched, refused with a name when they mislead."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from hezhu.core.errors import NotAllowed
from hezhu.core.intake.errors import HostNotAllowed, SourceInvalid
from hezhu.core.intake.models import Absence, Batch, SourceRun
from hezhu.core.intake.sources import actions
from hezhu.core.intake.sources.declare import all_sources, source_named
from hezhu.registers.enterprises.models import Enterprise
from tests.core.intake.conftest import CODES

pytestmark = pytest.mark.django_db


def _paging(value):
    return f"path: firms.csv\n    customProperties: [{{property: paging, value: {value}}}]"


def rows(*numbers, kind="S", title="企业"):
    return [{"code": CODES[n], "title": f"{title}{n}", "county": "海宁市", "kind": kind, "remark": ""} for n in numbers]


def as_csv(path, records):
    path.write_text("\n".join([",".join(records[0]), *[",".join(row.values()) for row in records]]) + "\n", encoding="utf-8")


def test_a_file_comes_in_as_declared(declare, city_officer):
    drop = declare()
    as_csv(drop / "firms.csv", rows(0, 1) + rows(2, kind="T"))
    run = actions.run_here("firms", by=city_officer)
    assert (run.state, run.error_message) == ("done", "")
    batch = run.batches.get()
    assert (batch.total, batch.inserted, batch.quarantine.count()) == (3, 2, 1)
    assert set(Enterprise.objects.values_list("role", "source")) == {("3", "firms")}
    problem = batch.quarantine.get().problems[0]
    assert (problem["rule"], problem["reason"], problem["suggestion"]) == ("code.retired", "“T”自 2025-01-01 起停用", "S")
    from hezhu.core.intake import actions as door

    assert door.adopt_suggestions(batch, by=city_officer) == 1
    door.replay(batch, by=city_officer)
    assert Enterprise.objects.count() == 3


def test_changed_columns_are_refused_with_the_difference(declare, city_officer):
    drop = declare()
    as_csv(drop / "firms.csv", [{"code": CODES[0], "name": "改了名", "county": "海宁市", "kind": "S"}])
    run = actions.run_here("firms", by=city_officer)
    assert (run.state, run.error_code) == ("failed", "source-changed")
    assert "少了：title；多了：name" in run.error_message
    assert (Enterprise.objects.count(), Batch.objects.count()) == (0, 0)


def test_rows_a_whole_list_no_longer_names_are_marked_absent(declare, city_officer):
    drop = declare(more="  - {property: full, value: true}")
    as_csv(drop / "firms.csv", rows(0, 1, 2))
    actions.run_here("firms", by=city_officer)
    as_csv(drop / "firms.csv", rows(0, 2))
    run = actions.run_here("firms", by=city_officer)
    gone = Enterprise.objects.get(credit_code=CODES[1])
    assert (run.gone, list(Absence.objects.values_list("register", "row"))) == (1, [("enterprises", gone.pk)])
    as_csv(drop / "firms.csv", rows(0, 1, 2))
    back = actions.run_here("firms", by=city_officer).batches.get()
    assert [(mark.ended_by, mark.ended_at is not None) for mark in Absence.objects.all()] == [(back, True)]
    assert Enterprise.objects.count() == 3


def test_a_folder_is_taken_in_once(declare, city_officer):
    drop = declare(server="    type: local\n    path: inbox")
    (drop / "inbox").mkdir()
    for n in range(3):
        as_csv(drop / "inbox" / f"{n}.csv", rows(n, title="长" * (n + 1)))
    (drop / "inbox" / "notes.md").write_text("x")
    assert actions.run_here("firms", by=city_officer).batches.count() == 3
    again = actions.run_here("firms", by=city_officer)
    assert (again.skipped, again.batches.count(), Enterprise.objects.count()) == (3, 0, 3)
    as_csv(drop / "inbox" / "1.csv", rows(1, title="短短"))  # as many bytes as before, other words
    changed = actions.run_here("firms", by=city_officer)
    assert (changed.skipped, changed.batches.get().updated) == (2, 1)
    assert Enterprise.objects.get(credit_code=CODES[1]).name == "短短1"


def test_a_fault_of_ours_ends_the_run_and_says_so(declare, city_officer, monkeypatch):
    drop = declare()
    as_csv(drop / "firms.csv", rows(0))
    monkeypatch.setattr(actions, "take_file", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.run_here("firms", by=city_officer)
    run = SourceRun.objects.get()
    assert (run.state, run.error_code, run.finished_at is not None) == ("failed", "internal", True)


def test_the_catalogue_shows_how_much_of_the_last_run_was_right(declare, city_officer, auditor, client):
    drop = declare()
    as_csv(drop / "firms.csv", rows(0, 1, 2) + rows(3, kind="T"))
    actions.run_here("firms", by=city_officer)
    client.force_login(city_officer)
    assert '<a href="/intake/sources/firms/">' in client.get("/r/enterprises/docs/").content.decode()
    assert "有效 75.0%" in client.get("/r/catalogue/").content.decode()
    client.force_login(auditor)
    assert "/intake/sources/" not in client.get("/r/enterprises/docs/").content.decode()


def test_no_file_outside_the_opened_folders(declare, city_officer, tmp_path):
    outside = tmp_path / "secret.csv"
    as_csv(outside, rows(0))
    drop = declare(server=f"    type: local\n    path: {outside}")
    assert actions.run_here("firms", by=city_officer).error_code == "source-host"
    (drop / "firms.csv").symlink_to(outside)
    declare()
    assert actions.run_here("firms", by=city_officer).error_code == "source-host"
    assert Enterprise.objects.count() == 0


def test_a_duckdb_file_is_asked_and_nothing_else_is_reached(declare, city_officer, tmp_path):
    drop = declare(
        server="    type: duckdb\n    database: city.duckdb\n    customProperties:\n      - {property: query, value: select * from firms}"
    )
    with duckdb.connect(str(drop / "city.duckdb")) as connection:
        connection.execute("create table firms (code text, title text, county text, kind text, remark text)")
        connection.executemany("insert into firms values (?, ?, ?, ?, ?)", [list(row.values()) for row in rows(0, 1)])
    run = actions.run_here("firms", by=city_officer)
    assert (run.state, run.error_message, Enterprise.objects.count()) == ("done", "", 2)
    server = (
        "    type: duckdb\n    database: city.duckdb\n    customProperties:\n      - {property: query, value: from '/etc/hosts'}"
    )
    declare(server=server)
    assert actions.run_here("firms", by=city_officer).error_code == "source-away"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("v3.1.0", "v2.2.0", 1), "不是 ODCS v3"),
        (lambda text: text.replace("enterprises", "nothing"), "不是登记库"),
        (lambda text: text.replace("value: name}", "value: nom}"), "没有字段：nom"),
        (lambda text: text.replace("value: division}", "value: name}"), "两列对应同一字段"),
        (lambda text: text.replace("customProperties: [{property: field, value: division}]", ""), "必填字段没有列：县（市、区）"),
        (lambda text: text.replace('"0 2 * * *"', '"daily"'), "不是 cron"),
        (lambda text: text.replace("type: local", "type: ftp"), "type 应是"),
        (lambda text: text.replace("type: local", "type: local\n    password: x"), "密钥不写在文件里"),
        (lambda text: text + "\n\t:", "YAML 读不了"),
        (lambda text: text.replace("path: firms.csv", _paging("{kind: pages}")), "paging.kind 应是"),
        (lambda text: text.replace("path: firms.csv", _paging("{kind: page}")), "parameter"),
        (lambda text: text.replace("path: firms.csv", _paging("{kind: link, most_pages: many}")), "most_pages 应是整数"),
    ],
)
def test_a_wrong_declaration_is_named(declare, change, said):
    declare(change=change)
    with pytest.raises(SourceInvalid, match=said):
        source_named("firms")
    assert isinstance(next(iter(all_sources())), SourceInvalid)


def test_who_may_not_import_runs_nothing(declare, auditor):
    declare()
    with pytest.raises(NotAllowed):
        actions.run_here("firms", by=auditor)
    with pytest.raises(NotAllowed):
        actions.start("firms", by=auditor)
    assert SourceRun.objects.count() == 0


def test_the_schedule_starts_what_is_due_once(declare, city_officer):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    drop = declare()
    as_csv(drop / "firms.csv", rows(0))
    zone = ZoneInfo("Asia/Shanghai")
    assert actions.start_due(datetime(2026, 11, 28, 12, 0, tzinfo=zone)) == 0
    actions.run_here("firms", by=city_officer)
    SourceRun.objects.update(created_at=datetime(2026, 11, 27, 12, 0, tzinfo=zone))
    assert actions.start_due(datetime(2026, 11, 28, 2, 3, tzinfo=zone)) == 1
    assert actions.start_due(datetime(2026, 11, 28, 2, 8, tzinfo=zone)) == 0
    assert SourceRun.objects.filter(scheduled=True, job__isnull=False).count() == 1


@pytest.fixture
def interface():
    """A REST interface on this machine; ``pages`` answers a page number with what it says."""
    held = {"pages": lambda page: [], "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            page = int(query.get("page", ["0"])[0])
            held["asked"].append((page, self.headers.get("X-Token")))
            answer = held["pages"](page)
            if isinstance(answer, str):
                self.send_response(302)
                self.send_header("Location", answer)
                self.end_headers()
                return
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held["port"] = server.server_address[1]
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture
def api(declare, interface, settings, monkeypatch):
    settings.SOURCE_HOSTS = [f"127.0.0.1:{interface['port']}"]
    monkeypatch.setattr("hezhu.core.intake.sources.pull.PAUSE_SECONDS", 0)
    monkeypatch.setenv("HEZHU_SOURCE_TOKEN", "s3cret")
    declare(
        server=f"""    type: api
    location: http://127.0.0.1:{interface["port"]}/firms
    customProperties:
      - property: paging
        value: {{kind: page, parameter: page, first: 0, items: data.rows, total: data.total, most_pages: 20}}
      - property: secret
        value: {{header: X-Token, value: HEZHU_SOURCE_TOKEN}}"""
    )
    return interface


def test_pages_are_pulled_to_their_end(api, city_officer):
    api["pages"] = lambda page: {"data": {"total": 5, "rows": rows(*range(page * 2, min(5, page * 2 + 2)))}}
    run = actions.run_here("firms", by=city_officer)
    assert (run.state, run.error_message, Enterprise.objects.count()) == ("done", "", 5)
    assert api["asked"] == [(0, "s3cret"), (1, "s3cret"), (2, "s3cret")]


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        (lambda page: {"data": {"total": 9, "rows": rows(0, 1)}}, "source-pages-repeat"),
        (lambda page: {"data": {"rows": rows(0, title=f"第{page}页")}}, "source-never-ends"),
        (lambda page: {"data": {"total": 9, "rows": rows(page) if page < 3 else []}}, "source-count"),
        (lambda page: {"data": {"rows": "none"}}, "source-away"),
        (lambda page: "http://169.254.169.254/latest", "source-away"),
    ],
)
def test_pages_that_mislead_are_named_and_nothing_is_written(api, city_officer, pages, code):
    api["pages"] = pages
    run = actions.run_here("firms", by=city_officer)
    assert (run.state, run.error_code) == ("failed", code)
    assert "s3cret" not in run.error_message
    assert (Enterprise.objects.count(), Batch.objects.count()) == (0, 0)


def test_hosts_and_secrets_are_the_operators(api, city_officer, settings, monkeypatch):
    monkeypatch.delenv("HEZHU_SOURCE_TOKEN")
    assert actions.run_here("firms", by=city_officer).error_code == "source-secret"
    settings.SOURCE_HOSTS = ["example.org"]
    assert actions.run_here("firms", by=city_officer).error_code == HostNotAllowed.code
    assert api["asked"] == []


def test_the_pages_show_sources_quality_and_the_rows_behind_it(declare, city_officer, auditor, client):
    drop = declare()
    as_csv(drop / "firms.csv", [*rows(0, 1), *rows(1), {**rows(2)[0], "kind": ""}, {**rows(3)[0], "code": CODES[3][:17] + "I"}])
    declare(name="broken", change=lambda text: text.replace("enterprises", "nothing"))
    actions.run_here("firms", by=city_officer)
    client.force_login(city_officer)
    listed = client.get("/intake/sources/").content.decode()
    assert "省企业库" in listed
    assert "不是登记库" in listed
    page = client.get("/intake/sources/firms/").content.decode()
    assert "隔离 2 行" in page
    assert "重复 1 行" in page
    held = client.get("/intake/sources/firms/rows/?what=held&of=unique").content.decode()
    assert "完全相同" in held
    assert "第 18 位" not in held
    assert "企业0" in client.get("/intake/sources/firms/rows/?what=all").content.decode()
    assert "没有这样的行" in client.get("/intake/sources/firms/rows/?what=empty&of=name").content.decode()
    assert client.get("/intake/sources/nothing/").status_code == 404
    assert client.post("/intake/sources/firms/run/").status_code == 302
    assert SourceRun.objects.count() == 2
    client.force_login(auditor)
    for url in ("/intake/sources/", "/intake/sources/firms/", "/intake/sources/firms/rows/"):
        assert client.get(url).status_code == 403
    assert client.post("/intake/sources/firms/run/").status_code == 403
    assert SourceRun.objects.count() == 2
