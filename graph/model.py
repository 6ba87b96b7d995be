"""What the graph holds: regions, plans, tasks, measures, targets, runs and the links between them.

Each class is one node label of :mod:`graph.schema`; its fields are that node's properties. Ids are readable
strings that do not change while the text they name stands. They are made from the place of a text where it is read for
the first time and stay with it when it moves: where it stands now is said by ``parent``, ``task`` and ``position`` alone.

========  ======================  =============================================
node      id                      made from
========  ======================  =============================================
Region    ``210000``              GB/T 2260 code, or a slug such as ``x-city``
Plan      ``210000-2023``         region and year
Task      ``210000-2023.3``       plan and position in the heading tree
Measure   ``210000-2023.3#7``     task and ordinal within the task
Target    ``210000-2023.3#7!1``   measure and ordinal within the measure
LinkRun   ``20230118T…-…``        the time it started, so ids sort by time
Decision  ``20261124T…-…``        the time it was taken
Version   ``210000-2023@1``       plan and the number of the content
========  ======================  =============================================
"""

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

Level = Literal["national", "province", "autonomous_region", "municipality", "city", "county"]
TaskKind = Literal["priority", "task", "review", "situation", "preamble", "closing"]
MeasureKind = Literal["planned", "review", "situation", "preamble", "closing"]
LinkState = Literal["proposed", "accepted", "rejected"]
LinkMethod = Literal["machine", "human", "both"]
Relation = Literal["equal", "narrower", "broader", "overlaps"]
Verdict = Literal[
    "accepted", "rejected", "proposed", "applies", "not_applicable", "delegated", "deferred", "none"
]
Covers = Literal["", "fully", "partly"]
Reserved = Literal["", "international", "own_event", "own_office", "national_rules"]
CoverageStatus = Literal["covered", "partial", "gap", "not_applicable"]

LEVELS: tuple[Level, ...] = get_args(Level)
NATION = "000000"


def stamp(text: str) -> str:
    """Short content hash of a text: 16 hex digits of SHA-256 over its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Region:
    """A territory that issues plans. ``parent`` is the region above it, None for the nation."""

    id: str
    name: str
    level: Level
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One work plan as read from one file.

    ``document`` is the kind of document that its title names (工作要点, 工作报告, 讲话 …), empty where it names none.
    ``text`` is the normalised text that all offsets point into (Python string offsets, code points).
    ``sha256`` is of the file's bytes. ``version`` counts the contents this plan has had, from 1: another file, or other
    rules of reading that find something else in the same file, make a new one.
    """

    id: str
    region: str
    level: Level
    year: int
    title: str
    document: str
    issuer: str
    published: str
    source: str
    encoding: str
    sha256: str
    reader: str
    text: str
    version: int = 1
    current: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """A heading and what stands under it. ``number`` is the numbering as printed, for example ``（一）``.

    ``asks`` tells whether plans below answer to it: it holds planned measures of its own besides its heading, and
    is not a mere container of the sections under it. ``position`` counts the plan's tasks in reading order from 0, ``ordinal`` those under one parent.

    ``start`` and ``end`` delimit the title in the plan's text; both are 0 for a section without a heading.
    """

    id: str
    plan: str
    parent: str | None
    position: int
    ordinal: int
    depth: int
    number: str
    title: str
    kind: TaskKind
    start: int
    end: int
    asks: bool
    stamp: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The smallest planned thing: one clause or sentence that commits to one piece of work.

    ``statement`` numbers the sentence within the plan (from 1), so that clauses of one sentence can be put
    together again; ``heading`` marks the measure that is its task's heading itself.

    ``reserved`` says why only the level that wrote it can do it: talks between states, an event of its own, its own
    office, rules that bind the whole country; empty where plans below are asked too.

    ``page`` and ``line`` (of the page; of the file where it has no pages; in Word the paragraph) count from 1,
    ``first_byte`` to ``end_byte`` are offsets in the file; each is None where the format does not say.
    """

    id: str
    plan: str
    task: str
    ordinal: int
    statement: int
    text: str
    start: int
    end: int
    kind: MeasureKind
    heading: bool
    reserved: Reserved
    stamp: str
    page: int | None = None
    line: int | None = None
    first_byte: int | None = None
    end_byte: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that a measure promises.

    ``comparator`` is ``=``, ``>=``, ``<=``, ``~`` (左右), ``range`` (``value`` to ``value_to``), ``increase`` and
    ``decrease`` (from ``base``, where the text names one), ``all`` (全部) or ``zero`` (清零, ``value`` 0).
    ``value`` is None where the figure is masked in the source, and for ``all``. ``commitment`` is 力争 or 确保 where
    the plan says so. ``start`` and ``end`` are offsets in the plan's text.
    """

    id: str
    plan: str
    measure: str
    ordinal: int
    indicator: str
    comparator: str
    value: float | None
    value_to: float | None
    unit: str
    base: str
    due: str
    commitment: str
    masked: bool
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LinkRun:
    """One run that linked ``plan`` to ``upper``: with which encoder, scoring and code, and what came out.

    ``fingerprint`` is the encoder's, ``scoring`` that of the weights; ``thresholds`` is a JSON object.
    ``asked`` counts the questions to the ``adviser``, where one was set.

    ``inputs`` is a hash of all that decides the outcome; a run with the same inputs changes nothing.
    """

    id: str
    plan: str
    upper: str
    encoder: str
    fingerprint: str
    scoring: str
    thresholds: str
    adviser: str
    asked: int
    code: str
    inputs: str
    current: bool
    matches: int
    implements: int
    started: str
    finished: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log of what people decided; entries are added, never changed or taken out.

    About a link, ``source`` to ``target``: ``accepted``, ``rejected``, or ``proposed`` where a person takes an earlier
    decision back. About an upper measure that a plan is excused from, ``source`` empty and ``plan`` empty for every
    plan: ``not_applicable``, ``delegated`` (``to`` another plan), ``deferred`` (``to`` a year), ``applies`` (against
    what the reader tells), or ``none`` where it is taken back.

    Texts and stamps are those of both ends as the person saw them: the decision speaks for no other words.

    Attributes:
        subject: what it is about: source (or plan, ``*`` for every plan) and target, a space between.
        previous: id of the decision on the same subject before it, empty for the first.
        relation: the relation as the person corrected it, empty for the machine's.
        covers: whether an accepted local measure carries the upper one ``fully`` or ``partly``; empty for other links.
        expires: last day (ISO 8601) of an excuse, empty where it has none.
        at: UTC time with microseconds, later than that of ``previous``.
        batch: what was decided in one act shares it.
        current: whether no later decision on the subject stands; the only field that changes.
    """

    id: str
    subject: str
    previous: str
    verdict: Verdict
    plan: str
    upper: str
    source: str
    source_stamp: str
    source_text: str
    target: str
    target_stamp: str
    target_text: str
    relation: str
    covers: Covers
    to: str
    expires: str
    note: str
    reviewer: str
    at: str
    batch: str
    current: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """What a plan held, and how it was linked, until it was replaced or removed; written once.

    ``number`` is the ``version`` that the plan had; ``archived`` is UTC time; ``content`` and ``links`` are JSON, see
    :mod:`ingest.versions`.
    """

    id: str
    plan: str
    number: int
    title: str
    sha256: str
    reader: str
    source: str
    archived: str
    content: str
    links: str


@dataclass(frozen=True, slots=True)
class Match:
    """Evidence: a local measure answers an upper measure. ``rank`` counts from 1 per local measure.

    ``shares`` says, as a JSON object, what each feature added to the log-odds of ``score``. What people decided is
    described in :mod:`review.links`.
    """

    source: str
    target: str
    score: float
    rank: int
    relation: Relation
    shares: str
    encoder: str
    run: str
    source_stamp: str
    target_stamp: str
    machine_relation: Relation
    method: LinkMethod = "machine"
    state: LinkState = "proposed"
    suspect: bool = False
    covers: Covers = ""
    decision: str = ""
    reviewer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Implementation:
    """The decision: a local task, or a single local measure, implements an upper task.

    ``support`` counts the measures of the source that carry the link (1 for a measure). ``shares`` says, as a JSON
    object, what each feature added to the log-odds of ``score``; a task's are those of its strongest measure.
    ``advice`` is the adviser's reason, where one was asked. What people decided is described in :mod:`review.links`.
    """

    source: str
    target: str
    score: float
    confidence: float
    rank: int
    support: int
    relation: Relation
    shares: str
    encoder: str
    run: str
    source_stamp: str
    target_stamp: str
    machine_relation: Relation
    advice: str = ""
    method: LinkMethod = "machine"
    state: LinkState = "proposed"
    suspect: bool = False
    covers: Covers = ""
    decision: str = ""
    reviewer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan with everything that was read from its file, in reading order."""

    region: Region
    plan: Plan
    tasks: tuple[Task, ...]
    measures: tuple[Measure, ...]
    targets: tuple[Target, ...]
    warnings: tuple[str, ...] = field(default=())


def row(item: Any) -> dict[str, Any]:
    """A model object as a plain dictionary, every field present, ready to be a query parameter."""
    return {field_.name: getattr(item, field_.name) for field_ in fields(item)}
