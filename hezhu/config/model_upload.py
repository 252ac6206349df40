"""``hezhu upload MODEL``: a model file from the shell as the next version of its place, on the platform of this machine."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezhu.config.commands import with_database

if TYPE_CHECKING:
    from hezhu.bim.life.versions import Place
    from hezhu.core.access.models import User


class _Unknown(Exception):
    """A name in the command that nothing bears."""


@with_database
def main(arguments: list[str]) -> int:
    """0 the version is held and its preparation queued, 2 refused: nothing is kept then."""
    from django.core.files import File

    from hezhu.bim.life.actions import upload_version
    from hezhu.core.errors import HezhuError

    chosen = _parser().parse_args(arguments)
    try:
        by = _account(chosen.account)
        place = _place(chosen, by)
        with chosen.model.open("rb") as stream:
            upload = File(stream, name=chosen.model.name)
            version = upload_version(place, upload, by=by, purpose=chosen.purpose, shared=chosen.shared)
    except (_Unknown, OSError, HezhuError) as error:
        _refused(error, as_json=chosen.json)
        return 2
    told: dict[str, Any] = {
        "id": version.pk,
        "version": str(version),
        "status": version.status,
        "sha256": version.model_file.file.sha256,
        "url": version.get_absolute_url(),
    }
    print(json.dumps(told, ensure_ascii=False) if chosen.json else f"{version}　{version.get_status_display()}　{told['url']}")
    return 0


def _parser() -> argparse.ArgumentParser:
    from hezhu.bim.life.kinds import Discipline, Stage

    parser = argparse.ArgumentParser(prog="hezhu upload", description="上传一个模型版本 (upload a model version)")
    parser.add_argument("model", type=Path, metavar="MODEL.ifc")
    parser.add_argument("--project", required=True, help="工程项目编号 (number of the project)")
    parser.add_argument("--building", default="", help="单体编号或名称，不写为整个项目 (building; the whole project without it)")
    parser.add_argument("--stage", required=True, choices=Stage.values)
    parser.add_argument("--discipline", required=True, choices=Discipline.values)
    parser.add_argument("--purpose", default="", help="用途 (what the version is for)")
    parser.add_argument("--shared", action="store_true", help="马上共享 (share it at once; else only the own unit sees it)")
    parser.add_argument("--as", dest="account", required=True, metavar="ACCOUNT", help="上传的账号 (the account that uploads)")
    parser.add_argument("--json", action="store_true")
    return parser


def _account(name: str) -> User:
    from hezhu.core.access.models import User

    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise _Unknown(f"没有账号 {name}")
    return user


def _place(chosen: argparse.Namespace, by: User) -> Place:
    """Among the projects the account may see. Raises _Unknown."""
    from django.db.models import Q

    from hezhu.bim.life.versions import Place
    from hezhu.registers.projects.models import Project

    project = Project.objects.visible_to(by).filter(number=chosen.project).first()
    if project is None:
        raise _Unknown(f"账号 {by.username} 看不到编号为 {chosen.project} 的项目")
    building = None
    if chosen.building:
        found = list(project.buildings.filter(Q(code=chosen.building) | Q(name=chosen.building))[:2])
        if len(found) != 1:
            names = "、".join(f"{one.code} {one.name}" for one in project.buildings.order_by("code")[:20])
            raise _Unknown(f"项目里没有单体 {chosen.building}。有：{names or '还没有登记单体'}")
        building = found[0]
    return Place(project, building, chosen.stage, chosen.discipline)


def _refused(error: Exception, *, as_json: bool) -> None:
    from hezhu.core.errors import HezhuError

    problems = getattr(error, "problems", []) if isinstance(error, HezhuError) else []
    if as_json:
        print(
            json.dumps(
                {"code": getattr(error, "code", "unknown"), "reason": str(error), "problems": problems}, ensure_ascii=False
            )
        )
        return
    print(error, file=sys.stderr)
    for problem in problems:
        print(f"  {problem.get('field', '')}：{problem.get('reason', '')}　{problem.get('remedy', '')}", file=sys.stderr)
