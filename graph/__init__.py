"""The graph: its model, its schema, the stores that hold it, and a NetworkX view of it.

Read :mod:`graph.model` first (what there is), then :mod:`graph.store` (where it is kept).
This package is the lowest layer and imports nothing else of the project.
"""

from graph.errors import PolicyGraphError
from graph.store import Params, Row, Store, Transaction, open_store

__all__ = ["Params", "PolicyGraphError", "Row", "Store", "Transaction", "open_store"]
