"""Compiles once what the commands and the platform import. ``make`` runs it after the installation.

Installers leave Python sources uncompiled, and Python then compiles them at their first import. Where that cannot keep the result
(packages owned by another user, ``PYTHONDONTWRITEBYTECODE``) every start pays again: more than a second for ``hezhu ids``. Compiling all
installed files would take a minute; what is imported is a tenth of them.
"""

from __future__ import annotations

import compileall
import os
import sys
from importlib import import_module
from pathlib import Path


def main() -> int:
    """Imports every command and every address of the platform, keeping the compiled files; then compiles the rest of this package."""
    sys.dont_write_bytecode = False
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hezhu.config.settings")
    import django

    from hezhu.cli import COMMANDS

    django.setup()
    for name in [*(module for module, _, _ in COMMANDS.values()), "hezhu.config.urls", "hezhu.config.wsgi"]:
        import_module(name)
    return 0 if compileall.compile_dir(Path(__file__).resolve().parent, quiet=1) else 1


if __name__ == "__main__":
    sys.exit(main())
