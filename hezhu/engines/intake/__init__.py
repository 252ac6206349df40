"""Any sheet or feed → validated rows and refused rows, whole columns at a time.

>>> from hezhu.engines.intake import Contract, Field, Kind, Sheet, validate
>>> contract = Contract("firms", "企业库", (Field("code", "统一社会信用代码", Kind.CREDIT_CODE), Field("name", "企业名称")), key=("code",))
>>> sheet = Sheet.from_records([{"信用代码": "914403001922038216", "企业名称": "甲"}, {"信用代码": "914403001922038213", "企业名称": "乙"}])
>>> validated = validate(sheet, contract)
>>> validated.stats.good, validated.refused[0].problems[0].reason
(1, '第 18 位校验位应为 6，现为 3')
"""

from hezhu.engines.intake.contract import Contract, Field, Kind
from hezhu.engines.intake.mapping import How, Mapping, Match, Proposal, UnusableMapping, propose_mapping, unit_shift
from hezhu.engines.intake.reading import read_sheet
from hezhu.engines.intake.result import CellProblem, RefusedRow, Stats, Validated
from hezhu.engines.intake.sheet import LINE, Flaw, FlawKind, Limits, Sheet, UnreadableSheet
from hezhu.engines.intake.stream import Stream, open_stream
from hezhu.engines.intake.validation import validate

__all__ = [
    "LINE",
    "CellProblem",
    "Contract",
    "Field",
    "Flaw",
    "FlawKind",
    "How",
    "Kind",
    "Limits",
    "Mapping",
    "Match",
    "Proposal",
    "RefusedRow",
    "Sheet",
    "Stats",
    "Stream",
    "UnreadableSheet",
    "UnusableMapping",
    "Validated",
    "open_stream",
    "propose_mapping",
    "read_sheet",
    "unit_shift",
    "validate",
]
