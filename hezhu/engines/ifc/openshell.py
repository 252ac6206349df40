"""IfcOpenShell without lark, with which it builds parsers that nothing here asks for: of view definitions, of streams.

Building them takes a sixth of the start of a command. To be loaded before anything imports IfcOpenShell.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stderr
from importlib import import_module
from io import StringIO

# What IfcOpenShell says of it.
_EXPECTED = "No stream support"


def load() -> None:
    """Imports IfcOpenShell as if lark were not installed, which it provides for. Nothing is done where either is loaded already."""
    if "ifcopenshell" in sys.modules or "lark" in sys.modules:
        return
    sys.modules["lark"] = None  # type: ignore[assignment]
    said = StringIO()
    try:
        with redirect_stderr(said):
            import_module("ifcopenshell")
    finally:
        del sys.modules["lark"]
        for line in said.getvalue().splitlines():
            if not line.startswith(_EXPECTED):
                print(line, file=sys.stderr)
