"""The pages of the door, as an official and a stranger meet them."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from hezhu.core.intake import actions
from hezhu.core.intake.models import Batch
from hezhu.registers.enterprises.models import Enterprise
from tests.core.intake.conftest import CODES, firm, sheet

pytestmark = pytest.mark.django_db


def test_upload_map_commit_correct_replay(client, city_officer):
    client.force_login(city_officer)
    assert "可以导入的列" in client.get("/intake/enterprises/new/").content.decode()
    answer = client.post("/intake/enterprises/new/", {"file": sheet(firm(0), firm(1, 企业名称="无"))}, follow=True)
    batch = Batch.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/intake/batches/{batch.pk}/", 302)]
    assert '可入库 <b class="num">1</b> 行' in page
    assert "企业名称必填项为空" in page
    columns = list(batch.mapping["columns"].items())
    form = {f"column-{n}": title for n, (_, title) in enumerate(columns)} | {
        f"field-{n}": name for n, (name, _) in enumerate(columns)
    }
    page = client.post(f"/intake/batches/{batch.pk}/mapping/", {**form, "commit": "1"}, follow=True).content.decode()
    assert "2 行的去处" in page
    assert "新增 1，更新 0" in page
    assert "“无”按空值处理，此项必填" in page
    answer = client.post(f"/intake/batches/{batch.pk}/rows/3/", {"name": ""})
    assert answer.status_code == 422
    assert "此项必填" in answer.content.decode()
    answer = client.post(f"/intake/batches/{batch.pk}/rows/3/", {"name": "补上"})
    assert answer.status_code == 200
    assert "已改" in answer.content.decode()
    page = client.post(f"/intake/batches/{batch.pk}/replay/", follow=True).content.decode()
    assert "1 行已重放入库。" in page
    assert Enterprise.objects.count() == 2


def test_a_wrong_file_is_told_on_the_page(client, city_officer):
    client.force_login(city_officer)
    answer = client.post("/intake/enterprises/new/", {"file": sheet({"甲": 1})})
    assert answer.status_code == 422
    assert "没有找到表头" in answer.content.decode()
    assert Batch.objects.count() == 0


def test_two_columns_for_one_field_are_refused(client, city_officer, enterprises):
    client.force_login(city_officer)
    batch = actions.receive(enterprises, sheet(firm(0)), by=city_officer)
    form = {"column-1": "企业名称", "field-1": "name", "column-2": "企业类别", "field-2": "name"}
    assert client.post(f"/intake/batches/{batch.pk}/mapping/", form).status_code == 422


def test_refused_rows_can_be_downloaded(client, city_officer, bring_in):
    client.force_login(city_officer)
    batch = bring_in(firm(0), firm(1, 企业名称="=HYPERLINK(1)", 住所="@SUM(A1)"), by=city_officer)
    answer = client.get(f"/intake/batches/{batch.pk}/refused.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0] == (
        "统一社会信用代码",
        "企业名称",
        "县（市、区）",
        "企业类别",
        "住所",
        "原行号",
        "为什么被隔离",
        "建议",
        "状态",
    )
    assert rows[1][0] == CODES[1]
    assert rows[1][4:6] == ("'@SUM(A1)", 3)
    assert rows[1][6] == "企业名称：单元格是公式 =HYPERLINK(1)，文件里没有算好的值"


def test_the_template_names_every_column_and_can_be_imported(client, city_officer, enterprises):
    client.force_login(city_officer)
    answer = client.get("/intake/enterprises/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    titles = [cell.value for cell in book.worksheets[0][1]]
    assert "统一社会信用代码" in titles
    assert "县（市、区）" in titles
    notes = {row[0]: row for row in book.worksheets[1].iter_rows(values_only=True)}
    assert notes["统一社会信用代码"][1:3] == ("是", "18 位统一社会信用代码")
    assert notes["企业类别"][3].startswith("1 勘察企业，2 设计企业")


def test_withdraw_wants_a_reason(client, city_officer, bring_in):
    client.force_login(city_officer)
    batch = bring_in(firm(0), by=city_officer)
    assert client.post(f"/intake/batches/{batch.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert Enterprise.objects.count() == 1
    page = client.post(f"/intake/batches/{batch.pk}/withdraw/", {"reason": "传错文件"}, follow=True).content.decode()
    assert "本批已撤回：移除 1 行" in page
    assert Enterprise.objects.count() == 0


def test_pages_are_closed_to_others(client, bring_in, haining_officer, haiyan_officer, auditor):
    batch = bring_in(firm(0), firm(1, 企业名称="无"), by=haining_officer)
    addresses = [f"/intake/batches/{batch.pk}/", f"/intake/batches/{batch.pk}/refused.xlsx"]
    for user, status in ((haiyan_officer, 404), (auditor, 404)):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [status, status]
        assert client.post(f"/intake/batches/{batch.pk}/rows/3/", {"name": "甲"}).status_code == status
        assert client.post(f"/intake/batches/{batch.pk}/withdraw/", {"reason": "试试看"}).status_code == status
        assert batch.number not in client.get("/intake/").content.decode()
    client.force_login(auditor)
    assert client.get("/intake/enterprises/new/").status_code == 403
    client.logout()
    assert client.get(addresses[0]).status_code == 302
    assert batch.quarantine.get().state == "open"


def test_the_list_of_batches(client, bring_in, city_officer):
    client.force_login(city_officer)
    assert "还没有导入过" in client.get("/intake/").content.decode()
    batch = bring_in(firm(0), firm(1, 企业名称="无"), by=city_officer)
    assert batch.number in client.get("/intake/").content.decode()


def test_api_takes_rows_and_tells_of_the_refused(client, city_officer, auditor):
    client.force_login(city_officer)
    rows = [
        {"credit_code": CODES[0], "name": "甲", "division": "330481"},
        {"credit_code": "x", "name": "乙", "division": "330481"},
    ]
    answer = client.post("/api/v1/intake/enterprises/rows", {"source": "市监局", "rows": rows}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["total"], body["inserted"], body["quarantined"], body["state"]) == (2, 1, 1, "done")
    assert Enterprise.objects.get().source == "市监局"
    refused = client.get(f"/api/v1/intake/batches/{body['id']}/refused").json()
    assert refused[0]["problems"][0]["reason"] == "应为 18 位，现为 1 位"
    client.force_login(auditor)
    denied = client.post("/api/v1/intake/enterprises/rows", {"rows": rows}, content_type="application/json")
    assert (denied.status_code, Batch.objects.count()) == (403, 1)
