"""Writes a review as files: JSON for programs, HTML for people, BCF 3.0 for the modelling tools."""

from hezhu.engines.review.reports.bcf import write_bcf
from hezhu.engines.review.reports.html import write_html
from hezhu.engines.review.reports.json import write_json
from hezhu.engines.review.reports.words import measured_text, reason_text, required_text

__all__ = ["measured_text", "reason_text", "required_text", "write_bcf", "write_html", "write_json"]
