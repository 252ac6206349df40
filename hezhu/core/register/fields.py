"""Field types that carry their meaning: validator, label, mask and contract kind, for form, sheet and API alike."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.engines.codes import credit, project
from hezhu.engines.codes.lists import code_list


class MeaningfulField(models.CharField):
    """A text column of one known kind. ``kind`` is the intake engine's name for it."""

    kind: ClassVar[str] = "text"
    personal: ClassVar[bool] = False
    length: ClassVar[int] = 60

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", self.length)
        super().__init__(*args, **kwargs)

    def problem(self, value: str) -> str | None:
        """Why ``value`` is not of this kind, in words, or None."""
        return None

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value and (reason := self.problem(str(value))):
            raise ValidationError(reason, code=self.kind)


class CreditCodeField(MeaningfulField):
    """统一社会信用代码 (GB 32100-2015), 18 characters with a check character."""

    kind = "credit-code"
    length = 18
    description = _("统一社会信用代码")

    def problem(self, value: str) -> str | None:
        problem = credit.explain(value)
        return problem.reason if problem else None


class ProjectNumberField(MeaningfulField):
    """工程项目编号: 16 digits (division, date, category, serial)."""

    kind = "project-number"
    length = 16
    description = _("工程项目编号")

    def problem(self, value: str) -> str | None:
        problem = project.explain_project(value)
        return problem.reason if problem else None


class PhoneField(MeaningfulField):
    """A telephone number; personal data, shown masked."""

    kind = "phone"
    personal = True
    length = 20


class PersonNameField(MeaningfulField):
    """A person's name; personal data, shown masked."""

    kind = "person-name"
    personal = True
    length = 40


class CodeListField(MeaningfulField):
    """A code of a published list (``rulepacks/codes``): stores the code, shows the label, accepts either in a sheet."""

    kind = "code-list"
    length = 20

    def __init__(self, *args: Any, code_list: str = "", **kwargs: Any) -> None:
        self.code_list = code_list
        if code_list:
            kwargs["choices"] = self._choices
        super().__init__(*args, **kwargs)

    def _choices(self) -> list[tuple[str, str]]:
        return code_list(self.code_list).choices()

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        kwargs["code_list"] = self.code_list
        return name, path, list(args), kwargs


class PermitNumberField(MeaningfulField):
    """施工许可证编号: ``<16 digits>-SX-NNN``."""

    kind = "permit-number"
    length = 30

    def problem(self, value: str) -> str | None:
        problem = project.explain_permit(value)
        return problem.reason if problem else None


class InvestmentCodeField(MeaningfulField):
    """投资项目代码 (GB/T 40058-2021), 24 characters with its hyphens."""

    kind = "investment-code"
    length = 24

    def problem(self, value: str) -> str | None:
        problem = project.explain_investment(value)
        return problem.reason if problem else None
