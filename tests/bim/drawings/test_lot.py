"""The lot: the same seed and pool give the same experts, whatever order they come in; another seed gives others."""

from __future__ import annotations

from collections import Counter

from hezhu.bim.drawings import lot


def test_the_lot_can_be_drawn_again() -> None:
    pool = [3, 1, 4, 15, 9, 26]
    first = lot.draw("00ff", "structure", pool, 3)
    assert first == [26, 9, 4]
    assert first == lot.draw("00ff", "structure", reversed(pool), 3)
    # printf '00ff:structure:3' | sha256sum
    assert lot.ticket("00ff", "structure", 3) == "a5037113316ec8e50ff100a1c2dedf4744af53f52f0163fa90e5b04539d9e992"
    assert lot.draw("00ff", "structure", [7], 3) == [7]


def test_everybody_is_drawn_about_as_often() -> None:
    drawn = Counter(lot.draw(f"{number:032x}", "hvac", range(10), 1)[0] for number in range(5000))
    assert set(drawn) == set(range(10))
    assert max(drawn.values()) - min(drawn.values()) < 150
