"""The groups of registers in the navigation, and opening a register for a reader."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hezhu.core.access.requests import SignedInRequest
from hezhu.core.access.scoping import require
from hezhu.core.errors import NotThere
from hezhu.core.register.declare import Register, registers

GROUPS = {"libraries": _("六库"), "industry": _("产业与人才"), "system": _("系统"), "projects": _("项目")}


def opened(request: SignedInRequest, slug: str, verb: str = "view") -> Register:
    """The register with this slug, if the reader may ``verb`` it. Raises NotThere, NotAllowed."""
    register = registers.get(slug)
    if register is None:
        raise NotThere()
    require(request.user, register.permission(verb))
    return register
