"""Data requirements: an IDS 1.0 file is read, checked for sense, and evaluated on the facts of a model."""

from hezhu.engines.review.ids.check import METHOD, check, check_facts, check_file, load
from hezhu.engines.review.ids.document import Document, IdsInvalid
from hezhu.engines.review.ids.model_facts import ModelFacts
from hezhu.engines.review.ids.wording import describe, subject_of

__all__ = [
    "METHOD",
    "Document",
    "IdsInvalid",
    "ModelFacts",
    "check",
    "check_facts",
    "check_file",
    "describe",
    "load",
    "subject_of",
]
