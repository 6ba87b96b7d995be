"""What people decide, and how it lasts: an append-only log, kept apart from all that can be computed again.

- :mod:`review.rules`: pure rules: when a decision counts, what it makes of a score, tokens against stale writes.
- :mod:`review.log`: decisions are added to the log, checked against what the person saw.
- :mod:`review.links`: what the log says is laid upon the links of a pair of plans.
- :mod:`review.travel`: the log as JSON Lines, and into another graph, matched by stamps.

A decision is about ids and speaks for the words that its ends had when it was taken. Ends whose words have changed make
it *suspect*: it is shown, and counts for nothing until a person clears it. Where an end is gone, it is *closed*.
"""

from review.rules import ALL, View

__all__ = ["ALL", "View"]
