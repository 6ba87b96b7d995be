"""What every page stands on: its language, its links, its templates and its headers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from api import csrf
from api.identity import Identity, identity_of
from api.tables import DOCX, disposition, table_response
from graph.errors import NotFoundError
from graph.store import Row
from policygraph import __version__
from policygraph.error_words import told
from policygraph.export.pages import Table, document
from policygraph.scopes import Scope
from policygraph.words import SYMBOLS, Language, word
from review import View
from review.rules import Mode

VENDOR: Final = Path(__file__).parent.parent / "static" / "vendor"
NAVIGATION: Final[tuple[tuple[str, str, Scope], ...]] = (
    ("nav_overview", "/", "read"),
    ("nav_plans", "/plans", "read"),
    ("nav_priorities", "/priorities", "read"),
    ("nav_compare", "/compare", "read"),
    ("nav_review", "/review", "read"),
    ("nav_bring_in", "/bring-in", "ingest"),
    ("nav_audit", "/audit", "admin"),
    ("nav_help", "/help", "read"),
)
"""The word and the path of each entry of the top bar, and the scope of those who see it."""

_HTMX: Final = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    # What is refused is a page too, says why, and takes the place of what was asked for.
    "responseHandling": [{"code": "204", "swap": False}, {"code": "...", "swap": True}],
}


def vendored(name: str) -> str:
    """The path of the vendored script ``name`` (htmx, echarts, cytoscape), whatever its version."""
    (found,) = VENDOR.glob(f"{name}-*.min.js")
    return f"/static/vendor/{found.name}"


_environment = Environment(
    loader=PackageLoader("api"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals |= {
    "symbols": SYMBOLS,
    "version": __version__,
    "htmx_config": json.dumps(_HTMX),
    "vendor": {name: vendored(name) for name in ("htmx", "echarts", "cytoscape")},
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on a page with the answer that it can be checked against.

    Attributes:
        path: of the API route that has the same number, without the query string.
        params: of that route.
        pick: how to get the number out of the answer, see docs/dashboard.md.
    """

    value: float | None
    path: str
    params: Mapping[str, object]
    pick: str


class Page:
    """What a page knows of its request; :meth:`render` fills a template with it."""

    def __init__(self, request: Request, language: Language) -> None:
        self.request = request
        self.language: Language = language

    @property
    def identity(self) -> Identity:
        """Who asks."""
        return identity_of(self.request)

    @property
    def roles(self) -> str:
        """What they are here, in words: administrator, reviewer, who brings plans in, reader."""
        if self.identity.may("admin"):
            return self.word("role_admin")
        found = [
            self.word(f"role_{scope}") for scope in ("review", "ingest") if scope in self.identity.scopes
        ]
        return self.word("role_joint").join(found) or self.word("role_read")

    def refusal(self, scope: Scope) -> str:
        """Why who asks may not do here what needs ``scope``, and what to do; empty where they may."""
        if not self.identity.may(scope):
            key = f"needs_{scope}" if self.identity.signed_in else "needs_local"
            return self.word(key, name=self.identity.name, roles=self.roles)
        return "" if self.request.app.state.settings.writes else self.word("writes_off")

    def word(self, key: str, **values: object) -> str:
        """The word for ``key`` in the page's language."""
        return word(key, self.language, **values)

    def told(self, text: str) -> str:
        """What an error says, in the page's language."""
        return told(text, self.language)

    def link(self, path: str, **query: object) -> str:
        """A path of this service, with the language kept; what is None, empty or False is left out of the query."""
        kept = {k: v for k, v in query.items() if v not in (None, "", False)}
        if self.language != self.request.app.state.settings.lang:
            kept.setdefault("lang", self.language)
        root = self.request.scope.get("root_path", "")
        url = self.request.url.replace(path=root + path, query="", fragment="").include_query_params(**kept)
        return url.path + (f"?{url.query}" if url.query else "")

    def here(self, **changed: object) -> str:
        """This page with ``changed`` parameters; what is None is left out."""
        query = {k: v for k, v in self.request.query_params.items() if k not in changed and v}
        query |= {k: str(v) for k, v in changed.items() if v not in (None, "")}
        url = self.request.url.replace(query="", fragment="").include_query_params(**query)
        # A path that begins with two slashes would name another host.
        return f"/{url.path.lstrip('/')}" + (f"?{url.query}" if url.query else "")

    def address(self, path: str, query: Mapping[str, object]) -> str:
        """A path of the API with its parameters."""
        url = self.request.url.replace(
            path=self.request.scope.get("root_path", "") + path, query="", fragment=""
        )
        url = url.include_query_params(**{k: str(v) for k, v in query.items()})
        return url.path + (f"?{url.query}" if url.query else "")

    def words(self, keys: Iterable[str]) -> list[tuple[str, str]]:
        """``keys`` as choices of a filter, each with its word."""
        return [(key, self.word(key)) for key in keys]

    def named(self, prefix: str, keys: Iterable[str]) -> list[tuple[str, str]]:
        """``keys`` as choices of a filter, each with the word for ``prefix`` and key."""
        return [(key, self.word(prefix + key)) for key in keys]

    def plain(self, values: Iterable[object]) -> list[tuple[str, str]]:
        """``values`` as choices of a filter, each its own name."""
        return [(str(value), str(value)) for value in values]

    def time(self, at: str) -> str:
        """A UTC time of a log, as the clock here shows it, to the minute."""
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")

    @property
    def format(self) -> str:
        """What the tables of the page are asked for as: csv, xlsx or docx; empty where the page itself is."""
        asked = self.request.query_params.get("format", "")
        return asked if asked in ("csv", "xlsx", "docx") else ""

    def taken(self, title: str, facts: Sequence[tuple[str, str]], tables: Sequence[Table]) -> Response:
        """One of ``tables`` (parameter ``table``) as a file; as docx all of them under ``title``.

        Raises:
            NotFoundError: the page has no such table.
        """
        if self.format == "docx":
            content = document(title, facts, tables, self.language)
            told = {"Content-Disposition": disposition(f"{title}.docx")}
            return Response(content, media_type=DOCX, headers=told)
        asked = self.request.query_params.get("table", "")
        for table in tables:
            if asked in ("", table.name):
                titles = zip(table.columns, table.titles, strict=True)
                columns = {key: (title, title) for (key, _, _), title in titles}
                name = f"{title} {table.title}"
                return table_response(table.rows, columns, name, "csv" if self.format == "csv" else "xlsx")
        raise NotFoundError(
            f"this page has no table {asked!r}", remedy=f"It has: {', '.join(t.name for t in tables)}."
        )

    def render(self, template: str, *, status_code: int = 200, **values: Any) -> Response:
        """The page that ``template`` makes of ``values``."""
        other: Language = "en" if self.language == "zh" else "zh"
        root = self.request.scope.get("root_path", "")
        html = _environment.get_template(template).render(
            page=self,
            language=self.language,
            word=self.word,
            link=self.link,
            here=self.here,
            path=self.request.url.path.removeprefix(root),
            navigation=[(key, target) for key, target, scope in NAVIGATION if self.identity.may(scope)],
            switch=self.here(lang=other),
            identity=self.identity,
            roles=self.roles,
            csrf_token=partial(csrf.token_of, self.request),
            **values,
        )
        return HTMLResponse(html, status_code=status_code)


def plan_names(plans: Iterable[Row]) -> dict[str, str]:
    """Region and year of each plan, by its id."""
    return {p["id"]: f"{p['name']} {p['year']}" for p in plans}


def chosen_language(request: Request) -> Language:
    """The language that the request asks for, or the service's own."""
    known: dict[str | None, Language] = {"zh": "zh", "en": "en"}
    own: Language = request.app.state.settings.lang
    return known.get(request.query_params.get("lang"), own)


def _page(request: Request, lang: Annotated[Language | None, Query()] = None) -> Page:
    return Page(request, lang or request.app.state.settings.lang)


PageDep = Annotated[Page, Depends(_page)]


def asked(view: View) -> dict[str, str]:
    """``view`` as parameters of the API; without what is the default."""
    query = {} if view.mode == "all" else {"mode": view.mode}
    return query | ({"least": f"{view.least:g}"} if view.least else {})


def _view(mode: Mode = "all", least: Annotated[float, Query(ge=0, le=1)] = 0.0) -> View:
    return View(mode, least)


ViewDep = Annotated[View, Depends(_view)]
