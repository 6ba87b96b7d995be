"""The sample plans in a store, as the examples of the docs and the tests show them."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from embeddings import open_encoder
from graph import Store
from graph.model import PlanDocument
from ingest import load_plan
from policygraph import jobs
from policygraph.reviews import excuse

SAMPLE: Final = Path(__file__).parent.parent / "sample"


def earlier(document: PlanDocument) -> PlanDocument:
    """The same plan before its last measure was written."""
    last = document.measures[-1].id
    return replace(
        document,
        plan=replace(document.plan, sha256="0" * 64),
        measures=document.measures[:-1],
        targets=tuple(t for t in document.targets if t.measure != last),
    )


def build_sample(store: Store) -> None:
    """The sample plans, linked, one of them in its second version, and one decision of a person."""
    documents = jobs.read(SAMPLE)
    for document in documents:
        if document.plan.id == "x-langang-2025":
            load_plan(store, earlier(document))
    jobs.build(store, documents, open_encoder("policy-zh"))
    excuse(store, "000000-2025.10#5", "not_applicable", reviewer="周", note="部里组织")
