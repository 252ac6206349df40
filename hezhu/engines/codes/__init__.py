"""Identifiers and code lists: validate, parse, generate, explain, mask.

Each identifier has a module: ``credit`` (统一社会信用代码), ``identity`` (公民身份号码), ``project`` (工程项目编号, 施工许可证编号, 投资项目代码),
``division`` (行政区划), ``classification`` (GB/T 51269), ``phone``. Each gives ``explain(text)`` in Python and ``valid(expr)`` for a Polars
column with the same answer. ``KINDS`` holds them behind one face; ``code_list(key)`` reads the code lists of the rule packs.

>>> from hezhu.engines import codes
>>> codes.credit.explain("914403001922038213").reason
'第 18 位校验位应为 6，现为 3'
>>> codes.code_of("corp_role", "施工"), codes.label("structure_type", "005")
('3', '剪力墙结构')
"""

from hezhu.engines.codes import classification, credit, division, identity, phone, project, spelling
from hezhu.engines.codes.kinds import KINDS, CodeKind, kind
from hezhu.engines.codes.lists import CodeList, code_list, code_lists, code_of, label
from hezhu.engines.codes.masks import mask_id_number, mask_name, mask_phone, masked_id_number, masked_name, masked_phone
from hezhu.engines.codes.problem import InvalidCode, Problem

__all__ = [
    "KINDS",
    "CodeKind",
    "CodeList",
    "InvalidCode",
    "Problem",
    "classification",
    "code_list",
    "code_lists",
    "code_of",
    "credit",
    "division",
    "identity",
    "kind",
    "label",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "masked_id_number",
    "masked_name",
    "masked_phone",
    "phone",
    "project",
    "spelling",
]
