"""A case (办件): something that someone applies for and others decide, by declared steps, within a number of working days.

A procedure is declared once (``declare``): its states, its moves, who may make them, how long it may take. The rest is the same
for all: who must act now (我的待办), the clock with its pauses, the record of every step, hand-over, opinions asked from several
units at once, and documents with a number that anyone can verify.
"""
