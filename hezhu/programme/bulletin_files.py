"""A bulletin as .docx and as PDF, both from its frozen sections."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hezhu.core.documents import fonts
from hezhu.programme.bulletin_sections import Section, sections
from hezhu.programme.models import Bulletin

TEMPLATE = Path(__file__).parent / "data" / "bulletin.typ"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
