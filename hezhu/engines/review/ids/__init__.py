"""Data requirements: an IDS 1.0 file is read, checked for sense, and evaluated on the columns of a model."""

from hezhu.engines.review.ids.check import METHOD, check, check_columns, check_document, load
from hezhu.engines.review.ids.columns import Columns, columns_of, read_columns
from hezhu.engines.review.ids.document import Document, IdsInvalid
from hezhu.engines.review.ids.evaluate import evaluate
from hezhu.engines.review.ids.wording import describe, subject_of

__all__ = [
    "METHOD",
    "Columns",
    "Document",
    "IdsInvalid",
    "check",
    "check_columns",
    "check_document",
    "columns_of",
    "describe",
    "evaluate",
    "load",
    "read_columns",
    "subject_of",
]
