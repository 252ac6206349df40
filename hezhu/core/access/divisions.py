"""Administrative divisions (行政区划): six-digit codes for the city and its counties."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.translation import gettext_lazy as _

from hezhu.engines.codes.division import divisions


@lru_cache(maxsize=1)
def division_names() -> dict[str, str]:
    """Code → name of the city and its counties, from ``rulepacks/codes/divisions.yaml``; the city first."""
    city = settings.CITY_DIVISION
    known = divisions()
    if city not in known:
        raise ImproperlyConfigured(f"HEZHU_CITY={city!r}: rulepacks/codes/divisions.yaml has no such division")
    return {code: division.name for code, division in known.items() if code == city or division.parent == city}


def counties() -> dict[str, str]:
    """Code → name of the counties (县、市、区) of this city."""
    return {code: name for code, name in division_names().items() if code != settings.CITY_DIVISION}


def division_choices() -> list[tuple[str, str]]:
    return list(division_names().items())


def codes_below(code: str) -> tuple[str, ...]:
    """The division itself and those below it: the city's code covers its counties."""
    return tuple(division_names()) if code == settings.CITY_DIVISION else (code,)


class DivisionField(models.CharField):
    """A division code of this city (GB/T 2260, six digits). Knows its label and its choices."""

    description = _("行政区划代码")

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 6)
        kwargs.setdefault("verbose_name", _("县（市、区）"))
        kwargs["choices"] = division_choices
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, list(args), kwargs
