"""A contract to begin with: every field of a register as a column of its own label, for a person to change to what their source brings."""

from __future__ import annotations

from typing import Any

from hezhu.core.intake.contracts import contract_of
from hezhu.core.register.declare import Register


def skeleton(register: Register, name: str, user: Any) -> str:
    """A valid contract, ready to be declared by ``user``, whose columns are titled as the register's own fields are."""
    contract = contract_of(register)
    columns = "\n".join(
        _column(each.label, each.name, required=contract.is_required(each), key=each.name in contract.key)
        for each in contract.fields
    )
    return _FRAME.format(name=name, title=f"{register.label}（{user.unit}）", columns=columns, register=register.slug)


def _column(title: str, field: str, *, required: bool, key: bool) -> str:
    marks = ", required: true" * required + ", primaryKey: true" * key
    return f'      - {{name: "{title}"{marks}, customProperties: [{{property: field, value: {field}}}]}}'


_FRAME = """\
apiVersion: v3.1.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
name: {title}
servers:
  - {{server: page, type: custom}}
schema:
  - name: rows
    logicalType: object
    properties:
{columns}
slaProperties:
  - {{property: latency, value: 31, unit: d}}
customProperties:
  - {{property: register, value: {register}}}
"""
