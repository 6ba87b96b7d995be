"""The HTML pages: the matrix, and one plan with the words behind its cells. Plain HTML and CSS, no script."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from api import csrf
from api.dependencies import SettingsDep, StoreDep
from api.identity import identity_of
from graph.errors import NotFoundError
from graph.store import Row, Store
from policygraph import __version__
from policygraph.settings import Settings
from policygraph.words import SYMBOLS, Language, word
from queries import answers

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

View = Literal["coverage", "gaps", "unaligned"]
VIEWS: Final[tuple[View, ...]] = ("coverage", "gaps", "unaligned")

_environment = Environment(
    loader=PackageLoader("api"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["symbols"] = SYMBOLS
_environment.globals["version"] = __version__

Lang = Annotated[Language | None, Query(alias="lang")]


@router.get("/")
def start(
    request: Request, store: StoreDep, settings: SettingsDep, upper: str | None = None, lang: Lang = None
) -> Response:
    """All plans, and the matrix of those that are linked."""
    plans = answers.plans(store)
    uppers = sorted({u for _, u in answers.latest_runs(store)})
    matrix = None
    if uppers:
        chosen = upper if upper is not None else _default_upper(store, uppers)
        if chosen not in uppers:
            raise NotFoundError(
                f"no plan is linked to {chosen!r}", remedy=f"There are links to: {', '.join(uppers)}."
            )
        matrix = answers.matrix(store, chosen)
    return _page(
        request,
        "start.html",
        lang or settings.lang,
        plans=plans,
        names=_names(plans),
        uppers=uppers,
        matrix=matrix,
    )


@router.get("/plans/{plan}")
def plan(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    plan: str,
    upper: str | None = None,
    view: View = "coverage",
    lang: Lang = None,
) -> Response:
    """One plan against one upper plan, or where it has none above, its headings."""
    row = answers.plan(store, plan)
    uppers = sorted(u for p, u in answers.latest_runs(store) if p == plan)
    values: dict[str, Any] = {
        "plan": row,
        "names": _names(answers.plans(store)),
        "uppers": uppers,
        "view": view,
    }
    if uppers or upper is not None:
        coverage = answers.coverage(store, plan, upper)
        missed = answers.gaps(store, plan, coverage.upper)
        values |= {
            "upper": coverage.upper,
            "coverage": coverage,
            "gaps": missed.gaps,
            "excused": missed.excused,
            "unaligned": answers.unaligned(store, plan, coverage.upper),
            "counts": {
                "covered": sum(task.covered for task in coverage.tasks),
                "partial": sum(task.partial for task in coverage.tasks),
                "gap": sum(task.gaps for task in coverage.tasks),
                "not_applicable": sum(task.not_applicable for task in coverage.tasks),
            },
        }
        return _page(request, "plan.html", lang or settings.lang, **values)
    return _page(
        request, "tree.html", lang or settings.lang, tasks=answers.tree(store, plan), **values
    )  # fmt: skip


def error_page(request: Request, problem: Mapping[str, Any]) -> Response:
    """A problem as a page, in the language that was asked for."""
    return _page(request, "error.html", _asked(request), status=problem["status"], problem=problem)


def sign_in(request: Request, *, following: str, refused: str = "", status: int = 200) -> Response:
    """The form that takes a key.

    Args:
        request: whose ``lang`` says the language.
        following: the path to go to then.
        refused: why the key that was given does not open the service: unknown, expired or revoked; empty: none was.
        status: of the answer.
    """
    return _page(
        request, "sign_in.html", _asked(request), status=status, following=following, refused=refused
    )


def _asked(request: Request) -> Language:
    chosen: dict[str | None, Language] = {"zh": "zh", "en": "en"}
    settings: Settings = request.app.state.settings
    return chosen.get(request.query_params.get("lang"), settings.lang)


def _page(
    request: Request, template: str, language: Language, *, status: int = 200, **values: Any
) -> Response:
    def say(key: str, **more: object) -> str:
        return word(key, language, **more)

    def link(path: str, **query: str | None) -> str:
        """A path of this service with the language kept."""
        kept = {k: v for k, v in query.items() if v is not None}
        if language != request.app.state.settings.lang:
            kept.setdefault("lang", language)
        url = request.url.replace(path=request.scope.get("root_path", "") + path, query="", fragment="")
        url = url.include_query_params(**kept)
        return url.path + (f"?{url.query}" if url.query else "")

    other: Language = "en" if language == "zh" else "zh"
    switch = request.url.include_query_params(lang=other)
    html = _environment.get_template(template).render(
        language=language, word=say, link=link, switch=f"/{switch.path.lstrip('/')}?{switch.query}",
        identity=identity_of(request), csrf_token=partial(csrf.token_of, request), **values
    )  # fmt: skip
    return HTMLResponse(html, status_code=status)


def _names(plans: list[Row]) -> dict[str, str]:
    return {p["id"]: f"{p['name']} {p['year']}" for p in plans}


def _default_upper(store: Store, uppers: list[str]) -> str:
    national = answers.national_plan(store)
    return national if national in uppers else uppers[0]
