"""A checked IDS as files: JSON for programs, HTML for people, BCF 3.0 for the modelling tools, xlsx for lists of any length.

All are written as they are read from the outcome: a million failed objects make a long sheet, not a full memory.
"""

from hezhu.engines.review.ids.reports.bcf import write_ids_bcf
from hezhu.engines.review.ids.reports.html import write_ids_html
from hezhu.engines.review.ids.reports.json import LISTED, write_ids_json
from hezhu.engines.review.ids.reports.sheet import write_ids_sheet

__all__ = ["LISTED", "write_ids_bcf", "write_ids_html", "write_ids_json", "write_ids_sheet"]
