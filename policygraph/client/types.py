"""What the service answers and takes, as its description says. Written by `make docs`; edit :mod:`docs.client_types`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Act(TypedDict):
    """Who decides, and why."""

    reviewer: NotRequired[str | None]
    note: NotRequired[str]


class Alternative(TypedDict):
    """Another task or measure of the same upper plan that the source is linked to."""

    target: str
    text: str
    score: float
    rank: int


class Answer(TypedDict):
    """The rows of a statement."""

    columns: list[str]
    rows: list[dict[str, Any]]
    truncated: bool
    took_ms: int


class Bulk(TypedDict):
    """What a decision on all links of a preview did."""

    verdict: Literal["accepted", "rejected", "proposed"]
    count: int
    batch: str


class BulkAct(TypedDict):
    """A decision on all links of a preview."""

    reviewer: NotRequired[str | None]
    note: NotRequired[str]
    verdict: Literal["accepted", "rejected", "proposed"]
    filter: Wanted
    token: str


class Calibration(TypedDict):
    """The probability is the logistic function of `slope` × log-odds + `intercept`."""

    slope: float
    intercept: float


class Carrier(TypedDict):
    """A local measure that carries a link to an upper task."""

    source: str
    text: str
    marks: list[list[Any]]
    score: float
    confidence: float
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    state: Literal["proposed", "accepted", "rejected"]
    evidence: list[Nearest]


class Cascade(TypedDict):
    """What becomes of one priority, level by level."""

    priority: str
    number: str
    title: str
    upper: str
    mode: Literal["all", "accepted"]
    least: float
    chains: list[Chain]
    hops: list[Hop]


class Cell(TypedDict):
    """One upper task in one plan."""

    task: str
    plan: str
    status: Literal["covered", "partial", "gap", "not_applicable"]
    score: float
    covered: int
    partial: int
    gaps: int
    measures: int
    not_applicable: int


class Chain(TypedDict):
    """One priority in one chain of plans."""

    priority: str
    number: str
    title: str
    position: int
    plan: str
    standing: Literal["carried", "unlinked", "stops", "skips", "absent", "not_applicable"]
    partly: bool
    breaks: str | None
    weakest: PathHop | None
    steps: list[Step]
    path: list[PathHop]


class ChainPage(TypedDict):
    """One page of chains."""

    items: list[Chain]
    next: str | None
    mode: Literal["all", "accepted"]
    least: float


class Column(TypedDict):
    """A column of a named query's answer."""

    name: str
    purpose: str


class Compared(TypedDict):
    """Figures of one indicator on both sides of a link."""

    indicator: str
    upper: Promise
    local: Promise
    verdict: Literal["meets", "below", "part", "not_comparable"]
    share: float | None
    reason: Literal["", "indicator", "stage", "unit", "comparator", "masked", "repeated"] | Literal["base", "direction", "each"]


class Confirmation(TypedDict):
    """What a person says of the files of an upload."""

    files: NotRequired[list[FileCorrection]]


class Corrected(TypedDict):
    """A corrected link, and the one that took its place where the target was corrected."""

    link: ReviewLink
    to: ReviewLink | None


class Correction(TypedDict):
    """What a link should say instead: another relation, extent or target."""

    reviewer: NotRequired[str | None]
    note: NotRequired[str]
    to: NotRequired[str]
    to_token: NotRequired[str | None]
    relation: NotRequired[Literal["equal", "narrower", "broader", "overlaps"] | None]
    covers: NotRequired[Literal["", "fully", "partly"]]


class Coverage(TypedDict):
    """How a plan carries an upper plan."""

    plan: str
    upper: str
    run: str
    encoder: str
    thresholds: dict[str, float]
    mode: Literal["all", "accepted"]
    least: float
    tasks: list[TaskCoverage]


class CoverageChange(TypedDict):
    """Coverage of an upper plan before and after."""

    before: str | None
    after: str | None
    comparable: bool
    before_counts: dict[str, int]
    after_counts: dict[str, int]
    changes: list[StatusChange]


class Covered(TypedDict):
    """How many upper measures a plan that was loaded carries."""

    plan: str
    upper: str
    covered: int
    partial: int
    gap: int
    not_applicable: int


class Decision(TypedDict):
    """An entry of the log of decisions; entries are added, never changed or taken out."""

    id: str
    subject: str
    previous: str
    verdict: Literal["accepted", "rejected", "proposed", "not_applicable", "delegated", "deferred", "applies", "none"]
    plan: str
    upper: str
    source: str
    source_text: str
    target: str
    target_text: str
    relation: str
    covers: str
    to: str
    expires: str
    note: str
    reviewer: str
    at: str
    batch: str
    current: bool
    source_now: str | None
    target_now: str | None
    stands: Literal["valid", "suspect", "closed"]


class Diff(TypedDict):
    """What differs between two contents. Counts are of all items by what happened to them."""

    before: DiffSide
    after: DiffSide
    tasks: dict[str, int]
    measures: dict[str, int]
    figures: dict[str, int]
    changes: list[DiffItem]
    figure_changes: list[FigureChange]
    coverage: list[CoverageChange]


class DiffFigure(TypedDict):
    """A figure on one side."""

    text: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool
    id: str
    measure: str


class DiffItem(TypedDict):
    """A task or a measure that differs; what concerns a side where it does not stand is empty."""

    kind: Literal["task", "measure"]
    what: Literal["added", "removed", "changed", "moved"]
    moved: bool
    before: str
    after: str
    before_text: str
    after_text: str
    before_marks: list[list[Any]]
    after_marks: list[list[Any]]
    before_task: str
    after_task: str


class DiffSide(TypedDict):
    """One of the two contents."""

    id: str
    plan: str
    version: int
    year: int
    title: str
    archived: str | None


class Evidence(TypedDict):
    """A local measure that speaks for an upper one."""

    source: str
    text: str
    task: str
    score: float
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    method: Literal["machine", "human", "both"]
    state: Literal["proposed", "accepted", "rejected"]
    suspect: bool
    covers: Literal["", "fully", "partly"]
    decision: str
    reviewer: str


class Excuse(TypedDict):
    """What a person decided on whether a plan has to carry an upper measure."""

    decision: str
    measure: str
    plan: str
    verdict: Literal["not_applicable", "delegated", "deferred", "applies"]
    to: str
    expires: str
    reviewer: str
    note: str
    at: str
    seen: str
    text: str | None
    stands: Literal["valid", "suspect", "expired", "due", "closed"]


class ExcuseAct(TypedDict):
    """A decision on whether a plan has to carry an upper measure."""

    reviewer: NotRequired[str | None]
    note: NotRequired[str]
    verdict: Literal["not_applicable", "delegated", "deferred", "applies", "none"]
    to: NotRequired[str]
    expires: NotRequired[str]


class Exemption(TypedDict):
    """Whether a plan, or every plan, has to carry an upper measure, with all that was decided on it."""

    measure: str
    text: str
    plan: str
    excuse: Excuse | None
    history: list[Decision]
    token: str


class Explanation(TypedDict):
    """Why a link stands. Shares add up to the log-odds of the target against "none of them"."""

    type: Literal["MATCHES", "IMPLEMENTS"]
    source: Side
    target: Side
    score: float
    rank: int
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    confidence: float | None
    support: int | None
    method: Literal["machine", "human", "both"]
    state: Literal["proposed", "accepted", "rejected"]
    suspect: bool
    covers: str | None
    decision: str
    reviewer: str
    note: str
    advice: str | None
    encoder: str
    scoring: str
    run: str
    linked: str
    thresholds: dict[str, float]
    shares: list[Share]
    log_odds: float | None
    strongest: str | None
    unadvised: float | None
    none: float | None
    others: float | None
    calibration: Calibration | None
    carriers: list[Carrier]
    alternatives: list[Alternative]
    figures: list[Compared]


class Fault(TypedDict):
    """Why a job failed, as a problem document says it."""

    code: str
    title: str
    detail: str
    where: str | None
    remedy: str | None


class FieldProblem(TypedDict):
    """One part of a request that is not valid."""

    field: str
    message: str


class Figure(TypedDict):
    """A figure that a measure promises."""

    text: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool


class FigureChange(TypedDict):
    """A figure that differs."""

    what: Literal["added", "removed", "changed", "moved"]
    before: DiffFigure | None
    after: DiffFigure | None


class FileCorrection(TypedDict):
    """What a person says of one file; what is left out stands as it was understood."""

    file: str
    skip: NotRequired[bool]
    region: NotRequired[str | None]
    name: NotRequired[str | None]
    level: NotRequired[Literal["national", "province", "autonomous_region", "municipality", "city", "county"] | None]
    parent: NotRequired[str | None]
    year: NotRequired[int | None]


class FileRead(TypedDict):
    """One uploaded file: what the reader understood of it, or why it cannot be read."""

    file: str
    size: int
    plan: PlanRead | None
    questions: list[Literal["region", "year", "parent"]]
    warnings: list[Words]
    problem: Trouble | None


class Found(TypedDict):
    """A measure whose words contain the text."""

    id: str
    plan: str
    region: str
    task: str
    title: str
    kind: Literal["planned", "review", "situation", "preamble", "closing"]
    text: str


class Gap(TypedDict):
    """An upper measure that a plan does not carry, or carries in part."""

    target: str
    text: str
    start: int
    task: str
    title: str
    status: Literal["gap", "partial"]
    score: float
    nearest: Evidence | None


class Gaps(TypedDict):
    """One page of gaps, and all that the plan is excused from."""

    items: list[Gap]
    next: str | None
    plan: str
    upper: str
    mode: Literal["all", "accepted"]
    least: float
    excused: list[Excuse]


class Health(TypedDict):
    """The process answers."""

    status: Literal["ok"]
    version: str


class Hop(TypedDict):
    """A local task that implements the one above it."""

    task: str
    title: str
    plan: str
    region: str
    score: float
    weakest: float
    below: list[Hop]


class Implementer(TypedDict):
    """A local task that implements a priority."""

    plan: str
    region: str
    level: Literal["national", "province", "autonomous_region", "municipality", "city", "county"]
    year: int
    task: str
    number: str
    title: str
    score: float
    confidence: float
    support: int
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    state: Literal["proposed", "accepted", "rejected"]
    method: Literal["machine", "human", "both"]
    suspect: bool


class Imported(TypedDict):
    """What an import did."""

    added: int
    known: int
    moved: int


class Item(TypedDict):
    """A link with what people decided on it."""

    type: Literal["MATCHES", "IMPLEMENTS"]
    source: str
    source_task: str
    source_text: str
    plan: str
    target: str
    target_text: str
    upper: str
    task: str
    score: float
    confidence: float
    rank: int
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    method: Literal["machine", "human", "both"]
    state: Literal["proposed", "accepted", "rejected"]
    suspect: bool
    covers: Literal["", "fully", "partly"]
    decision: str
    reviewer: str
    note: str
    source_seen: str | None
    target_seen: str | None
    decides: bool
    token: str


class Job(TypedDict):
    """Plans that are loaded and linked in the background."""

    id: str
    upload: str
    plans: list[str]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    cancelling: bool
    stage: Literal["", "read", "load", "link", "cover"]
    item: str
    done: int
    total: int
    revision: int
    created: str
    started: str | None
    finished: str | None
    result: Result
    problem: Fault | None


class JobList(TypedDict):
    """The jobs that are remembered."""

    items: list[Job]


class Link(TypedDict):
    """An upper task that a local task implements, and by which words."""

    target: str
    target_plan: str
    number: str
    title: str
    score: float
    confidence: float
    rank: int
    support: int
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    method: Literal["machine", "human", "both"]
    state: Literal["proposed", "accepted", "rejected"]
    suspect: bool
    decision: str
    reviewer: str
    note: str
    advice: str
    encoder: str
    run: str
    evidence: list[Pair]


class LinkAct(TypedDict):
    """A decision on a link."""

    reviewer: NotRequired[str | None]
    note: NotRequired[str]
    verdict: Literal["accepted", "rejected", "proposed"]
    relation: NotRequired[Literal["equal", "narrower", "broader", "overlaps"] | None]
    covers: NotRequired[Literal["", "fully", "partly"]]
    create: NotRequired[bool]


class Linked(TypedDict):
    """One pair of plans that was linked."""

    plan: str
    upper: str
    outcome: Literal["linked", "unchanged"]
    matches: int
    implements: int


class Loaded(TypedDict):
    """One plan that was loaded."""

    plan: str
    outcome: Literal["added", "replaced", "unchanged"]
    version: int
    tasks: int
    measures: int
    targets: int


class Matrix(TypedDict):
    """Coverage of every upper task by every plan linked to it."""

    upper: str
    mode: Literal["all", "accepted"]
    least: float
    tasks: list[Priority]
    plans: list[Plan]
    cells: list[list[Cell]]


class Measure(TypedDict):
    """The smallest planned thing: a clause that commits to one piece of work."""

    id: str
    text: str
    start: int
    end: int
    kind: Literal["planned", "review", "situation", "preamble", "closing"]
    heading: bool
    page: int | None
    line: int | None
    first_byte: int | None
    end_byte: int | None
    figures: list[Figure]


class MeasureCoverage(TypedDict):
    """Whether one upper measure is carried, and by which words."""

    target: str
    text: str
    start: int
    status: Literal["covered", "partial", "gap", "not_applicable"]
    score: float
    confidence: float
    reason: str
    evidence: list[Evidence]
    excuse: Excuse | None


class NamedQuery(TypedDict):
    """A question that the graph answers."""

    name: str
    group: str
    purpose: str
    purpose_zh: str
    parameters: list[Parameter]
    columns: list[Column]
    cypher: str
    stands_on: list[str]


class Nearest(TypedDict):
    """An upper measure that a local measure resembles."""

    upper: str
    upper_text: str
    score: float
    relation: Literal["equal", "narrower", "broader", "overlaps"]
    marks: list[list[Any]]
    upper_marks: list[list[Any]]


class PageOfDecision(TypedDict):
    """One page of a list."""

    items: list[Decision]
    next: str | None


class PageOfExcuse(TypedDict):
    """One page of a list."""

    items: list[Excuse]
    next: str | None


class PageOfFound(TypedDict):
    """One page of a list."""

    items: list[Found]
    next: str | None


class PageOfImplementer(TypedDict):
    """One page of a list."""

    items: list[Implementer]
    next: str | None


class PageOfItem(TypedDict):
    """One page of a list."""

    items: list[Item]
    next: str | None


class PageOfLink(TypedDict):
    """One page of a list."""

    items: list[Link]
    next: str | None


class PageOfNamedQuery(TypedDict):
    """One page of a list."""

    items: list[NamedQuery]
    next: str | None


class PageOfPlan(TypedDict):
    """One page of a list."""

    items: list[Plan]
    next: str | None


class PageOfPriority(TypedDict):
    """One page of a list."""

    items: list[Priority]
    next: str | None


class PageOfRollup(TypedDict):
    """One page of a list."""

    items: list[Rollup]
    next: str | None


class PageOfTarget(TypedDict):
    """One page of a list."""

    items: list[Target]
    next: str | None


class PageOfTaskRow(TypedDict):
    """One page of a list."""

    items: list[TaskRow]
    next: str | None


class PageOfVersion(TypedDict):
    """One page of a list."""

    items: list[Version]
    next: str | None


class Pair(TypedDict):
    """A local and an upper measure that resemble each other."""

    source: str
    source_text: str
    upper: str
    upper_text: str
    score: float
    relation: Literal["equal", "narrower", "broader", "overlaps"]


class Parameter(TypedDict):
    """A parameter of a named query."""

    name: str
    type: str
    purpose: str
    required: bool
    default: Any
    example: Any
    of: str


class Part(TypedDict):
    """A figure of a plan below."""

    plan: str
    region: str
    target: str
    measure: str
    indicator: str
    comparator: str
    value: float | None
    unit: str
    text: str
    comparable: bool
    reason: Literal["", "indicator", "stage", "unit", "comparator", "masked", "repeated"]


class PathHop(TypedDict):
    """One hop of a path: a task that implements the one above it."""

    source: str
    source_plan: str
    source_title: str
    target: str
    target_plan: str
    target_title: str
    score: float
    confidence: float
    state: Literal["proposed", "accepted", "rejected"]


class Plan(TypedDict):
    """A work plan."""

    id: str
    region: str
    name: str
    level: Literal["national", "province", "autonomous_region", "municipality", "city", "county"]
    parent: str | None
    year: int
    title: str
    document: str
    issuer: str
    published: str
    source: str
    encoding: str
    sha256: str
    version: int
    current: bool
    measures: int


class PlanRead(TypedDict):
    """What the reader understood of one file."""

    id: str | None
    region: str | None
    name: str | None
    level: Literal["national", "province", "autonomous_region", "municipality", "city", "county"] | None
    parent: str | None
    year: int | None
    title: str
    document: str
    issuer: str
    published: str
    tasks: list[TaskRead]
    measures: int
    others: int
    targets: int
    outcome: Literal["new", "replaces", "same"] | None


class Preview(TypedDict):
    """One page of what would change."""

    items: list[Item]
    next: str | None
    verdict: Literal["accepted", "rejected", "proposed"]
    count: int
    token: str


class PreviewAct(TypedDict):
    """What would be decided on all links that a filter finds."""

    verdict: Literal["accepted", "rejected", "proposed"]
    filter: Wanted


class Priority(TypedDict):
    """A task that the plans below answer to."""

    id: str
    number: str
    title: str
    above: str | None
    kind: Literal["priority", "task", "review", "situation", "preamble", "closing"]
    position: int
    measures: int


class Problem(TypedDict):
    """What is wrong, where, and how to mend it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    where: NotRequired[str | None]
    remedy: NotRequired[str | None]
    request_id: NotRequired[str | None]
    errors: NotRequired[list[FieldProblem] | None]


class Promise(TypedDict):
    """A figure and the measure that promises it."""

    measure: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    masked: bool
    text: str


class Readiness(TypedDict):
    """The store answers too."""

    status: Literal["ready"]
    plans: int


class Record(TypedDict):
    """Entries of the record."""

    items: list[dict[str, Any]]
    next: str | None


class Result(TypedDict):
    """What a job has done to the graph so far; each plan is loaded, and each linked, in one
    transaction."""

    loaded: list[Loaded]
    linked: list[Linked]
    coverage: list[Covered]
    unlinked: list[str]
    warnings: list[Words]


class ReviewLink(TypedDict):
    """One link as it stands, or could stand, with all that was decided on it."""

    source: str
    source_text: str
    target: str
    target_text: str
    link: Item | None
    history: list[Decision]
    token: str


class Rollup(TypedDict):
    """A figure of a plan with those of the plans below that promise the same."""

    target: str
    measure: str
    indicator: str
    comparator: str
    value: float | None
    unit: str
    masked: bool
    text: str
    start: int
    total: float | None
    share: float | None
    parts: list[Part]


class Rows(TypedDict):
    """The answer of a named query."""

    name: str
    columns: list[Column]
    rows: list[dict[str, Any]]


class Share(TypedDict):
    """What one feature added to the log-odds of a link."""

    feature: str
    share: float


class Side(TypedDict):
    """One end of a link: a measure, or a task by its heading."""

    id: str
    plan: str
    region: str
    year: int
    number: str
    text: str
    marks: list[list[Any]]
    sentence: str
    sentence_marks: list[list[Any]]
    headings: list[str]
    page: int | None
    line: int | None


class StatusChange(TypedDict):
    """An upper measure whose status differs."""

    target: str
    text: str
    task: str
    before: Literal["covered", "partial", "gap", "not_applicable"] | Literal[""]
    after: Literal["covered", "partial", "gap", "not_applicable"] | Literal[""]
    before_score: float
    after_score: float


class Step(TypedDict):
    """One plan of a chain, and what it makes of the priority."""

    plan: str
    region: str
    name: str
    level: Literal["national", "province", "autonomous_region", "municipality", "city", "county"]
    year: int
    status: Literal["covered", "partial", "gap", "not_applicable"]
    score: float


class TableInfo(TypedDict):
    """One table that can be downloaded."""

    table: Literal["plans", "tasks", "measures", "targets", "links", "coverage", "decisions"]
    lines: int
    url: str


class Tables(TypedDict):
    """What can be downloaded in bulk."""

    items: list[TableInfo]


class Target(TypedDict):
    """A figure of a plan, and the measure that promises it."""

    text: str
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool
    id: str
    measure: str
    measure_text: str
    start: int


class Task(TypedDict):
    """A task with its measures."""

    id: str
    plan: str
    region: str
    year: int
    parent: str | None
    number: str
    title: str
    kind: Literal["priority", "task", "review", "situation", "preamble", "closing"]
    measures: list[Measure]


class TaskCoverage(TypedDict):
    """Whether one upper task is carried."""

    target: str
    number: str
    title: str
    above: str | None
    status: Literal["covered", "partial", "gap", "not_applicable"]
    score: float
    covered: int
    partial: int
    gaps: int
    not_applicable: int
    measures: list[MeasureCoverage]


class TaskRead(TypedDict):
    """A heading that was found, and how much stands directly under it."""

    number: str
    title: str
    kind: Literal["priority", "task", "review", "situation", "preamble", "closing"]
    depth: int
    measures: int


class TaskRow(TypedDict):
    """A heading of a plan."""

    id: str
    parent: str | None
    position: int
    depth: int
    number: str
    title: str
    kind: Literal["priority", "task", "review", "situation", "preamble", "closing"]
    asks: bool
    measures: int


class Trouble(TypedDict):
    """Why a file cannot be read, and how to mend it."""

    kind: Literal["name", "twice", "format", "empty", "too_large", "locked", "scan", "no_plan", "no_office", "encoding", "damaged"]
    message: Words
    remedy: Words
    where: str
    detail: str


class Unaligned(TypedDict):
    """A local measure that answers to nothing above."""

    id: str
    text: str
    heading: bool
    task: str
    title: str
    start: int


class UnalignedPage(TypedDict):
    """One page of unaligned work."""

    items: list[Unaligned]
    next: str | None
    mode: Literal["all", "accepted"]
    least: float


class Upload(TypedDict):
    """Files that wait for a person to confirm what was understood of them."""

    id: str
    created: str
    expires: str
    files: list[FileRead]


class Version(TypedDict):
    """A content that a plan has had."""

    id: str
    plan: str
    number: int
    title: str
    sha256: str
    reader: str
    source: str
    archived: str | None


class Wanted(TypedDict):
    """Which links are asked for; what is left out is not asked about."""

    plan: NotRequired[str]
    upper: NotRequired[str]
    kinds: NotRequired[list[Literal["matches", "tasks", "measures"]]]
    finding: NotRequired[Literal["proposed", "accepted", "rejected", "suspect"] | None]
    priority: NotRequired[str]
    source: NotRequired[str]
    relation: NotRequired[Literal["equal", "narrower", "broader", "overlaps"] | Literal[""]]
    reviewer: NotRequired[str]
    least: NotRequired[float]
    most: NotRequired[float]
    text: NotRequired[str]
    deciding: NotRequired[bool]


class Words(TypedDict):
    """One message in both languages."""

    zh: str
    en: str
