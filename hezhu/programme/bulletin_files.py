"""A bulletin as .docx and as PDF, both from its frozen sections."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hezhu.core.errors import HezhuError
from hezhu.programme.bulletin_sections import Section, sections
from hezhu.programme.models import Bulletin

TEMPLATE = Path(__file__).parent / "data" / "bulletin.typ"
FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimSun")
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NoChineseFont(HezhuError):
    """A PDF whose Chinese would come out as boxes is not made."""

    code = "no-chinese-font"
    title = gettext_lazy("缺少中文字体")
    message = gettext_lazy("本机没有可用的中文字体，没有生成 PDF。运行 hezhu doctor 看怎样补装；.docx 和网页不受影响。")


def _font_folders() -> list[str]:
    packaged = settings.BASE / "web" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    return [str(packaged)] if packaged.is_dir() else []


@lru_cache(maxsize=1)
def fonts() -> tuple[Any, tuple[str, ...]]:
    """The fonts at hand and the Chinese families among them, in order of preference. Raises NoChineseFont."""
    import typst  # loaded when the first PDF is asked for: the web process stays small

    found = typst.Fonts(font_paths=_font_folders())
    families = set(found.families())
    chinese = tuple(name for name in FAMILIES if name in families)
    if not chinese:
        raise NoChineseFont()
    return found, chinese


@translation.override(settings.LANGUAGE_CODE)
def pdf(bulletin: Bulletin) -> bytes:
    """The bulletin as PDF, A4, with its fonts embedded and its text selectable."""
    import typst

    found, families = fonts()
    paper = {**_masthead(bulletin), "fonts": families, "sections": [_plain(part) for part in sections(bulletin.content)]}
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=found,
        sys_inputs={"bulletin": json.dumps(paper, ensure_ascii=False)},
        timestamp=int(bulletin.issued_at.timestamp()),
    )


@translation.override(settings.LANGUAGE_CODE)
def docx(bulletin: Bulletin) -> bytes:
    """The bulletin as .docx, with real headings and tables that can be edited."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1"):
        style = document.styles[name]
        style.font.name = "Microsoft YaHei"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    document.styles["Normal"].font.size = Pt(10)
    head = _masthead(bulletin)
    document.core_properties.title = head["title"]
    document.core_properties.author = head["issuer"]
    document.add_heading(head["title"], level=0)
    document.add_paragraph("　".join(part for part in (head["number"], head["issuer"], head["issued_on"], head["demo"]) if part))
    for part in sections(bulletin.content):
        _docx_section(document, part)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_section(document: Any, part: Section) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document.add_heading(part.title, level=1)
    for sentence in part.sentences:
        document.add_paragraph(sentence)
    if not part.rows:
        return
    table = document.add_table(rows=0, cols=len(part.head), style="Light Grid")
    total = sum(part.widths)
    for line in (part.head, *part.rows):
        cells = table.add_row().cells
        for column, text in enumerate(line):
            cells[column].width = Mm(170 * part.widths[column] / total)
            paragraph = cells[column].paragraphs[0]
            paragraph.add_run(text).font.size = Pt(8.5)
            if column in part.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _masthead(bulletin: Bulletin) -> dict[str, str]:
    return {
        "title": bulletin.title,
        "number": bulletin.number,
        "issuer": _("嘉兴市智能建造国家试点工作领导小组办公室"),
        "issued_on": timezone.localtime(bulletin.issued_at).date().isoformat(),
        "demo": _("演示数据") if bulletin.is_demo else "",
    }


def _plain(part: Section) -> dict[str, Any]:
    return {
        "title": part.title,
        "sentences": part.sentences,
        "head": part.head,
        "rows": part.rows,
        "widths": part.widths,
        "right": sorted(part.right),
    }
