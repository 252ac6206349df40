"""The REST API: one NinjaAPI, one router a room, and a router for every declared register."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from ninja import NinjaAPI

from hezhu import __version__
from hezhu.core.access.api_auth import SessionOrKey
from hezhu.core.errors.api import tell_problems

api = NinjaAPI(
    title="禾筑 Hezhu",
    version=__version__,
    description="项目、企业、审查、目标与任务的开放接口。凭会话或 API 密钥访问，行按管辖范围给出。",
    auth=[SessionOrKey()],
    urls_namespace="api",
)


tell_problems(api)

for room in ("core.files", "core.jobs", "core.intake", "core.cases", "programme", "bim", "portal"):
    if find_spec(f"hezhu.{room}.api"):
        api.add_router(f"/{room.rsplit('.', 1)[-1]}/", import_module(f"hezhu.{room}.api").router)

from hezhu.core.register.api import register_routers  # noqa: E402
from hezhu.registers.projects.api import router as elements  # noqa: E402

api.add_router("/elements/", elements)

for prefix, router in register_routers():
    api.add_router(prefix, router)
