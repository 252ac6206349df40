"""The conditions file: what it says, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezhu.engines.review.planning import ConditionsInvalid, load_planning, read_conditions

GOOD = """\
document: 嘉规条字 2026-018
zone: new_town
use: 住宅
far_max: 2.2
density_max: 0.25
green_ratio_min: 0.30
height_max_m: 60
parking:
  住宅: {per_100m2: 1.2, per_dwelling: 1.3}
setbacks:
  - {from: boundary, min_m: 8}
  - {from: 示范大道, part: tower, min_m: 25}
"""


def read(folder: Path, text: str, name: str = "conditions.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_conditions(path, load_planning().words)


def test_what_the_conditions_say(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert (found.document, found.zone, found.use, found.get("far_max")) == ("嘉规条字 2026-018", "new_town", "residential", 2.2)
    assert found.get("far_min") is None
    assert found.parking == {"residential": {"per_100m2": 1.2, "per_dwelling": 1.3}}
    assert found.setback("boundary", "用地红线", "building") == 8
    assert found.setback("boundary", "用地红线", "tower") is None
    assert found.setback("road", "示范大道", "tower") == 25


def test_json_says_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, '{"far_max": 2.2, "zone": "old_town"}', "conditions.json")
    assert (found.document, found.zone, found.get("far_max")) == ("规划条件", "old_town", 2.2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("far_max: 2.2\ndensty: 0.3\n", "第 2 行 densty：没有这个字段；可用：document、zone"),
        ("far_max: 2.2\ndensity_max: 30\n", "第 2 行 density_max：是比例，应在 0～1 之间"),
        ("far_max: 二点二\n", "第 1 行 far_max：应是不小于 0 的数字，现为 '二点二'"),
        ("far_max: 2\nfar_min: 3\n", "第 2 行 far_min：（3）大于 far_max（2）"),
        ("far_max: 2\nfar_max: 3\n", "第 2 行 far_max：写了两次"),
        ("zone: suburb\n", "第 1 行 zone：应为 new_town（新区）或 old_town（旧城区）"),
        ("use: 机场\n", "第 1 行 use：“机场”不是已知的用地或建筑性质；可写：住宅"),
        ("parking:\n  住宅: {per_100: 1}\n", "第 2 行 parking.住宅.per_100：没有这个字段；可用：per_100m2、per_dwelling"),
        ("parking:\n  飞船: {per_100m2: 1}\n", "第 2 行 parking.飞船：不是已知的用途"),
        ("setbacks:\n  - {from: road}\n", "第 2 行 setbacks.0：缺少 from"),
        ("setbacks:\n  - {from: road, part: 塔, min_m: 3}\n", "第 2 行 setbacks.0.part：应为 building、tower、underground 之一"),
        ("setbacks: 8\n", "第 1 行 setbacks：应是列表"),
        ("document: 3\n", "第 1 行 document：应是规划条件的文号或名称"),
        ("far_max: [1\n", "第 2 行不是 YAML"),
        ("- 1\n", "应是字段的键值表"),
        ("", "应是字段的键值表"),
    ],
)
def test_a_wrong_file_is_refused_with_field_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConditionsInvalid) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "conditions.yaml" in str(caught.value)


def test_wrong_json_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConditionsInvalid, match="第 2 行不是 JSON"):
        read(tmp_path, '{"far_max": 2,\n"zone" "old_town"}', "conditions.json")


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConditionsInvalid, match="打不开"):
        read_conditions(tmp_path / "absent.yaml", load_planning().words)
    (tmp_path / "gbk.yaml").write_bytes("document: 规划条件\n".encode("gbk"))
    with pytest.raises(ConditionsInvalid, match="UTF-8"):
        read_conditions(tmp_path / "gbk.yaml", load_planning().words)
