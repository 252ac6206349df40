"""What every printed document needs: the Chinese fonts at hand."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError

FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimSun")


class NoChineseFont(HezhuError):
    """A PDF whose Chinese would come out as boxes is not made."""

    code = "no-chinese-font"
    title = _("缺少中文字体")
    message = _("本机没有可用的中文字体，没有生成 PDF。运行 hezhu doctor 看怎样补装；.docx 和网页不受影响。")


def _folders() -> list[str]:
    packaged = settings.BASE / "web" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    return [str(packaged)] if packaged.is_dir() else []


@lru_cache(maxsize=1)
def fonts() -> tuple[Any, tuple[str, ...]]:
    """The fonts at hand and the Chinese families among them, in order of preference. Raises NoChineseFont."""
    import typst  # loaded when the first PDF is asked for: the web process stays small

    found = typst.Fonts(font_paths=_folders())
    families = set(found.families())
    chinese = tuple(name for name in FAMILIES if name in families)
    if not chinese:
        raise NoChineseFont()
    return found, chinese
