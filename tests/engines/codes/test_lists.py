"""Code lists from the rule packs."""

import polars as pl
import pytest

from hezhu.engines import codes


def test_every_list_names_its_source_and_status():
    lists = codes.code_lists()
    assert len(lists) == 56
    assert all(found.source and found.name and found.entries for found in lists.values())
    assert not any(found.confirmed for found in lists.values())


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("corp_role", "施工", "3"),
        ("corp_role", "施工企业", "3"),
        ("corp_role", "3", "3"),
        ("project_type", "市政基础设施工程", "02"),
        ("project_type", "市政基础设施工程（市政公用）", "02"),
        ("project_type", "2", "02"),
        ("structure_type", "剪力墙 结构", "005"),
        ("tender_class", "施工", "003"),
        ("work_type", "钢筋工", "020"),
        ("work_type", "20", "020"),
        ("attendance_direction", "进场", "01"),
    ],
)
def test_code_of(key, text, code):
    assert codes.code_of(key, text) == code
    assert codes.code_list(key).code_of(text) == code


def test_label():
    assert codes.label("structure_type", "005") == "剪力墙结构"
    with pytest.raises(codes.InvalidCode, match="“055”不在结构体系中"):
        codes.label("structure_type", "055")


def test_unknown_label_suggests_the_nearest():
    problem = codes.code_list("structure_type").explain("剪力墙结购")
    assert problem.reason == "“剪力墙结购”不在结构体系中"
    assert problem.suggestion == "剪力墙结构"


def test_unknown_label_without_a_near_one_shows_what_can_be_filled():
    problem = codes.code_list("green_building_level").explain("白金")
    assert problem.suggestion is None
    assert problem.basis == "可填代码或名称：一星级、二星级、三星级"


def test_a_label_with_two_codes_is_refused_not_guessed():
    problem = codes.code_list("qualification_level").explain("工程勘察甲级")
    assert problem.rule == "code-list.ambiguous"
    assert problem.reason == "“工程勘察甲级”在资质资格等级中对应多个代码：88、86"


def test_a_code_with_several_labels_shows_them_all():
    assert codes.label("qualification_level", "90") == "施工图审查二类"
    assert codes.label("qualification_level", "86").startswith("工程勘察乙级／")


def test_unknown_list_is_named():
    with pytest.raises(KeyError, match="没有代码表 nothing"):
        codes.code_list("nothing")


def test_columns_give_the_same_answer_as_python():
    for found in codes.code_lists().values():
        texts = [*found.spellings, *(label for _, label in found.entries), "没有这一项", " 3", "（3）"]
        column = pl.DataFrame({"text": texts}).select(found.code_column(pl.col("text")))["text"].to_list()
        assert column == [found.find_code(text) for text in texts]
        labels = pl.DataFrame({"code": texts}).select(found.label_column(pl.col("code")))["code"].to_list()
        assert labels == [found.find_label(text) for text in texts]
