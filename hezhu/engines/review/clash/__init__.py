"""Clashes between disciplines, clearances, duplicates and repeated GlobalIds, over one or several models."""

from hezhu.engines.review.clash.rules import DEFAULT_CLASH_PACK, ClashPack, list_clash_packs, load_clash_pack
from hezhu.engines.review.clash.study import Clash, ClashStudy, clash

__all__ = ["DEFAULT_CLASH_PACK", "Clash", "ClashPack", "ClashStudy", "clash", "list_clash_packs", "load_clash_pack"]
