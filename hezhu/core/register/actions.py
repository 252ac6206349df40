"""Every change of a register's row by a person or a program goes through here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from hezhu.core.access.models import User
from hezhu.core.access.scoping import require, require_division
from hezhu.core.errors import BadInput, Refusal
from hezhu.core.history import reason_of_change
from hezhu.core.register import absence
from hezhu.core.register.declare import Register
from hezhu.core.register.models import PersonalDataRead


class AlreadyThere(Refusal):
    code = "already-there"
    title = _("已有相同的记录")
    message = _("已有相同编号的记录，没有再次登记。请打开原记录修改。")


class NeverChanged(Refusal):
    code = "never-changed"
    title = _("这类记录不能修改")
    message = _("这类记录只增不改。记错的，请撤回带来它的那一批。")


class ChangedMeanwhile(Refusal):
    code = "changed-meanwhile"
    title = _("记录刚被别人改过")
    message = _("您打开之后，这条记录已被修改，您的改动没有保存。请重新打开再改。")


def save_form(register: Register, form: forms.ModelForm, *, by: User, reason: str, source: str = "页面填报") -> models.Model:
    """Add or change one row from a valid form. Raises NotAllowed, AlreadyThere."""
    row = form.instance
    adding = row.pk is None
    if register.append_only and not adding:
        raise NeverChanged()
    require(by, register.permission("add" if adding else "change"), None if adding else row)
    if register.division_from:
        row.division = getattr(row, register.division_from).division
    require_division(by, row.division)
    if adding:
        row.is_demo = by.is_demo
    if register.has_lineage and (adding or form.has_changed()):
        row.source, row.source_batch, row.source_line = source, "", None
    try:
        with transaction.atomic(), reason_of_change(by, reason, source):
            saved = form.save()
            if not adding and form.has_changed():
                absence.seen_again(register, saved)
    except IntegrityError as error:
        raise AlreadyThere() from error
    return saved


def submit(
    register: Register, data: dict[str, Any], *, by: User, row: models.Model | None = None, reason: str, source: str
) -> models.Model:
    """Add or change a row from plain data, as an API call brings it: the same form judges it. Raises BadInput with each field's reason."""
    from hezhu.core.register.forms import form_of

    require(by, register.permission("change" if row is not None else "add"), row)  # type: ignore[arg-type]
    if register.append_only and row is not None:
        raise NeverChanged()
    form_class = form_of(register, by)
    present = form_class(instance=row)
    data = {name: present[name].value() for name in present.fields} | data
    form = form_class({key: value for key, value in data.items() if value is not None}, instance=row)
    if not form.is_valid():
        personal = register.personal_fields()
        problems = [
            {
                "field": name,
                "value": "" if name in personal else str(data.get(name, "")),
                "reason": " ".join(str(e) for e in errors),
            }
            for name, errors in form.errors.items()
        ]
        raise BadInput(problems=problems)
    return save_form(register, form, by=by, reason=reason, source=source)


def read_personal(register: Register, row: Any, field: str, *, by: User, reason: str) -> str:
    """Show one masked value in clear to one account, and keep who, when and why. Needs ``personal.unmask`` and a reason."""
    require(by, "personal.unmask", row)
    if field not in register.personal_fields():
        raise Refusal()
    if len(reason.strip()) < 4:
        raise BadInput(problems=[{"field": "reason", "value": reason, "reason": str(_("写明查看理由，至少 4 个字"))}])
    PersonalDataRead.objects.create(by=by, register=register.slug, row=row.pk, field=field, reason=reason.strip())
    return str(getattr(row, field))
