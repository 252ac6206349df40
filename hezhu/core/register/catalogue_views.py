"""The catalogue of registers, and the page of one of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.register import absence
from hezhu.core.register.catalogue import meaning_of, owner_of, quality_of
from hezhu.core.register.counted import count
from hezhu.core.register.declare import Register, registers
from hezhu.core.register.groups import GROUPS, opened
from hezhu.core.register.libraries import LIBRARIES
from hezhu.core.register.listing import selected


def catalogue(request: SignedInRequest) -> HttpResponse:
    """Every register this account may read, by library."""
    shelves: dict[str, tuple[Any, list[dict[str, Any]]]] = {library: (label, []) for library, label in LIBRARIES.items()}
    thinned = absence.marked(register.slug for register in registers)
    for register in registers:
        if not request.user.may(register.permission("view")):
            continue
        shelf = register.library if register.library in LIBRARIES else register.group
        label = LIBRARIES.get(shelf) or GROUPS.get(shelf) or gettext("其他")
        shelves.setdefault(shelf, (label, []))[1].append(_entry(register, request, thinned))
    return render(
        request, "register/catalogue.html", {"shelves": [shelf for shelf in shelves.values() if shelf[1]], "nav": "libraries"}
    )


def _entry(register: Register, request: SignedInRequest, thinned: set[str]) -> dict[str, Any]:
    rows = register.model.objects.visible_to(request.user)
    return {
        "register": register,
        "owner": owner_of(register),
        "count": None if register.narrow_by else count(rows if register.slug not in thinned else absence.chosen(register, rows)),
        "fields": len(register.fields()),
        "personal": len(register.personal_fields()),
        "quality": quality_of(register, request.user),
    }


def documentation(request: SignedInRequest, slug: str) -> HttpResponse:
    """What the register holds: owner, each column's meaning, source, kind and codes, quality, and how to call it."""
    register = opened(request, slug)
    total = count(selected(register, request.user, {})[1])
    context = {
        "register": register,
        "fields": [(field, meaning_of(register, field)) for field in register.fields()],
        "form_fields": register.form_fields(),
        "personal": register.personal_fields(),
        "owner": owner_of(register),
        "quality": quality_of(register, request.user),
        "total": total,
        "keeps_history": register.event_model() is not None,
        "nav": register.nav,
    }
    return render(request, "register/docs.html", context)
