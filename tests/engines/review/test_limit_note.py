"""A number that the clause itself does not give says so wherever it is shown."""

from dataclasses import asdict

from hezhu.bim.wording import required
from hezhu.engines.review import load_pack
from hezhu.engines.review.reports.words import required_text


def test_the_precision_of_evenness_is_no_limit_of_the_clause() -> None:
    clause = next(each for each in load_pack().clauses if each.id == "gb55031-5.3.10-evenness")
    within, adjacent = clause.limit("within").requirement, clause.limit("adjacent").requirement
    assert required_text(within) == "≤ 0.003 m（量取精度，条文要求一致）"
    assert required(asdict(within)).endswith("（量取精度，条文要求一致）")
    assert required_text(adjacent) == "≤ 0.010 m"
    assert "（" not in required(asdict(adjacent))
