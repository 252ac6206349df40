"""The BCF API 3.0 of buildingSMART over the topics of projects, served under ``/bcf/3.0``; ``project_id`` is the project's number."""

from __future__ import annotations

from importlib import import_module

from ninja import NinjaAPI

from hezhu.core.errors.api import tell_problems
from hezhu.core.oauth.authentication import ProgramAuth

bcf_api = NinjaAPI(
    title="禾筑 BCF API",
    version="3.0",
    description="buildingSMART BCF API 3.0。凭 OAuth2 令牌、API 密钥或会话访问；project_id 是工程项目编号。",
    auth=[ProgramAuth()],
    urls_namespace="bcf",
)
tell_problems(bcf_api)

for part in ("projects", "events", "topics", "comments", "viewpoints", "documents"):
    bcf_api.add_router("", import_module(f"hezhu.bim.topics.api.{part}").router)
