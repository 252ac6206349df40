"""Compile a pack of definitions in a process of its own, so that the caller never loads Ibis.

``python -m hezhu.engines.indicators < request.json``: the request is {"schema": …, "entries": […], "dialect": "postgres"}; the answer
is the list of compiled definitions as JSON. Exit 2 with one problem a line on stderr when a definition is wrong.
"""

from __future__ import annotations

import json
import sys

from hezhu.engines.indicators import DefinitionError, compile_indicator, read_indicators
from hezhu.engines.indicators.tables import schema_from_dict


def main() -> int:
    request = json.load(sys.stdin)
    schema = schema_from_dict(request["schema"])
    try:
        indicators = read_indicators(request["entries"], schema)
    except DefinitionError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    compiled = [compile_indicator(indicator, schema, request.get("dialect", "postgres")) for indicator in indicators]
    json.dump([one.as_dict() for one in compiled], sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
