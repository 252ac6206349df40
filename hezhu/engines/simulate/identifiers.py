"""Numbers by the thousand, each right to its check character and none twice.

Identity numbers begin with a division code that was never assigned, and mobile numbers with a prefix that no person is given, so that
none belongs to anyone.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from hezhu.engines.codes import credit, identity
from hezhu.engines.simulate.drawing import Rng, Texts, Whole, day_number

UNASSIGNED_DIVISION = "330499"
UNASSIGNED_MOBILE = "1400"
_FIRST_BIRTH, _BIRTH_DAYS = day_number(date(1962, 1, 1)), 16_070
_DAY_STEP = 7_919  # prime: neighbours in the list are not of one age
_ORDERS = 1000
_STEP = 7_368_787  # prime: walks through all numbers before one comes again
_CREDIT = np.array(list(credit.ALPHABET))
_CHECKS = np.array(list(identity.CHECKS))


def credit_codes(rng: Rng, divisions: Texts) -> list[str]:
    """统一社会信用代码 of firms registered in ``divisions``; both check characters agree (GB 32100-2015, GB 11714-1997)."""
    found: dict[str, None] = {}
    codes: list[str] = []
    for division in divisions:
        while True:
            body = "MA" + "".join(_CREDIT[rng.integers(0, len(_CREDIT), 6)])
            first = f"91{division}{body}{credit.body_check_character(body)}"
            code = first + credit.check_character(first)
            if code not in found:
                break
        found[code] = None
        codes.append(code)
    return codes


def identities(start: int, women: Whole) -> tuple[Whole, list[str]]:
    """Days of birth and 公民身份号码 (GB 11643-1999); ``women`` is 1 where the order is even.

    ``start`` is the serial of the first person: no two serials below eight million share a number.
    """
    serial = np.arange(start, start + len(women), dtype=np.int64)
    born = _FIRST_BIRTH + serial * _DAY_STEP % _BIRTH_DAYS
    order = serial // _BIRTH_DAYS * 2 % _ORDERS + np.where(women == 1, 0, 1)
    dates = np.datetime_as_string(born.astype("datetime64[D]"), unit="D")
    first = [f"{UNASSIGNED_DIVISION}{day.replace('-', '')}{number:03d}" for day, number in zip(dates, order, strict=True)]
    digits = np.array(first, dtype="U17").view("U1").reshape(len(first), 17).astype(np.int64)
    checks = _CHECKS[(digits * np.array(identity.WEIGHTS)).sum(axis=1) % 11]
    return born, [text + check for text, check in zip(first, checks, strict=True)]


def phones(start: int, size: int) -> list[str]:
    """Mobile numbers, none twice for numbers below ten million."""
    return [f"{UNASSIGNED_MOBILE}{(start + index) * _STEP % 10_000_000:07d}" for index in range(size)]
