"""Write the OpenAPI documents: ``python -m hezhu.config.openapi docs/openapi.json docs/openapi-bcf.json``.

The second is of the BCF API, which is a standard's and stands apart. The committed files are the snapshots the tests hold.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ninja import NinjaAPI


def document() -> str:
    """The OpenAPI document of the whole API, as sorted JSON."""
    from hezhu.config.api import api

    return _written(api)


def bcf_document() -> str:
    """The OpenAPI document of the BCF API, as sorted JSON."""
    from hezhu.bim.topics.api import bcf_api

    return _written(bcf_api)


def _written(api: NinjaAPI) -> str:
    """In the language of the interface, whichever one the process speaks at the moment."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    import django

    django.setup()
    for path, written in zip(arguments, (document, bcf_document), strict=False):
        Path(path).write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
