"""The service over three small plans, for tests that decide and bring in."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from lxml import html

from api.app import create_app
from embeddings import open_encoder
from graph import open_store
from policygraph import jobs
from policygraph.keys import KeyFile
from policygraph.scopes import Scope
from policygraph.settings import Settings
from tests.plans import write_plans

HERE = "http://127.0.0.1"


def build(folder: Path, **changed: str) -> Path:
    """The three plans, some with other words, built into the graph of ``folder``."""
    path = folder / "graph.kgl"
    with open_store(str(path)) as store:
        jobs.build(store, jobs.read(write_plans(folder / "plans", **changed)), open_encoder("char"))
    return path


def chosen(folder: Path, **more: Any) -> Settings:
    """Settings of a service over the graph of ``folder``."""
    given: dict[str, Any] = {
        "store": str(folder / "graph.kgl"), "upload_folder": str(folder / "uploads"), "encoder": "char",
        "reviewer": "周敏", "audit_log": str(folder / "audit.jsonl"),
    } | more  # fmt: skip
    return Settings(**given)


@contextmanager
def serving(folder: Path, **more: Any) -> Iterator[TestClient]:
    """The service as a browser on this machine asks it."""
    app = create_app(chosen(folder, **more))
    with TestClient(
        app, base_url=HERE, headers={"accept": "text/html"}, raise_server_exceptions=False
    ) as client:
        yield client


def key(folder: Path, name: str, *scopes: Scope) -> str:
    """A new key; the keys file is that of :func:`keyed`."""
    return KeyFile(folder / "keys.json").add(name, list(scopes))[1]


def keyed(folder: Path) -> dict[str, str]:
    """The settings of a service with keys."""
    return {"keys_file": str(folder / "keys.json")}


def sign_in(client: TestClient, token: str) -> Response:
    """The answer to who signs in with ``token``."""
    return client.post("/sign-in", data={"key": token}, headers={"origin": HERE}, follow_redirects=False)


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the first form of ``page`` that is posted to ``action``, as a browser would send them."""
    for form in html.fromstring(page).iter("form"):
        if form.get("method") == "post" and (form.get("action") or "").partition("?")[0] == action:
            fields = {}
            for e in form.iter("input", "select", "textarea"):
                if e.get("name") is None or e.get("type") in ("checkbox", "radio", "file") or e.get("form"):
                    continue
                value = e.text or "" if e.tag == "textarea" else e.get("value") or ""
                if e.tag == "select":
                    options = list(e.iter("option"))
                    selected = [o for o in options if o.get("selected") is not None] or options[:1]
                    value = selected[0].get("value") if selected else ""
                fields[e.get("name")] = value or ""
            return fields
    raise AssertionError(f"no form to {action}")


def words(page: str) -> str:
    """What a page says, without markup."""
    return unescape(" ".join("".join(html.fromstring(page).find(".//main").itertext()).split()))
