"""Policies and events as registers."""

from django.utils.translation import gettext_lazy as _

from hezhu.core.register.declare import Register, registers
from hezhu.industry.models import Event, Policy

registers.add(
    Register(
        model=Policy,
        slug="policies",
        columns=("title", "document_number", "category", "issuer", "issued_on", "requirement"),
        key=("title",),
        search=("title", "document_number"),
        filters=("category", "division", "issued_on"),
        group="industry",
        nav="industry",
        icon="file-certificate",
        about=_("智能建造政策“工具箱”：土地规划、工程建设、科技创新、财税金融、人才培养。"),
    )
)
registers.add(
    Register(
        model=Event,
        slug="events",
        columns=("title", "kind", "host", "held_on", "place", "attendees"),
        key=("title", "held_on"),
        search=("title", "place"),
        filters=("kind", "division", "held_on"),
        group="industry",
        nav="industry",
        icon="calendar",
        about=_("论坛、项目现场观摩会、培训、开放日和专题宣传。"),
    )
)
