"""BIM审图: the construction drawings of a project reviewed by discipline, from submission to 合格书.

``procedure`` declares the case; ``actions`` submit rounds of models, ``draws`` draw experts by ``lot``, ``opinions`` take what
experts say of findings and ``joining`` what the review body concludes from it.
"""
