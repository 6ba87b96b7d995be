"""The JSON routes. Each checks its parameters, asks one answer of :mod:`queries`, and returns one model."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from api import models
from api.dependencies import PagerDep, StoreDep, conditional
from api.kept import KeptRoute
from api.pages.kept import KeptDep
from api.problems import RESPONSES
from policygraph.diff import diff as compared
from policygraph.diff import versions as kept
from queries import all_queries, answers, get, grid, run
from queries import cascade as cascades
from queries.asking import ask
from queries.cascade import Standing
from queries.explain import explain as explained
from review import View
from review.rules import Mode

router = APIRouter(
    prefix="/api/v1", dependencies=[Depends(conditional)], responses=RESPONSES, route_class=KeptRoute
)

PlanId = Annotated[str, Path(description="Id of a plan", examples=["x-qinglan-2025"])]
TaskId = Annotated[str, Path(description="Id of a task", examples=["x-qinglan-2025.3.2"])]
PriorityId = Annotated[str, Path(description="Id of an upper task", examples=["000000-2025.3"])]
Upper = Annotated[
    str | None, Query(description="Id of the upper plan; the nation's by default", examples=["000000-2025"])
]

Year = Annotated[int | None, Query(ge=1949, le=2100, description="Only plans for this year", examples=[2025])]


def _view(
    mode: Annotated[
        Mode,
        Query(
            description="Count all proposals that nobody rejected, or accepted links only", examples=["all"]
        ),
    ] = "all",
    least: Annotated[
        float, Query(ge=0, le=1, description="Confidence from which a proposal counts", examples=[0.5])
    ] = 0.0,
) -> View:
    return View(mode, least)


ViewDep = Annotated[View, Depends(_view)]


@router.get("/plans", operation_id="list_plans", tags=["plans"], summary="All plans")
def plans(
    store: StoreDep,
    pager: PagerDep,
    level: Annotated[
        models.Level | None, Query(description="Only plans of this level", examples=["city"])
    ] = None,
    region: Annotated[
        str | None, Query(description="Only plans of this region (id or name)", examples=["x-qinglan"])
    ] = None,
    year: Year = None,
) -> models.Page[models.Plan]:
    """By id."""
    within = grid.regions(store).find(region) if region else None
    wanted = {k: v for k, v in {"level": level, "region": within, "year": year}.items() if v is not None}
    found = [row for row in run(store, "plans") if all(row[k] == v for k, v in wanted.items())]
    return models.Page[models.Plan].model_validate(pager.page(found, "id"))


@router.get("/plans/{plan}", operation_id="get_plan", tags=["plans"], summary="One plan")
def plan(store: StoreDep, plan: PlanId) -> models.Plan:
    """What its header and the manifest say."""
    return models.Plan.model_validate(answers.plan(store, plan))


@router.get(
    "/plans/{plan}/versions",
    operation_id="list_plan_versions",
    tags=["plans"],
    summary="The contents that a plan has had",
)
def versions(store: StoreDep, pager: PagerDep, plan: PlanId) -> models.Page[models.Version]:
    """The oldest first, today's last; a plan that was removed has those that were kept."""
    return models.Page[models.Version].model_validate(pager.page(kept(store, plan), "number"))


@router.get(
    "/plans/{plan}/tasks",
    operation_id="list_plan_tasks",
    tags=["plans"],
    summary="The heading tree of a plan",
)
def tasks(
    store: StoreDep,
    pager: PagerDep,
    plan: PlanId,
    kind: Annotated[
        models.Kind | None, Query(description="Only tasks of this kind", examples=["task"])
    ] = None,
) -> models.Page[models.TaskRow]:
    """In reading order."""
    answers.plan(store, plan)
    found = run(store, "plan_tasks", plan=plan, kind=kind or "", **pager.window(-1))
    return models.Page[models.TaskRow].model_validate(pager.page(found, "position"))


@router.get(
    "/plans/{plan}/coverage",
    operation_id="get_coverage",
    tags=["coverage"],
    summary="What a plan carries of an upper plan",
)
def coverage(store: StoreDep, view: ViewDep, plan: PlanId, upper: Upper = None) -> models.Coverage:
    """Every upper task and measure with its status and the local words that carry it."""
    return models.Coverage.model_validate(answers.coverage(store, plan, upper, view))


@router.get(
    "/plans/{plan}/gaps",
    operation_id="list_gaps",
    tags=["coverage"],
    summary="What a plan misses of an upper plan",
)
def gaps(
    store: StoreDep,
    pager: PagerDep,
    view: ViewDep,
    plan: PlanId,
    upper: Upper = None,
    status: Annotated[
        Literal["gap", "partial"] | None,
        Query(description="Only gaps, or only what is partly covered", examples=["gap"]),
    ] = None,
) -> models.Gaps:
    """Gaps first, then what is partly covered; each in the upper plan's order. What the plan is excused from stands apart."""
    answer = answers.gaps(store, plan, upper, view=view)
    shown = pager.by(
        [gap for gap in answer.gaps if status in (None, gap.status)],
        lambda gap: (gap.status != "gap", gap.start, gap.target),
    )
    return models.Gaps.model_validate(
        shown | {"plan": answer.plan, "upper": answer.upper, "mode": answer.mode, "least": answer.least,
                 "excused": answer.excused}
    )  # fmt: skip


@router.get(
    "/plans/{plan}/unaligned",
    operation_id="list_unaligned",
    tags=["coverage"],
    summary="Local work that answers to nothing above",
)
def unaligned(
    store: StoreDep, pager: PagerDep, view: ViewDep, plan: PlanId, upper: Upper = None
) -> models.UnalignedPage:
    """In reading order."""
    found = answers.unaligned(store, plan, upper, view=view, **pager.window(-1))
    return models.UnalignedPage.model_validate(
        pager.page(found, "start") | {"mode": view.mode, "least": view.least}
    )


@router.get(
    "/plans/{plan}/targets",
    operation_id="list_targets",
    tags=["plans"],
    summary="The figures that a plan promises",
)
def targets(store: StoreDep, pager: PagerDep, plan: PlanId) -> models.Page[models.Target]:
    """In reading order; masked figures have no value."""
    return models.Page[models.Target].model_validate(pager.page(answers.targets(store, plan), "start"))


@router.get(
    "/plans/{plan}/targets/below",
    operation_id="list_targets_below",
    tags=["plans"],
    summary="A plan's figures with those of the plans below",
)
def rollup(store: StoreDep, pager: PagerDep, plan: PlanId) -> models.Page[models.Rollup]:
    """The same indicator in the plans of the regions right below, of the same year: added up where that means something."""
    return models.Page[models.Rollup].model_validate(pager.page(answers.rollup(store, plan), "start"))


@router.get(
    "/tasks/{task}", operation_id="get_task", tags=["tasks"], summary="One task with its measures and figures"
)
def task(store: StoreDep, task: TaskId) -> models.Task:
    """The measures directly under it; tasks below it have their own."""
    found = answers.task(store, task) | {"measures": answers.measures(store, task)}
    return models.Task.model_validate(found)


@router.get(
    "/tasks/{task}/links",
    operation_id="list_task_links",
    tags=["tasks"],
    summary="What a task implements, and by which words",
)
def links(store: StoreDep, pager: PagerDep, task: TaskId) -> models.Page[models.Link]:
    """By upper plan and rank."""
    answers.task(store, task)
    found = answers.links(store, task)
    return models.Page[models.Link].model_validate(pager.page(found, "target_plan", "rank", "target"))


@router.get(
    "/priorities",
    operation_id="list_priorities",
    tags=["priorities"],
    summary="What an upper plan asks of the plans below it",
)
def priorities(
    store: StoreDep,
    pager: PagerDep,
    plan: Annotated[
        str | None,
        Query(
            description="Id of the upper plan; the latest national one by default", examples=["000000-2025"]
        ),
    ] = None,
) -> models.Page[models.Priority]:
    """In reading order."""
    upper = answers.national_plan(store) if plan is None else answers.plan(store, plan)["id"]
    return models.Page[models.Priority].model_validate(
        pager.page(run(store, "priorities", plan=upper), "position")
    )


@router.get(
    "/priorities/{task}/implementers",
    operation_id="list_implementers",
    tags=["priorities"],
    summary="Who implements a priority",
)
def implementers(store: StoreDep, pager: PagerDep, task: PriorityId) -> models.Page[models.Implementer]:
    """Strongest link first."""
    answers.task(store, task)
    found = run(store, "priority_implementers", priority=task)
    return models.Page[models.Implementer].model_validate(
        pager.by(found, lambda row: (-row["score"], row["task"]))
    )


@router.get(
    "/priorities/{task}/cascade",
    operation_id="get_cascade",
    tags=["priorities"],
    summary="Nation ← province ← city",
)
def cascade(
    store: StoreDep,
    view: ViewDep,
    task: PriorityId,
    region: Annotated[
        str | None,
        Query(description="Only chains that this region is part of (id or name)", examples=["x-qinglan"]),
    ] = None,
) -> models.Cascade:
    """What becomes of a priority in each chain of plans, and the tasks that carry it; the weakest hop decides a chain."""
    return models.Cascade.model_validate(cascades.cascade(store, task, region=region, view=view))


@router.get(
    "/cascade",
    operation_id="list_cascades",
    tags=["priorities"],
    summary="Nation ← province ← city, all priorities",
)
def all_cascades(
    store: StoreDep,
    pager: PagerDep,
    view: ViewDep,
    upper: Upper = None,
    region: Annotated[
        str | None,
        Query(description="Only chains that this region is part of (id or name)", examples=["x-qinglan"]),
    ] = None,
    status: Annotated[
        Standing | None, Query(description="Only chains of this standing", examples=["stops"])
    ] = None,
) -> models.ChainPage:
    """Each priority in each chain of plans: priorities in reading order, under each the chains by the plan where they end."""
    found = [
        c for c in cascades.chains(store, upper, region=region, view=view) if status in (None, c.standing)
    ]
    found.sort(key=lambda c: (c.position, c.plan))
    return models.ChainPage.model_validate(
        pager.page(found, "position", "plan") | {"mode": view.mode, "least": view.least}
    )


@router.get(
    "/matrix", operation_id="get_matrix", tags=["coverage"], summary="The coverage matrix: upper task × plan"
)
def matrix(
    kept: KeptDep,
    store: StoreDep,
    view: ViewDep,
    upper: Upper = None,
    level: Annotated[
        models.Level | None, Query(description="Only plans of this level", examples=["city"])
    ] = None,
    region: Annotated[
        str | None,
        Query(
            description="Only plans of this region (id or name) and of those below it", examples=["x-qinglan"]
        ),
    ] = None,
    year: Year = None,
) -> models.Matrix:
    """One row for each task of the upper plan, one column for each plan linked to it."""
    whole = kept.matrix(upper or answers.national_plan(store), view)
    chosen = grid.narrow(whole, kept.regions(), level=level or "", region=region or "", year=year)
    return models.Matrix.model_validate(chosen)


@router.get("/explain", operation_id="explain_link", tags=["tasks"], summary="Why a link stands")
def explain(
    store: StoreDep,
    source: Annotated[
        str,
        Query(
            description="Id of the local measure or task; write `#` as `%23`",
            examples=["x-qinglan-2025.3.3.2"],
        ),
    ],
    target: Annotated[
        str,
        Query(description="Id of the upper measure or task; write `#` as `%23`", examples=["000000-2025.3"]),
    ],
) -> models.Explanation:
    """What each feature added to the score, the words that both ends share, and how their figures compare."""
    return models.Explanation.model_validate(explained(store, source, target))


@router.get(
    "/diff",
    operation_id="diff_plans",
    tags=["plans"],
    summary="What differs between two versions or two plans",
)
def diff(
    store: StoreDep,
    after: Annotated[
        str,
        Query(description="Id of a plan or of a version; write `@` as `%40`", examples=["x-langang-2025"]),
    ],
    before: Annotated[
        str | None,
        Query(
            description="Id of a plan or of a version; the latest earlier version of `after` by default",
            examples=["x-langang-2025@1"],
        ),
    ] = None,
) -> models.Diff:
    """Tasks, measures and figures that were added, removed, changed or moved, and what that does to coverage."""
    return models.Diff.model_validate(compared(store, before, after))


@router.get(
    "/search", operation_id="search_measures", tags=["search"], summary="Measures whose words contain a text"
)
def search(
    store: StoreDep,
    pager: PagerDep,
    q: Annotated[
        str, Query(min_length=1, max_length=200, description="The words to find", examples=["城中村"])
    ],
    plan: Annotated[str | None, Query(description="Only in this plan", examples=["x-qinglan-2025"])] = None,
    kind: Annotated[
        models.MeasureKind | None, Query(description="Only measures of this kind", examples=["planned"])
    ] = None,
) -> models.Page[models.Found]:
    """By id of the measure."""
    if plan:
        answers.plan(store, plan)
    found = run(store, "search", text=q, plan=plan or "", kind=kind or "", **pager.window(""))
    return models.Page[models.Found].model_validate(pager.page(found, "id"))


@router.get("/queries", operation_id="list_queries", tags=["queries"], summary="The named queries")
def named_queries(pager: PagerDep) -> models.Page[models.NamedQuery]:
    """By name, with their Cypher."""
    return models.Page[models.NamedQuery].model_validate(pager.page(list(all_queries().values()), "name"))


@router.get("/queries/{name}", operation_id="run_query", tags=["queries"], summary="Run a named query")
def named_query(
    request: Request,
    store: StoreDep,
    name: Annotated[str, Path(description="Name of the query", examples=["plans"])],
) -> models.Rows:
    """The query's own parameters go into the query string; `/api/v1/queries` lists them."""
    query = get(name)
    rows = ask(store, name, **query.convert(dict(request.query_params)))
    return models.Rows.model_validate({"name": name, "columns": query.columns, "rows": rows})
