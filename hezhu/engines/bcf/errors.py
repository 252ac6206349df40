"""Why a BCF file, or a part of it, is not read."""

from __future__ import annotations


class BcfRefused(Exception):
    """A BCF file that is not read at all: broken, hostile, or of a version that is not known.

    ``code`` is stable, ``place`` names the member and line within the file, ``remedy`` says what to do.
    """

    def __init__(self, code: str, place: str, reason: str, remedy: str) -> None:
        self.code, self.place, self.reason, self.remedy = code, place, reason, remedy
        super().__init__(f"{place}：{reason}。{remedy}。" if place else f"{reason}。{remedy}。")


class BadPart(BcfRefused):
    """One topic, viewpoint or value that cannot be read; the rest of the file can."""

    def __init__(self, place: str, reason: str, remedy: str = "在写出它的软件里改正后重新导出") -> None:
        super().__init__("bcf-part-invalid", place, reason, remedy)
