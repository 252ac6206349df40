"""Password rule: letters and figures, at least 12 characters (the length is checked by Django's validator)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MixedCharacters:
    """A password holds letters and figures (GB/T 22239-2019 8.1.4.1 asks for complexity)."""

    def validate(self, password: str, user: Any = None) -> None:
        if not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(_("密码须同时有字母和数字。"), code="password-not-mixed")

    def get_help_text(self) -> str:
        return _("12 位以上，同时有字母和数字。")
