"""Model tables made in a process of their own: ``python -m hezhu.bim.tabling MODEL ARCHIVE``.

A hostile file may take all the memory this process is allowed, and only this process ends. Exit status 2 with a sentence on
standard error when the model cannot be read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hezhu.bim.child import end_with_parent
from hezhu.engines.guard import bound_this_process, out_of_memory


def main(argv: list[str]) -> int:
    """0 when the archive was written."""
    end_with_parent()
    bound_this_process()
    from hezhu.engines.ifc import ModelUnreadable
    from hezhu.engines.ifc.tables.store import pack

    try:
        pack(Path(argv[0]), Path(argv[1]))
    except (ModelUnreadable, MemoryError) as error:
        print(out_of_memory() if isinstance(error, MemoryError) else error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
