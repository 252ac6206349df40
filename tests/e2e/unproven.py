"""A mark for walks that were written but not yet seen to pass: they run only when asked for, so that nobody takes them for proof."""

from __future__ import annotations

import os

import pytest

unproven = pytest.mark.skipif(
    not os.environ.get("HEZHU_E2E_UNPROVEN"), reason="not yet seen to pass; HEZHU_E2E_UNPROVEN=1 runs it"
)
