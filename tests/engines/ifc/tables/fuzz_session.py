"""A long fuzz session: real files damaged at random, read as the naive reader reads them, every table made, every IDS loaded or refused.

``python -m tests.engines.ifc.tables.fuzz_session MINUTES SEED FOLDER…``. The folders are searched for small ``.ifc`` and ``.ids`` files,
which serve as the corpus. Each input follows from the seed and its count, so that a failure can be made again; its bytes are written
beside it as ``fuzz-COUNT``. The short searches of ``test_fuzz.py`` run with the tests; this one runs by hand before a release.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hezhu.engines.ifc.tables import TABLES, tables_of
from hezhu.engines.review import ids
from tests.engines.ifc.tables.test_fuzz import assert_as_naive

_RELEASES = ("IFC2X3", "IFC4", "IFC4X3")
# The naive reader is slow on larger ones.
_LARGEST = 20_000
_TOKENS = (
    b"'", b"''", b"(", b")", b",", b";", b"#", b"=", b"$", b"*", b"/*", b"*/", b"\0", b"\xff", b"\\", b"\\X2\\", b"\\X0\\", b"\\X\\",
    b"\\S\\", b"\\P", b" ", b"\n", b"#1=", b"ENDSEC;", b"DATA;", b"NAN", b"INF", b"-1.E999", b"1e400", b"99999999999999999999",
    b"(((((((((", b"))))))))", b".T.", b"<", b">", b"</", b"&", b"&#0;", b"<!DOCTYPE x>", b'"', b"xs:", b"IFCREAL(", b"IFCPROPERTYSET(",
    b"IFCRELAGGREGATES(",
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A few cuts, copies, swaps, foreign tokens and flipped bits."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.randint(0, len(changed)) for _ in range(2))
        end = min(end, at + chance.choice((1, 4, 40, 4000)))
        match chance.randint(0, 5):
            case 0:
                del changed[at:end]
            case 1:
                changed[at:at] = changed[at:end] * chance.choice((1, 1, 2, 50))
            case 2:
                changed[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 3, 1000))
            case 3 if at < len(changed):
                changed[at] ^= 1 << chance.randint(0, 7)
            case 4:
                changed[at:end] = chance.randbytes(end - at)
            case _:
                other = chance.randint(0, len(changed))
                changed[other:other] = changed[at:end]
    return bytes(changed[: 3 * _LARGEST])


def read_model(content: bytes, chance: random.Random, _: Path) -> str:
    """The reader agrees with the naive one; every tenth time all tables are made too."""
    assert_as_naive(content)
    if chance.random() < 0.1:
        tables = tables_of(content, chance.choice(_RELEASES))
        for name in TABLES:
            tables.table(name)
        return "model, all tables"
    return "model"


def load_ids(content: bytes, _: random.Random, place: Path) -> str:
    """The document loads or is refused; nothing else may happen."""
    path = place / "damaged.ids"
    path.write_bytes(content)
    try:
        ids.load(path)
    except ids.IdsInvalid:
        return "ids refused"
    return "ids loaded"


def session(minutes: float, seed: int, corpus: list[Path], place: Path) -> tuple[Counter[str], Counter[str]]:
    """What was done how often, and what went wrong how often."""
    until = time.monotonic() + minutes * 60
    done: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    count = 0
    while time.monotonic() < until:
        count += 1
        chance = random.Random(f"{seed}/{count}")
        path = chance.choice(corpus)
        content = damaged(path.read_bytes(), chance)
        act: Callable[[bytes, random.Random, Path], str] = load_ids if path.suffix == ".ids" else read_model
        try:
            done[act(content, chance, place)] += 1
        except Exception as error:
            trace = traceback.extract_tb(error.__traceback__)[-1]
            wrong[f"{type(error).__name__} at {Path(trace.filename).name}:{trace.lineno}"] += 1
            (place / f"fuzz-{count}").write_bytes(content)
    return done, wrong


def main() -> int:
    """Prints the counts; status 1 when anything went wrong."""
    minutes, seed, folders = float(sys.argv[1]), int(sys.argv[2]), [Path(each) for each in sys.argv[3:]]
    corpus = sorted(
        path
        for folder in folders
        for end in ("ifc", "ids")
        for path in folder.rglob(f"*.{end}")
        if path.stat().st_size < _LARGEST
    )
    place = Path("fuzz")
    place.mkdir(exist_ok=True)
    done, wrong = session(minutes, seed, corpus, place)
    print(
        f"{len(corpus)} files, {sum(done.values()) + sum(wrong.values())} inputs in {minutes:g} minutes: {dict(done)}; wrong: {dict(wrong)}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
