"""The JSON report holds every finding as ``as_dict`` gives it."""

import json

import pytest

from hezhu.engines.findings import Verdict
from hezhu.engines.prefab import ItemInput, Provenance, load_profile, rate
from hezhu.engines.review.reports import write_json
from hezhu.engines.review.reports.json import dumps
from tests.engines.reports.review_stub import StubReview, door


def test_findings_are_written_as_they_are(tmp_path):
    review = StubReview([door(1), door(2, Verdict.MANUAL)])
    data = json.loads(write_json(review, tmp_path / "review.json").read_text("utf-8"))
    assert data["format"] == "hezhu-review/1"
    assert data["summary"]["counts"] == {"fail": 1, "manual": 1, "pass": 0, "na": 0}
    assert data["assembly"] is None
    assert data["findings"] == json.loads(json.dumps([finding.as_dict() for finding in review.findings]))


def test_the_assembly_rate_is_written_with_its_elements(tmp_path):
    assembly = rate({"q1a": ItemInput(Provenance.MODEL, numerator=4.0, denominator=10.0, counted=("a",))}, load_profile())
    data = json.loads(write_json(StubReview(), tmp_path / "review.json", assembly).read_text("utf-8"))
    assert data["findings"] == []
    assert data["assembly"]["items"][0]["input"]["counted"] == ["a"]
    assert data["assembly"]["items"][0]["input"]["provenance"] == "model"
    assert data["assembly"]["is_prefab_building"] is False


def test_what_is_not_json_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"value": float("nan")})
