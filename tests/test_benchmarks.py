"""What the benchmarks are made of; nothing here is timed."""

import numpy as np

from benchmarks import scale
from benchmarks.invented import local_texts, upper_texts
from embeddings import open_encoder


def test_invented_plans_are_distinct_and_the_same_every_time() -> None:
    local, upper = local_texts(2000), upper_texts(20, 50)
    assert len({t.text for t in local + upper}) == 3000
    assert (local, upper) == (local_texts(2000), upper_texts(20, 50))
    assert len({t.task for t in upper}) == 20
    assert all(t.text in t.statement and bool(t.headings) != t.heading for t in local + upper)


def test_every_invented_measure_has_a_direction() -> None:
    vectors = open_encoder("policy-zh").encode([t.text for t in local_texts(500)])
    assert isinstance(vectors, np.ndarray)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_part_takes_its_own_place_in_the_page() -> None:
    page = "# All\n\n## A\n\nold\n\n## B\n\nstays\n"
    assert scale.put(page, "## A\n\nnew\n") == "# All\n\n## A\n\nnew\n\n## B\n\nstays\n"
    assert scale.put(page, "## B\n\nnew\n") == "# All\n\n## A\n\nold\n\n## B\n\nnew\n"
    assert scale.put(page, "## C\n\nnew\n") == f"{page}\n## C\n\nnew\n"


def test_the_sections_give_each_figure_and_mark_what_was_extrapolated() -> None:
    row = scale.Linked("nearest", "Neo4j", 120.0, 40.0, 0.8, 1000.0, measured="2,000 queries; extrapolated")
    plans = {
        "what": "sample plans",
        "plans": 8,
        "load_s": 0.5,
        "link_s": 0.25,
        "link_cpu_s": 0.3,
        "again_s": 0.2,
    }
    text = scale.section([row]) + scale.plans_section([plans])
    assert "| nearest | Neo4j | 120.0 | 40.00 | 0.800 | 1,000 | 2,000 queries; extrapolated |" in text
    assert "| sample plans | 8 | 0.50 | 0.25 | 0.30 | 0.20 | 0.50 |" in text
