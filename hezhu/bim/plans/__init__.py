"""BIM报建: a site model judged against the planning conditions, from application to approval.

``procedure`` declares the case, ``actions`` open it and take new versions, ``checking`` is the machine's part.
"""
