"""Write the OpenAPI document: ``python -m hezhu.config.openapi docs/openapi.json``. The committed file is the snapshot the tests hold."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def document() -> str:
    """The OpenAPI document of the whole API, as sorted JSON."""
    from hezhu.config.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    import django

    django.setup()
    Path(arguments[0]).write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
