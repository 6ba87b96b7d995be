"""From files to plans to the graph.

The way of a file: bytes → text (:mod:`ingest.decode`) → paragraphs (:mod:`ingest.normalise`) → headings and
sentences (:mod:`ingest.structure`, :mod:`ingest.statements`) → kinds (:mod:`ingest.kinds`) → figures
(:mod:`ingest.targets`) → a :class:`graph.model.PlanDocument` (:mod:`ingest.reader`) → the store
(:mod:`ingest.load`). :mod:`ingest.manifest` says which file is whose plan.
"""

from ingest.load import LoadResult, load_plan
from ingest.manifest import PlanSource, read_directory
from ingest.reader import read_plan

__all__ = ["LoadResult", "PlanSource", "load_plan", "read_directory", "read_plan"]
