"""Review of a model: clause packs and IDS over model facts → findings.

``run(read(path), load_pack(), ReviewContext(...))`` gives a ``Review``. A clause is data in ``rulepacks/clauses``, a method is a
small function here; a rule that cannot know says 需人工 and names the missing data.
"""

from hezhu.engines.review.pack import DEFAULT_PACK, Clause, Pack, PackInvalid, list_packs, load_pack
from hezhu.engines.review.run import Review, run
from hezhu.engines.review.site import ReviewContext

__all__ = ["DEFAULT_PACK", "Clause", "Pack", "PackInvalid", "Review", "ReviewContext", "list_packs", "load_pack", "run"]
