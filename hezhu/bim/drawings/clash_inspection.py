"""The engines' side of a clash check, in a process of its own: ``python -m hezhu.bim.drawings.clash_inspection REQUEST.json``.

As ``hezhu.bim.inspection``: files in, files out, progress as lines, an end with the parent's.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hezhu.bim.child import Tell, run_child, write


@dataclass(frozen=True, slots=True)
class ClashRequest:
    """Which models to hold against each other: local paths whose names tell the models apart."""

    models: tuple[str, ...]
    out: str
    careful: bool = False

    @classmethod
    def load(cls, path: Path) -> ClashRequest:
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**data, "models": tuple(data["models"])})

    def carefully(self) -> ClashRequest:
        return replace(self, careful=True)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")


def inspect(request: ClashRequest, tell: Tell) -> None:
    """Leaves clash.json: the findings. Raises ModelUnreadable."""
    from hezhu.engines import ifc
    from hezhu.engines.review.clash.study import clash

    models = []
    for number, path in enumerate(request.models):
        tell(0.5 * number / len(request.models), "读取模型")
        models.append(ifc.read(Path(path)))
    tell(0.5, "专业间碰撞检查")
    write(Path(request.out) / "clash.json", [finding.as_dict() for finding in clash(models).findings])
    tell(1.0, "碰撞检查完成")


def main(argv: list[str]) -> int:
    """0 done, 2 refused (refusal.json says why); anything else is a crash."""
    from hezhu.engines.ifc import ModelUnreadable

    request = ClashRequest.load(Path(argv[0]))
    return run_child(lambda tell: inspect(request, tell), Path(request.out), {ModelUnreadable: ""}, careful=request.careful)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
