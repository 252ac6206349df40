"""A model as columns of record numbers, and the six facets of IDS as tests on them."""

from hezhu.engines.review.ids.columns.model import Columns, columns_of, read_columns
from hezhu.engines.review.ids.columns.subjects import ColumnSubjects, Subjects

__all__ = ["ColumnSubjects", "Columns", "Subjects", "columns_of", "read_columns"]
