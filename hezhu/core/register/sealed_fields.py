"""Columns of personal numbers: sealed at rest, masked on every page, found by a keyed hash that stands beside them.

    id_number = SealedIdField(_("证件号码"), digest="id_number_digest")
    id_number_digest = DigestField(of="id_number")

``filter(id_number="…")`` and ``filter(id_number__in=[…])`` compare the digests; no other lookup exists on a sealed column.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup

from hezhu.core.register.fields import MeaningfulField
from hezhu.core.register.seal import DIGEST_LENGTH, Opened, digest, seal, unseal
from hezhu.engines.codes import identity, phone

PLAIN_LENGTH = 40
# isnull, and the two by which history triggers see that a row changed.
COMPARED_AS_STORED = {"isnull", "df", "ndf"}


class SealedField(MeaningfulField):
    """Text kept under AES-GCM; in Python it is the text itself."""

    personal = True
    length = 200
    empty_strings_allowed = True

    def __init__(self, *args: Any, digest: str = "", **kwargs: Any) -> None:
        self.digest = digest
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["digest"] = self.digest
        return name, path, list(args), kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Opened | None:
        return None if value is None else unseal(value, self.kind)

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return value.sealed if isinstance(value, Opened) and value.sealed else seal(str(value), self.kind)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """A form that brings the value unchanged leaves the stored bytes as they are."""
        if str(getattr(instance, self.attname) or "") != str(data or ""):
            super().save_form_data(instance, data)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"max_length": PLAIN_LENGTH, **kwargs})

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in COMPARED_AS_STORED:
            return super().get_lookup(lookup_name)
        return {"exact": SealedExact, "in": SealedIn}.get(lookup_name)


class SealedIdField(SealedField):
    """公民身份号码 or the number of another identity document. A resident's number is judged by GB 11643 where the model says its kind."""

    kind = "id-number"


class SealedPhoneField(SealedField):
    """A telephone number that is sealed as well as masked."""

    kind = "phone"

    def problem(self, value: str) -> str | None:
        problem = phone.explain(value)
        return problem.reason if problem else None


class DigestField(models.CharField):
    """The keyed hash of the sealed column ``of``; never shown, never typed."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **({"max_length": DIGEST_LENGTH, "blank": True, "editable": False} | kwargs))

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["of"] = self.of
        return name, path, list(args), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        field: Any = model_instance._meta.get_field(self.of)
        value = digest(str(getattr(model_instance, self.of) or ""), field.kind)
        setattr(model_instance, self.attname, value)
        return value


class _BySum(Lookup):
    """Base of the lookups: the digest column of the same table stands in for the sealed one."""

    prepare_rhs = False

    def _digests(self, values: Any) -> list[str]:
        return [digest(str(value), self.lhs.output_field.kind) for value in values]

    def _column(self, compiler: Any) -> tuple[str, list[Any]]:
        target = self.lhs.target.model._meta.get_field(self.lhs.target.digest)
        sql, params = compiler.compile(Col(self.lhs.alias, target))
        return sql, list(params)


class SealedExact(_BySum):
    lookup_name = "exact"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self._column(compiler)
        return f"{column} = %s", [*params, *self._digests([self.rhs])]


class SealedIn(_BySum):
    lookup_name = "in"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self._column(compiler)
        return f"{column} = ANY(%s)", [*params, self._digests(self.rhs)]


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def reads_as(field: models.Field, text: str) -> bool:
    """Whether ``text`` could be a whole value of the sealed column: only then is it looked up there."""
    judge = {"id-number": identity.explain, "phone": phone.explain}.get(getattr(field, "kind", ""))
    return judge is not None and judge(text.strip().upper()) is None
