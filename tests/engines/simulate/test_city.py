"""The simulated city: files that fit together, the same at every run, with exactly the irregularities its truth file tells."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from hezhu.engines.codes import code_list, credit, identity, phone
from hezhu.engines.simulate import AS_OF, simulate
from hezhu.engines.simulate.command import main


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city") / "demo"
    simulate("demo", 1, folder)
    return folder


def table(city: Path, slug: str) -> pl.DataFrame:
    path = city / f"{slug}.parquet"
    return pl.read_parquet(path if path.exists() else city / slug / "*.parquet")


def truths(city: Path, kind: str) -> list[dict]:
    return [truth for truth in json.loads((city / "truth.json").read_text(encoding="utf-8")) if truth["kind"] == kind]


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(city, tmp_path):
    simulate("demo", 1, tmp_path / "again")
    simulate("demo", 2, tmp_path / "other")
    assert digest(tmp_path / "again") == digest(city)
    assert digest(tmp_path / "other")["people.parquet"] != digest(city)["people.parquet"]


def test_every_file_says_that_it_is_a_demonstration(city):
    for path in city.rglob("*.parquet"):
        assert pl.read_parquet_metadata(path)["hezhu.label"] == "演示数据"
    assert json.loads((city / "manifest.json").read_text(encoding="utf-8"))["label"] == "演示数据"


@pytest.mark.parametrize(
    ("slug", "column", "target", "key"),
    [
        ("buildings", "project", "projects", "number"),
        ("assembly-assessments", "project", "projects", "number"),
        ("model-publications", "project", "projects", "number"),
        ("documents", "project", "projects", "number"),
        ("documents", "enterprise", "enterprises", "credit_code"),
        ("performance-records", "head", "people", "id_number"),
        ("people", "employer", "enterprises", "credit_code"),
        ("certificates", "person", "people", "id_number"),
        ("teams", "project", "projects", "number"),
        ("teams", "enterprise", "enterprises", "credit_code"),
        ("assignments", "person", "people", "id_number"),
        ("assignments", "project", "projects", "number"),
        ("attendance", "person", "people", "id_number"),
        ("payrolls", "enterprise", "enterprises", "credit_code"),
        ("contract-filings", "party_b", "enterprises", "credit_code"),
        ("tenders", "winner", "enterprises", "credit_code"),
        ("machines", "owner", "enterprises", "credit_code"),
        ("machine-installations", "machine", "machines", "number"),
        ("machine-checks", "installation", "machine-installations", "number"),
        ("projects", "contractor", "units", "name"),
    ],
)
def test_what_a_table_names_stands_in_the_other(city, slug, column, target, key):
    named = set(table(city, slug)[column].drop_nulls().to_list()) - {""}
    assert named
    assert named <= set(table(city, target)[key].to_list())


def test_teams_named_by_stays_exist(city):
    named = set(table(city, "assignments")["team"].to_list()) - {""}
    assert named <= set(table(city, "teams")["number"].to_list())


@pytest.mark.parametrize(
    ("slug", "keys"),
    [
        ("enterprises", ["credit_code"]),
        ("enterprises", ["name"]),
        ("projects", ["number"]),
        ("projects", ["name"]),
        ("people", ["id_number"]),
        ("certificates", ["kind", "number"]),
        ("teams", ["project", "number"]),
        ("assignments", ["project", "person", "entered_on"]),
        ("attendance", ["person", "project", "day"]),
        ("payrolls", ["project", "person", "month"]),
        ("trainings", ["project", "person", "kind", "held_on"]),
        ("machine-checks", ["installation", "kind", "number"]),
        ("project-parties", ["project", "role", "enterprise"]),
        ("assembly-assessments", ["project", "code"]),
        ("documents", ["number", "version"]),
        ("performance-records", ["number"]),
        ("credit-scores", ["enterprise", "sector", "month"]),
    ],
)
def test_keys_are_unique(city, slug, keys):
    rows = table(city, slug)
    assert rows.select(keys).is_unique().all()


def test_numbers_are_right_to_the_check_character_and_belong_to_nobody(city):
    people, firms = table(city, "people"), table(city, "enterprises")
    assert people.select(identity.valid(pl.col("id_number")).all()).item()
    assert people["id_number"].str.starts_with("330499").all()
    assert people.select(phone.valid(pl.col("phone")).all()).item()
    assert people["phone"].str.starts_with("1400").all()
    assert firms.select(credit.valid(pl.col("credit_code")).all()).item()


@pytest.mark.parametrize(
    ("slug", "column", "list_name"),
    [
        ("people", "work_type", "work_type"),
        ("people", "education", "education"),
        ("people", "gender", "gender"),
        ("teams", "work_type", "work_type"),
        ("assignments", "work_type", "work_type"),
        ("assignments", "work_role", "work_role"),
        ("attendance", "channel", "attendance_channel"),
        ("trainings", "kind", "training_type"),
        ("work-contracts", "period_type", "contract_period_type"),
        ("payrolls", "bank", "bank_code"),
        ("enterprises", "role", "corp_role"),
        ("enterprises", "registration_type", "corp_registration_type"),
        ("qualifications", "qualification_type", "qualification_type"),
        ("qualifications", "level", "project_level"),
        ("projects", "category", "project_type"),
        ("projects", "status", "project_status"),
        ("buildings", "structure", "structure_type"),
        ("project-parties", "role", "project_corp_type"),
        ("documents", "archive_class", "archive_class"),
        ("performance-records", "role", "corp_role"),
        ("tenders", "tender_class", "tender_class"),
        ("contract-filings", "contract_type", "contract_type"),
    ],
)
def test_codes_stand_in_their_lists(city, slug, column, list_name):
    assert set(table(city, slug)[column].drop_nulls().to_list()) - {""} <= code_list(list_name).codes


def test_no_date_lies_after_the_day_of_the_data(city):
    for slug, column in (
        ("attendance", "day"),
        ("projects", "completed_on"),
        ("machine-checks", "checked_on"),
        ("payrolls", "paid_on"),
        ("enterprises", "titled_on"),
        ("documents", "dated_on"),
        ("model-publications", "published_on"),
    ):
        assert table(city, slug)[column].max() <= AS_OF


def test_every_county_has_new_and_judged_buildings_in_the_years_a_dashboard_compares(city):
    named = table(city, "buildings").join(table(city, "assembly-assessments"), on=["project", "code"])
    new = named.filter(pl.col("is_new")).group_by(pl.col("permit_issued_on").dt.year()).agg(pl.col("division").n_unique())
    counties = dict(new.iter_rows())
    assert counties[AS_OF.year] == 7
    assert counties[AS_OF.year - 1] >= 6


def test_a_building_counts_as_prefab_only_from_half_its_rate_on(city):
    judged = table(city, "assembly-assessments")
    assert judged.filter(pl.col("is_prefab"))["rate"].min() >= 50
    assert judged.filter(~pl.col("is_prefab") & (pl.col("rate") >= 50))["reason"].unique().to_list() == ["未采用全装修"]
    buildings = table(city, "buildings")
    assert 0 < buildings.height - judged.height < buildings.height / 5


def test_models_are_published_before_the_permit_and_only_where_bim_is_used(city):
    projects = table(city, "projects").select("number", "uses_bim", "permit_issued_on")
    joined = table(city, "model-publications").join(projects, left_on="project", right_on="number")
    assert joined["uses_bim"].all()
    assert (joined["published_on"] < joined["permit_issued_on"]).all()
    assert 0 < joined.height < projects["uses_bim"].sum()


def test_titles_are_a_little_short_of_the_plan(city):
    firms = table(city, "enterprises")
    held = [set(text.split("、")) for text in firms["titles"].drop_nulls().to_list()]
    counts = {title: sum(title in each for each in held) for title in set().union(*held) - {""}}
    assert counts == {
        "demonstration": 28,
        "prefab_base_national": 2,
        "prefab_base_provincial": 5,
        "science_park": 1,
        "training_base": 2,
    }
    titled = firms.filter(pl.col("titles").fill_null("") != "")
    assert titled["titled_on"].null_count() == 0
    assert firms.filter(pl.col("titled_on").is_not_null()).height == titled.height


def test_a_firm_bears_the_papers_that_the_registers_of_papers_hold(city):
    firms = table(city, "enterprises")
    for slug, column, number in (
        ("qualifications", "main_qualification", "name"),
        ("safety-licences", "safety_licence", "number"),
    ):
        papers = table(city, slug).select(credit_code="enterprise", told=number)
        beside = firms.select("credit_code", column).join(papers, on="credit_code", how="full", coalesce=True)
        assert beside[column].eq_missing(beside["told"]).all()


def test_works_of_the_street_have_no_buildings(city):
    streets = table(city, "projects").filter(pl.col("function") == "bridge")["number"].to_list()
    assert streets
    assert not set(streets) & set(table(city, "buildings")["project"].to_list())


def test_attendance_lies_within_a_stay_on_that_project(city):
    stays = table(city, "assignments").select("person", "project", "entered_on", pl.col("left_on").fill_null(AS_OF))
    days = table(city, "attendance").select("person", "project", "day")
    within = days.join(stays, on=["person", "project"]).filter(pl.col("day").is_between("entered_on", "left_on"))
    assert within.select("person", "project", "day").unique().height == days.height


def test_only_the_planted_workers_are_on_two_sites_at_once(city):
    days = table(city, "attendance")
    twice = days.group_by("person", "day").agg(
        sites=pl.col("project").n_unique(), last_in=pl.col("first_in_at").max(), first_out=pl.col("last_out_at").min()
    )
    together = twice.filter((pl.col("sites") > 1) & (pl.col("last_in") < pl.col("first_out")))
    told = {truth["subjects"][0] for truth in truths(city, "two-sites-at-once")}
    assert len(told) == 2
    assert set(together["person"].to_list()) == told


def test_exactly_the_planted_heads_never_came_while_their_project_ran(city):
    stays = table(city, "assignments").filter((pl.col("duty") == "head") & pl.col("left_on").is_null())
    first = table(city, "attendance")["day"].min()
    long_there = stays.filter(pl.col("entered_on") < first + timedelta(days=8))
    came = table(city, "attendance").select("person", "project").unique()
    never = long_there.join(came, on=["person", "project"], how="anti")
    assert set(never["person"].to_list()) == {truth["subjects"][0] for truth in truths(city, "hung-certificate")}


def test_exactly_the_planted_machines_are_in_use_with_an_inspection_run_out(city):
    overdue = table(city, "machine-installations").filter(
        pl.col("dismantled_on").is_null() & (pl.col("inspection_expires_on") < AS_OF)
    )
    assert set(overdue["machine"].to_list()) == {truth["subjects"][0] for truth in truths(city, "expired-inspection")}
    assert overdue.height == 2


def test_a_shell_has_a_contract_and_nobody_on_the_site(city):
    contracts, teams, stays = table(city, "contract-filings"), table(city, "teams"), table(city, "assignments")
    for truth in truths(city, "shell-subcontractor"):
        firm, project = truth["subjects"]
        assert contracts.filter((pl.col("party_b") == firm) & (pl.col("project") == project)).height == 1
        assert teams.filter(pl.col("enterprise") == firm).height == 0
        assert stays.filter(pl.col("enterprise") == firm).height == 0


def test_only_the_planted_groups_share_a_telephone(city):
    shared = table(city, "people").group_by("phone").agg(pl.col("id_number")).filter(pl.col("id_number").list.len() > 1)
    found = {frozenset(group) for group in shared["id_number"].to_list()}
    assert found == {frozenset(truth["subjects"]) for truth in truths(city, "shared-phone")}


def test_a_ring_writes_its_bids_on_one_computer_a_constant_step_apart(city):
    bids = table(city, "bids")
    one_machine = bids.group_by("tender").agg(
        pl.col("machine").n_unique(), pl.col("bidder").n_unique(), pl.col("project").first()
    )
    found = one_machine.filter((pl.col("machine") == 1) & (pl.col("bidder") > 1))
    told = {subject for truth in truths(city, "collusive-bids") for subject in truth["subjects"] if len(subject) == 16}
    assert set(found["project"].to_list()) == told
    for project in told:
        prices = bids.filter(pl.col("project") == project)["price_wan_yuan"].sort().to_list()
        steps = [round((later - former) / prices[0], 4) for former, later in itertools.pairwise(prices)]
        assert steps == [0.005] * len(steps)


def test_the_winner_of_a_tender_builds_the_project(city):
    joined = table(city, "tenders").join(table(city, "permits").select("project", "contractor"), on="project")
    assert (joined["winner"] == joined["contractor"]).all()


def test_one_firm_under_two_names_keeps_its_head_telephone_and_address(city):
    firms = table(city, "enterprises")
    for truth in truths(city, "two-names"):
        one, other = (firms.row(by_predicate=pl.col("credit_code") == code, named=True) for code in truth["subjects"])
        assert one["name"] != other["name"]
        assert [one[key] for key in ("legal_representative", "phone", "address")] == [
            other[key] for key in ("legal_representative", "phone", "address")
        ]


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    assert main(["--out", str(tmp_path)]) == 2
    assert "没有写" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_second_run_replaces_the_first_as_a_whole(tmp_path, capsys):
    out = tmp_path / "city"
    assert main(["--out", str(out), "--seed", "1"]) == 0
    before = digest(out)
    assert main(["--out", str(out), "--seed", "2"]) == 0
    assert digest(out).keys() == before.keys()
    assert digest(out)["manifest.json"] != before["manifest.json"]
    assert not (tmp_path / "city.part").exists()
