"""How large a model file may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3
MIB = 1024**2


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that protect the process, all in bytes except the ratio.

    ``compression_ratio`` is unpacked / packed size of an ifcZIP: building models pack about 1:5 to 1:12, a bomb 1:1000.
    It is only looked at beyond ``ratio_floor_bytes`` because tiny repetitive files pack very well.
    """

    file_bytes: int = GIB
    unpacked_bytes: int = GIB
    compression_ratio: float = 60.0
    ratio_floor_bytes: int = 16 * MIB
