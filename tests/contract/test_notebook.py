"""The py2neo view, on a real server: a second client that knows nothing of our stores sees the same graph."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from embeddings import open_encoder
from graph import notebook
from graph.errors import NotFoundError, SettingsError, StoreAuthError, StoreError
from policygraph import jobs
from queries import answers, get
from tests.conftest import SAMPLE, WIPE, Server

if os.environ.get("CI") != "true":
    pytest.importorskip("py2neo", reason="the extra analysts is not installed")

PLAN = "x-songling-2025"


@pytest.fixture(scope="module")
def graph(neo4j_server: Server) -> Iterator[Any]:
    """The sample plans through py2neo."""
    with neo4j_server.open() as store:
        store.write(lambda t: t.run(WIPE))
        jobs.build(store, jobs.read(SAMPLE), open_encoder("policy-zh"))
    connected = notebook.connect(
        neo4j_server.uri.replace("bolt:", "neo4j:"), user=neo4j_server.user, password=neo4j_server.password
    )
    yield connected
    connected.service.connector.close()


def test_a_named_query_gives_the_same_rows(graph: Any, neo4j_server: Server) -> None:
    query = get("plan_gaps")
    bound = query.bind({"plan": PLAN, "upper": "000000-2025", "covered": 0.08})
    with neo4j_server.open(read_only=True) as store:
        assert graph.run(query.cypher, bound).data() == store.read(query.cypher, bound)


def test_a_plan_is_copied_whole(graph: Any, neo4j_server: Server) -> None:
    found = notebook.plan_subgraph(graph, PLAN)
    with neo4j_server.open() as store:
        carried = "MATCH (t:Task {plan: $plan})-[i:IMPLEMENTS]->(u:Task) RETURN t.id AS t, u.id AS u, i.score AS s, i.run AS r ORDER BY t, u"
        before = store.read(carried, {"plan": PLAN}), answers.tree(store, PLAN)
        own = "MATCH (m:Measure {plan: $plan}) RETURN m.id AS id, m.text AS text ORDER BY id"
        measures = store.read(own, {"plan": PLAN})
        store.write(lambda t: t.run(WIPE))
        notebook.copy(found, graph)
        notebook.copy(found, graph)
        assert store.read(own, {"plan": PLAN}) == measures
        assert (store.read(carried, {"plan": PLAN}), answers.tree(store, PLAN)) == before
        assert len(before[0]) > 10
        store.write(lambda t: t.run(WIPE))


def test_a_plan_that_is_not_there_is_said(graph: Any) -> None:
    with pytest.raises(NotFoundError, match="x-nowhere"):
        notebook.plan_subgraph(graph, "x-nowhere-2025")


def test_a_wrong_password_is_said(neo4j_server: Server) -> None:
    with pytest.raises(StoreAuthError):
        notebook.connect(neo4j_server.uri, user=neo4j_server.user, password="wrong-password")


@pytest.mark.parametrize(("url", "error"), [("graph.kgl", SettingsError), ("bolt://127.0.0.1:9", StoreError)])
def test_an_address_without_a_server_is_said(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        notebook.connect(url)
