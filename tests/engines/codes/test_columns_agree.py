"""Every check as a Polars column gives the same answer as in Python."""

from datetime import date
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hezhu.engines import codes
from hezhu.engines.codes import credit, division, identity, masks

ON = date(2026, 11, 23)
EXAMPLES = {
    "credit-code": [credit.generate(Random(seed)) for seed in range(5)] + ["N2330402MF0123456A"],
    "id-number": [identity.generate(Random(seed)) for seed in range(5)] + ["11010519491231002X", "11010519000229002X"],
    "project-number": ["3304022506180101"],
    "permit-number": ["3304022506180101-SX-001", "3304022506180101-HZ-001"],
    "investment-code": ["2506-330402-04-01-123456", "2506-330402-04-01-12345X"],
    "division": ["330402", "330402010", "330402010001", "33040201"],
    "class-code": ["30-01.02.03", "14-10.20.30.40", "16-01.02.03"],
    "phone": ["13800008000", "0573-82051234", "057382051234-12", "+8613800008000"],
}
SPELLINGS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. xo\n０９Ａｏ　—①²٣ßｘ\u200b"


@st.composite
def near_a_code(draw, examples):
    """An example with up to two characters replaced, inserted or left out; now and then any text at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=26))
    characters = list(draw(st.sampled_from(examples)))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(characters) - 1))
        characters[place] = draw(st.sampled_from(["", *SPELLINGS, characters[place] + characters[place]]))
    return "".join(characters)


def column(texts, expression):
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(expression)["text"].to_list()


@pytest.mark.parametrize("name", list(codes.KINDS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_column_and_python_agree(name, data):
    kind = codes.kind(name)
    texts = data.draw(st.lists(near_a_code(EXAMPLES[name]), min_size=1, max_size=20))
    assert column(texts, kind.valid(pl.col("text"))) == [kind.is_valid(text) for text in texts]
    assert column(texts, kind.normalised(pl.col("text"))) == [kind.normalise(text) for text in texts]
    if kind.mask and kind.masked:
        assert column(texts, kind.masked(pl.col("text"))) == [kind.mask(text) for text in texts]


@pytest.mark.parametrize("name", list(codes.KINDS))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_normalising_once_is_enough_and_suggestions_are_valid(name, data):
    kind = codes.kind(name)
    text = data.draw(near_a_code(EXAMPLES[name]))
    assert kind.normalise(kind.normalise(text)) == kind.normalise(text)
    problem = kind.explain(text)
    assert problem is None or problem.suggestion is None or kind.is_valid(problem.suggestion)
    assert problem is None or problem.reason


@settings(max_examples=60, deadline=None)
@given(st.lists(near_a_code(["330402", "330481", "330400", "330481101", "330411"]), min_size=1, max_size=20))
def test_divisions_within_a_scope_agree(texts):
    for scope in ("330400", "330481"):
        expected = [division.explain(text, scope=scope) is None for text in texts]
        assert column(texts, division.valid(pl.col("text"), scope=scope)) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*division.spellings("330400"), "杭州市", "", "海 宁", "南湖区"]), min_size=1))
def test_division_names_agree(texts):
    assert column(texts, division.code_column(pl.col("text"))) == [division.find_code(text) for text in texts]


def test_the_day_of_judgement_is_the_same():
    number = identity.generate(Random(1), born=date(2026, 11, 24))
    assert column([number], identity.valid(pl.col("text"), on=ON)) == [False]
    assert column([number], identity.valid(pl.col("text"), on=date(2026, 11, 24))) == [True]
    assert identity.explain(number, on=ON).reason == "第 7–14 位出生日期 20261124 晚于今日"


@pytest.mark.parametrize("name", list(codes.KINDS))
def test_null_is_not_valid_and_the_example_is(name):
    kind = codes.kind(name)
    assert column([None, kind.example, ""], kind.valid(pl.col("text"))) == [False, True, False]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1))
def test_name_masks_agree(texts):
    assert column(texts, masks.masked_name(pl.col("text"))) == [masks.mask_name(text) for text in texts]


def test_masks():
    assert codes.mask_phone("13800008000") == "138****8000"
    assert codes.mask_phone("82051234") == "******34"
    assert codes.mask_id_number("11010519491231002X") == "110105********002X"
    assert codes.mask_name("周建国") == "周**"
    assert codes.mask_name("欧阳") == "欧**"
    assert codes.mask_name("") == ""
