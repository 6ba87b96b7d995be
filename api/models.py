"""What the JSON routes return. Where an answer is a query's rows, its fields are described by the query's own file."""

from collections.abc import Callable
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from queries import GROUPS, get
from queries.cascade import Standing
from queries.figures import PairReason, Verdict
from queries.indicators import Reason
from review.rules import Mode

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

Relation = Literal["equal", "narrower", "broader", "overlaps"]
Level = Literal["national", "province", "autonomous_region", "municipality", "city", "county"]
Kind = Literal["priority", "task", "review", "situation", "preamble", "closing"]
MeasureKind = Literal["planned", "review", "situation", "preamble", "closing"]
Status = Literal["covered", "partial", "gap", "not_applicable"]
State = Literal["proposed", "accepted", "rejected"]
Covers = Literal["", "fully", "partly"]
Excused = Literal["not_applicable", "delegated", "deferred", "applies"]
Method = Literal["machine", "human", "both"]

UPPER: Final = "000000-2025.3"
UPPER_TEXT: Final = "改造城中村1200个"
LOCAL: Final = "x-qinglan-2025.3.2"
LOCAL_TEXT: Final = "全省实施城中村改造45个"


class Model(BaseModel):
    """Base: made from the answers of :mod:`queries`."""

    model_config = ConfigDict(from_attributes=True)


def rows_of(query: str) -> Callable[[type[M]], type[M]]:
    """Describe the fields of a model by the columns of the named query that its objects are rows of."""

    def describe(model: type[M]) -> type[M]:
        for column in get(query).columns:
            if column.name in model.model_fields:
                model.model_fields[column.name].description = column.purpose
        model.model_rebuild(force=True)
        return model

    return describe


class Page(Model, Generic[T]):
    """One page of a list."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of a list."})

    items: list[T] = Field(description="The items, in the list's order")
    next: str | None = Field(description="`cursor` of the next page; null on the last", examples=["WzEyXQ"])


@rows_of("plans")
class Plan(Model):
    """A work plan."""

    id: str = Field(examples=["x-qinglan-2025"])
    region: str = Field(examples=["x-qinglan"])
    name: str = Field(examples=["青岚省"])
    level: Level = Field(examples=["province"])
    parent: str | None = Field(examples=["000000"])
    year: int = Field(examples=[2025])
    title: str = Field(examples=["青岚省2025年住房和城乡建设工作要点"])
    document: str = Field(examples=["工作要点"])
    issuer: str = Field(examples=["青岚省住房和城乡建设厅"])
    published: str = Field(examples=["2025-02-10"])
    source: str = Field(examples=["qinglan-2025.txt"])
    encoding: str = Field(examples=["utf-8"])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    version: int = Field(examples=[1])
    current: bool = Field(examples=[True])
    measures: int = Field(examples=[136])


@rows_of("plan_tasks")
class TaskRow(Model):
    """A heading of a plan."""

    id: str = Field(examples=[LOCAL])
    parent: str | None = Field(examples=["x-qinglan-2025.3"])
    position: int = Field(examples=[7])
    depth: int = Field(examples=[2])
    number: str = Field(examples=["（二）"])
    title: str = Field(examples=["实施城市更新行动"])
    kind: Kind = Field(examples=["task"])
    asks: bool = Field(examples=[True])
    measures: int = Field(examples=[9])


@rows_of("priorities")
class Priority(Model):
    """A task that the plans below answer to."""

    id: str = Field(examples=[UPPER])
    number: str = Field(examples=["三、"])
    title: str = Field(examples=["稳步推进城市更新"])
    above: str | None = Field(examples=[None])
    kind: Kind = Field(examples=["priority"])
    position: int = Field(examples=[3])
    measures: int = Field(examples=[8])


class Figure(Model):
    """A figure that a measure promises."""

    text: str = Field(description="The words it was read from", examples=["45个"])
    indicator: str = Field(description="What it counts", examples=["城中村改造"])
    comparator: str = Field(
        description="=, >=, <=, ~, range, increase, decrease, all or zero", examples=["="]
    )  # fmt: skip
    value: float | None = Field(
        description="The number, null where the source masks it and for all", examples=[45.0]
    )
    value_to: float | None = Field(description="The upper end of a range", examples=[None])
    unit: str = Field(description="Its unit", examples=["个"])
    base: str = Field(description="What a change is measured from, empty where not said", examples=[""])
    due: str = Field(description="By when, empty where not said", examples=["2025年底"])
    commitment: str = Field(description="力争 or 确保 where the plan says so", examples=["力争"])
    masked: bool = Field(description="Whether the source masks the number", examples=[False])


@rows_of("plan_targets")
class Target(Figure):
    """A figure of a plan, and the measure that promises it."""

    id: str = Field(examples=[f"{LOCAL}#3!1"])
    measure: str = Field(examples=[f"{LOCAL}#3"])
    measure_text: str = Field(description="Words of the measure", examples=[LOCAL_TEXT])
    start: int = Field(description="Where it starts in the plan's text", examples=[1031])


class Part(Model):
    """A figure of a plan below."""

    plan: str = Field(description="Id of the plan below", examples=["x-hewan-2025"])
    region: str = Field(description="Name of its region", examples=["河湾市"])
    target: str = Field(description="Id of the figure", examples=["x-hewan-2025.2.3#1!1"])
    measure: str = Field(description="Id of the measure that promises it", examples=["x-hewan-2025.2.3#1"])
    indicator: str = Field(description="What it counts", examples=["新开工改造老旧小区"])
    comparator: str = Field(
        description="=, >=, <=, ~, range, increase, decrease, all or zero", examples=["="]
    )
    value: float | None = Field(
        description="In the unit of the figure above where comparable, else in its own", examples=[46.0]
    )
    unit: str = Field(description="Its unit", examples=["个"])
    text: str = Field(description="The words it was read from", examples=["46个"])
    comparable: bool = Field(description="Whether it may be added", examples=[True])
    reason: Reason = Field(description="Why it is not comparable, empty where it is", examples=[""])


class Rollup(Model):
    """A figure of a plan with those of the plans below that promise the same."""

    target: str = Field(description="Id of the figure", examples=["x-qinglan-2025.3.2#4!1"])
    measure: str = Field(description="Id of the measure that promises it", examples=["x-qinglan-2025.3.2#4"])
    indicator: str = Field(description="What it counts", examples=["新开工改造老旧小区"])
    comparator: str = Field(
        description="=, >=, <=, ~, range, increase, decrease, all or zero", examples=["="]
    )
    value: float | None = Field(description="The number, null where masked and for all", examples=[860.0])
    unit: str = Field(description="Its unit", examples=["个"])
    masked: bool = Field(description="Whether the source masks the number", examples=[False])
    text: str = Field(description="The words it was read from", examples=["860个"])
    start: int = Field(description="Where it starts in the plan's text", examples=[1042])
    total: float | None = Field(
        description="Sum of the comparable figures, null where a sum means nothing", examples=[46.0]
    )
    share: float | None = Field(description="Total by value", examples=[0.053])
    parts: list[Part] = Field(description="Figures of the plans below, by plan")


@rows_of("task_measures")
class Measure(Model):
    """The smallest planned thing: a clause that commits to one piece of work."""

    id: str = Field(examples=[f"{LOCAL}#3"])
    text: str = Field(examples=[LOCAL_TEXT])
    start: int = Field(examples=[1024])
    end: int = Field(examples=[1037])
    kind: MeasureKind = Field(examples=["planned"])
    heading: bool = Field(examples=[False])
    page: int | None = Field(description="Page of the file, null without pages", examples=[3])
    line: int | None = Field(description="Line of the page or file; in Word the paragraph", examples=[12])
    first_byte: int | None = Field(
        description="Offset of its first byte in the file, null where the file is no text", examples=[None]
    )
    end_byte: int | None = Field(description="Offset behind its last byte", examples=[None])
    figures: list[Figure] = Field(description="Figures that it promises")


@rows_of("task")
class Task(Model):
    """A task with its measures."""

    id: str = Field(examples=[LOCAL])
    plan: str = Field(examples=["x-qinglan-2025"])
    region: str = Field(examples=["青岚省"])
    year: int = Field(examples=[2025])
    parent: str | None = Field(examples=["x-qinglan-2025.3"])
    number: str = Field(examples=["（二）"])
    title: str = Field(examples=["实施城市更新行动"])
    kind: Kind = Field(examples=["task"])
    measures: list[Measure] = Field(description="Its measures, in reading order")


class Pair(Model):
    """A local and an upper measure that resemble each other."""

    source: str = Field(description="Id of the local measure", examples=[f"{LOCAL}#3"])
    source_text: str = Field(description="Its words", examples=[LOCAL_TEXT])
    upper: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    upper_text: str = Field(description="Its words", examples=[UPPER_TEXT])
    score: float = Field(description="Probability, 0 to 1", examples=[0.42])
    relation: Relation = Field(
        description="How the local measure stands to the upper one", examples=["narrower"]
    )


@rows_of("task_links")
class Link(Model):
    """An upper task that a local task implements, and by which words."""

    target: str = Field(examples=[UPPER])
    target_plan: str = Field(examples=["000000-2025"])
    number: str = Field(examples=["三、"])
    title: str = Field(examples=["稳步推进城市更新"])
    score: float = Field(examples=[0.42])
    confidence: float = Field(examples=[0.91])
    rank: int = Field(examples=[1])
    support: int = Field(examples=[4])
    relation: Relation = Field(examples=["overlaps"])
    method: Method = Field(examples=["machine"])
    state: State = Field(examples=["proposed"])
    suspect: bool = Field(examples=[False])
    decision: str = Field(examples=[""])
    reviewer: str = Field(examples=[""])
    note: str = Field(examples=[""])
    advice: str = Field(examples=[""])
    encoder: str = Field(examples=["char"])
    run: str = Field(examples=["20250301T080000.000000Z-1"])
    evidence: list[Pair] = Field(
        description="Pairs of measures that carry it, best first; empty where only the tasks as a whole resemble"
    )


@rows_of("priority_implementers")
class Implementer(Model):
    """A local task that implements a priority."""

    plan: str = Field(examples=["x-qinglan-2025"])
    region: str = Field(examples=["青岚省"])
    level: Level = Field(examples=["province"])
    year: int = Field(examples=[2025])
    task: str = Field(examples=[LOCAL])
    number: str = Field(examples=["（二）"])
    title: str = Field(examples=["实施城市更新行动"])
    score: float = Field(examples=[0.42])
    confidence: float = Field(examples=[0.91])
    support: int = Field(examples=[4])
    relation: Relation = Field(examples=["narrower"])
    state: State = Field(examples=["proposed"])
    method: Method = Field(examples=["machine"])
    suspect: bool = Field(examples=[False])


class Evidence(Model):
    """A local measure that speaks for an upper one."""

    source: str = Field(description="Id of the local measure", examples=[f"{LOCAL}#3"])
    text: str = Field(description="Its words", examples=[LOCAL_TEXT])
    task: str = Field(description="Id of its task", examples=[LOCAL])
    score: float = Field(description="Probability that it covers the upper one, 0 to 1", examples=[0.82])
    relation: Relation = Field(
        description="How it stands to the upper one: equal, narrower, broader or overlaps",
        examples=["narrower"],
    )
    method: Method = Field(description="machine, human (a person alone made it) or both", examples=["both"])
    state: State = Field(description="proposed, accepted or rejected", examples=["accepted"])
    suspect: bool = Field(
        description="Whether the decision was taken on other words; it counts for nothing then",
        examples=[False],
    )
    covers: Covers = Field(description="fully or partly, where a person accepted it", examples=["fully"])
    decision: str = Field(
        description="Id of the last decision on it, empty where there was none",
        examples=["20250301T080000000000-1a2b3c4d"],
    )
    reviewer: str = Field(description="Who decided, empty for the machine", examples=["周"])


class Excuse(Model):
    """What a person decided on whether a plan has to carry an upper measure."""

    decision: str = Field(description="Id of the decision", examples=["20250301T080000000000-1a2b3c4d"])
    measure: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    plan: str = Field(
        description="Id of the plan that it is about, empty for every plan", examples=["x-qinglan-2025"]
    )
    verdict: Excused = Field(
        description="not_applicable, delegated, deferred, or applies (against what the reader tells)",
        examples=["delegated"],
    )
    to: str = Field(
        description="The plan it is delegated to, or the year it is deferred to", examples=["x-hewan-2025"]
    )
    expires: str = Field(description="Its last day, empty where it has none", examples=["2025-12-31"])
    reviewer: str = Field(description="Who decided", examples=["周"])
    note: str = Field(description="The reason", examples=["由河湾市承担"])
    at: str = Field(description="When, UTC", examples=["2025-03-01T08:00:00.000000Z"])
    seen: str = Field(description="The measure's words that the person saw", examples=[UPPER_TEXT])
    text: str | None = Field(description="Its words now, null where it is gone", examples=[UPPER_TEXT])
    stands: Literal["valid", "suspect", "expired", "due", "closed"] = Field(
        description="valid: it counts; suspect: the words have changed; expired; due: deferred until now; closed: the measure is gone",
        examples=["valid"],
    )


class MeasureCoverage(Model):
    """Whether one upper measure is carried, and by which words."""

    target: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    text: str = Field(description="Its words", examples=[UPPER_TEXT])
    start: int = Field(description="Its place in the upper plan's normalised text", examples=[310])
    status: Status = Field(description="covered, partial, gap or not_applicable", examples=["covered"])
    score: float = Field(description="Best score of any evidence, 0 to 1", examples=[0.82])
    confidence: float = Field(description="Probability of the status, 0 to 1", examples=[0.82])
    reason: str = Field(
        description="Why it is not applicable: international, own_event, own_office, national_rules, or ruled, delegated, deferred (by a person); else empty",
        examples=[""],
    )
    evidence: list[Evidence] = Field(
        description="Local measures that resemble it, best first: three at most, and all that people decided on but did not reject"
    )
    excuse: Excuse | None = Field(
        description="What a person decided on whether the plan has to carry it, also where that no longer stands"
    )


class TaskCoverage(Model):
    """Whether one upper task is carried."""

    target: str = Field(description="Id of the upper task", examples=[UPPER])
    number: str = Field(description="Its number as printed", examples=["三、"])
    title: str = Field(description="Its heading", examples=["稳步推进城市更新"])
    above: str | None = Field(description="Heading of the task above, null at the top", examples=[None])
    status: Status = Field(description="covered, partial, gap or not_applicable", examples=["partial"])
    score: float = Field(
        description="Share of its measures that apply, a partial one counted half", examples=[0.5]
    )
    covered: int = Field(description="Number of its measures that are covered", examples=[3])
    partial: int = Field(description="Number that are partly covered", examples=[2])
    gaps: int = Field(description="Number that are not", examples=[3])
    not_applicable: int = Field(description="Number that only the upper level can carry out", examples=[0])
    measures: list[MeasureCoverage] = Field(description="Its measures, in reading order")


MODE: Final = Field(
    description="What was counted: all proposals that nobody rejected, or accepted links only",
    examples=["all"],
)
LEAST: Final = Field(
    description="Confidence from which a proposal was counted; accepted links always are", examples=[0.0]
)


class Coverage(Model):
    """How a plan carries an upper plan."""

    plan: str = Field(description="Id of the local plan", examples=["x-qinglan-2025"])
    upper: str = Field(description="Id of the upper plan", examples=["000000-2025"])
    run: str = Field(description="Id of the run that linked them", examples=["20250301T080000.000000Z-1"])
    encoder: str = Field(description="Encoder of that run", examples=["char"])
    thresholds: dict[str, float] = Field(
        description="Thresholds of that run", examples=[{"covered": 0.5, "partial": 0.149}]
    )
    mode: Mode = MODE
    least: float = LEAST
    tasks: list[TaskCoverage] = Field(description="Tasks of the upper plan, in reading order")


class Gap(Model):
    """An upper measure that a plan does not carry, or carries in part."""

    target: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    text: str = Field(description="Its words", examples=[UPPER_TEXT])
    start: int = Field(description="Its place in the upper plan's normalised text", examples=[310])
    task: str = Field(description="Id of the upper task that it stands under", examples=[UPPER])
    title: str = Field(description="Heading of that task", examples=["稳步推进城市更新"])
    status: Literal["gap", "partial"] = Field(description="gap, or partial", examples=["gap"])
    score: float = Field(
        description="Score of the nearest local measure, 0 where there is none", examples=[0.03]
    )
    nearest: Evidence | None = Field(description="The nearest local measure")


class Gaps(Page[Gap]):
    """What a plan misses, page by page, and apart from that what it is excused from."""

    model_config = ConfigDict(
        json_schema_extra={"description": "One page of gaps, and all that the plan is excused from."}
    )

    plan: str = Field(description="Id of the local plan", examples=["x-qinglan-2025"])
    upper: str = Field(description="Id of the upper plan", examples=["000000-2025"])
    mode: Mode = MODE
    least: float = LEAST
    excused: list[Excuse] = Field(
        description="Measures that a person excused the plan from, in the upper plan's order, on every page; those that no longer stand are gaps, too"
    )


@rows_of("plan_unaligned")
class Unaligned(Model):
    """A local measure that answers to nothing above."""

    id: str = Field(examples=[f"{LOCAL}#5"])
    text: str = Field(examples=["举办青岚营造技艺大赛"])
    heading: bool = Field(examples=[False])
    task: str = Field(examples=[LOCAL])
    title: str = Field(examples=["实施城市更新行动"])
    start: int = Field(examples=[1100])


class UnalignedPage(Page[Unaligned]):
    """Local work that answers to nothing above, page by page."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of unaligned work."})

    mode: Mode = MODE
    least: float = LEAST


Span = tuple[int, int]
"""Start and end of a stretch of text, in code points."""


class Side(Model):
    """One end of a link: a measure, or a task by its heading."""

    id: str = Field(description="Id of the measure or task", examples=[f"{LOCAL}#3"])
    plan: str = Field(description="Id of its plan", examples=["x-qinglan-2025"])
    region: str = Field(description="Name of the region", examples=["青岚省"])
    year: int = Field(description="Year of the plan", examples=[2025])
    number: str = Field(description="A task's number as printed, empty for a measure", examples=[""])
    text: str = Field(description="A measure's words, or a task's heading", examples=[LOCAL_TEXT])
    marks: list[Span] = Field(
        description="Start and end in `text` (code points) of the words that both ends share",
        examples=[[(4, 9)]],
    )
    sentence: str = Field(
        description="The sentence that a measure's words are a part of, empty where they are all of it",
        examples=[""],
    )
    sentence_marks: list[Span] = Field(description="The same in `sentence`", examples=[[]])
    headings: list[str] = Field(
        description="Headings above it, outermost first",
        examples=[["三、2025年重点工作", "（二）实施城市更新行动"]],
    )
    page: int | None = Field(description="Page of the file, null without pages and for a task", examples=[3])
    line: int | None = Field(
        description="Line of the page or file; in Word the paragraph; null for a task", examples=[12]
    )


class Share(Model):
    """What one feature added to the log-odds of a link."""

    feature: str = Field(
        description="Name of the feature; `none` is what speaks against any link", examples=["statement"]
    )
    share: float = Field(description="What it added; below 0 it speaks against", examples=[1.331])


class Calibration(Model):
    """The probability is the logistic function of `slope` × log-odds + `intercept`."""

    slope: float = Field(description="Slope of the line", examples=[0.613])
    intercept: float = Field(description="Its value at log-odds 0", examples=[-0.457])


class Nearest(Model):
    """An upper measure that a local measure resembles."""

    upper: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    upper_text: str = Field(description="Its words", examples=[UPPER_TEXT])
    score: float = Field(description="Probability, 0 to 1", examples=[0.42])
    relation: Relation = Field(
        description="How the local measure stands to the upper one", examples=["narrower"]
    )
    marks: list[Span] = Field(
        description="The words that both share, in the local text", examples=[[(4, 7), (7, 9)]]
    )
    upper_marks: list[Span] = Field(description="The same in `upper_text`", examples=[[(0, 2), (2, 5)]])


class Carrier(Model):
    """A local measure that carries a link to an upper task."""

    source: str = Field(description="Id of the local measure", examples=[f"{LOCAL}#3"])
    text: str = Field(description="Its words", examples=[LOCAL_TEXT])
    marks: list[Span] = Field(
        description="The words in `text` that the upper task shares", examples=[[(4, 9)]]
    )
    score: float = Field(description="Probability that it implements the upper task", examples=[0.78])
    confidence: float = Field(description="How often such a link is right, 0 to 1", examples=[0.91])
    relation: Relation = Field(description="How it stands to the upper task", examples=["narrower"])
    state: State = Field(description="proposed, accepted or rejected", examples=["proposed"])
    evidence: list[Nearest] = Field(
        description="Measures of the upper task that it resembles, best first, three at most"
    )


class Alternative(Model):
    """Another task or measure of the same upper plan that the source is linked to."""

    target: str = Field(description="Id of the upper task or measure", examples=["000000-2025.2"])
    text: str = Field(description="Its heading or words", examples=["增加住房供应"])
    score: float = Field(description="Probability, 0 to 1", examples=[0.31])
    rank: int = Field(description="Rank among the source's links to that plan", examples=[2])


class Promise(Model):
    """A figure and the measure that promises it."""

    measure: str = Field(description="Id of the measure", examples=[f"{LOCAL}#3"])
    indicator: str = Field(description="What it counts", examples=["城中村改造"])
    comparator: str = Field(
        description="=, >=, <=, ~, range, increase, decrease, all or zero", examples=["="]
    )
    value: float | None = Field(description="The number, null where masked and for all", examples=[45.0])
    value_to: float | None = Field(description="The upper end of a range", examples=[None])
    unit: str = Field(description="Its unit", examples=["个"])
    base: str = Field(description="What a change is measured from, empty where not said", examples=[""])
    masked: bool = Field(description="Whether the source masks the number", examples=[False])
    text: str = Field(description="The words it was read from", examples=["45个"])


class Compared(Model):
    """Figures of one indicator on both sides of a link."""

    indicator: str = Field(description="What the upper figure counts", examples=["城中村改造"])
    upper: Promise = Field(description="The upper figure")
    local: Promise = Field(description="The local figure")
    verdict: Verdict = Field(
        description="meets, below, part (an amount of which the upper plan asks the total) or not_comparable",
        examples=["part"],
    )
    share: float | None = Field(
        description="Local by upper amount, null unless the verdict is part", examples=[0.0375]
    )
    reason: PairReason = Field(description="Why they are not comparable, empty where they are", examples=[""])


@rows_of("versions")
class Version(Model):
    """A content that a plan has had."""

    id: str = Field(examples=["x-langang-2025@1"])
    plan: str = Field(examples=["x-langang-2025"])
    number: int = Field(examples=[1])
    title: str = Field(examples=["岚港市2025年住房城乡建设工作要点"])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    reader: str = Field(examples=["4"])
    source: str = Field(examples=["langang-2025.txt"])
    archived: str | None = Field(
        description="When it was replaced or removed, UTC; null for what stands now",
        examples=["2025-03-01T08:00:00+00:00"],
    )


class DiffSide(Model):
    """One of the two contents."""

    id: str = Field(description="Id of the version", examples=["x-langang-2025@1"])
    plan: str = Field(description="Id of the plan", examples=["x-langang-2025"])
    version: int = Field(description="Its number, from 1", examples=[1])
    year: int = Field(description="Year that the plan is for", examples=[2025])
    title: str = Field(description="Title as printed", examples=["岚港市2025年住房城乡建设工作要点"])
    archived: str | None = Field(
        description="When it was replaced or removed, UTC; null where it stands now",
        examples=["2025-03-01T08:00:00+00:00"],
    )


class DiffItem(Model):
    """A task or a measure that differs; what concerns a side where it does not stand is empty."""

    kind: Literal["task", "measure"] = Field(description="Which of the two it is", examples=["measure"])
    what: Literal["added", "removed", "changed", "moved"] = Field(
        description="What happened to it", examples=["changed"]
    )
    moved: bool = Field(
        description="Whether it stands elsewhere; what is changed may be, too", examples=[False]
    )
    before: str = Field(description="Its id before", examples=["x-langang-2025.2.1#2"])
    after: str = Field(
        description="Its id after, the same within one plan", examples=["x-langang-2025.2.1#2"]
    )
    before_text: str = Field(description="Its words before", examples=["改造老旧小区30个"])
    after_text: str = Field(description="Its words after", examples=["改造老旧小区35个"])
    before_marks: list[tuple[int, int]] = Field(
        description="Start and end, in before_text, of the words that differ", examples=[[(6, 8)]]
    )
    after_marks: list[tuple[int, int]] = Field(
        description="Start and end, in after_text, of the words that differ", examples=[[(6, 8)]]
    )
    before_task: str = Field(description="Heading that it stood under", examples=["（一）城市更新"])
    after_task: str = Field(description="Heading that it stands under", examples=["（一）城市更新"])


class DiffFigure(Figure):
    """A figure on one side."""

    id: str = Field(description="Id of the figure", examples=["x-langang-2025.2.1#2!1"])
    measure: str = Field(description="Id of the measure that promises it", examples=["x-langang-2025.2.1#2"])


class FigureChange(Model):
    """A figure that differs."""

    what: Literal["added", "removed", "changed", "moved"] = Field(
        description="What happened to it", examples=["changed"]
    )
    before: DiffFigure | None = Field(description="The figure before, null where there was none")
    after: DiffFigure | None = Field(description="The figure after, null where there is none")


class StatusChange(Model):
    """An upper measure whose status differs."""

    target: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    text: str = Field(description="Its words", examples=[UPPER_TEXT])
    task: str = Field(description="Id of the upper task", examples=[UPPER])
    before: Status | Literal[""] = Field(
        description="Its status before, empty where it was not asked", examples=["gap"]
    )
    after: Status | Literal[""] = Field(
        description="Its status after, empty where it is not asked", examples=["covered"]
    )
    before_score: float = Field(description="Score of the best evidence before, 0 to 1", examples=[0.08])
    after_score: float = Field(description="Score of the best evidence after, 0 to 1", examples=[0.71])


class CoverageChange(Model):
    """Coverage of an upper plan before and after."""

    before: str | None = Field(
        description="Upper plan before, by its version where that is not today's; null where not linked",
        examples=["000000-2025"],
    )
    after: str | None = Field(description="Upper plan after, likewise", examples=["000000-2025"])
    comparable: bool = Field(
        description="Whether both are one plan; else there are counts only", examples=[True]
    )
    before_counts: dict[str, int] = Field(
        description="Upper measures before by status", examples=[{"covered": 20, "gap": 31}]
    )
    after_counts: dict[str, int] = Field(
        description="Upper measures after by status", examples=[{"covered": 21, "gap": 30}]
    )
    changes: list[StatusChange] = Field(description="Upper measures whose status differs, in reading order")


class Diff(Model):
    """What differs between two contents. Counts are of all items by what happened to them."""

    before: DiffSide = Field(description="The earlier side")
    after: DiffSide = Field(description="The later side")
    tasks: dict[str, int] = Field(
        description="Tasks: unchanged, moved, changed, added, removed",
        examples=[{"unchanged": 12, "added": 1}],
    )
    measures: dict[str, int] = Field(
        description="Measures, headings left out", examples=[{"unchanged": 90, "changed": 3}]
    )
    figures: dict[str, int] = Field(description="Figures", examples=[{"unchanged": 30, "changed": 1}])
    changes: list[DiffItem] = Field(description="Tasks, then measures; in reading order, what is gone last")
    figure_changes: list[FigureChange] = Field(description="Figures that differ")
    coverage: list[CoverageChange] = Field(description="One for each upper plan")


class Explanation(Model):
    """Why a link stands. Shares add up to the log-odds of the target against "none of them"."""

    type: Literal["MATCHES", "IMPLEMENTS"] = Field(
        description="MATCHES between measures, IMPLEMENTS to a task", examples=["IMPLEMENTS"]
    )
    source: Side = Field(description="The local end")
    target: Side = Field(description="The upper end")
    score: float = Field(description="Probability, 0 to 1", examples=[0.78])
    rank: int = Field(description="Rank among the source's links to that plan", examples=[1])
    relation: Relation = Field(description="How the local end stands to the upper one", examples=["narrower"])
    confidence: float | None = Field(
        description="How often such a decision is right; null for MATCHES", examples=[0.91]
    )
    support: int | None = Field(
        description="How many measures carry the decision; null for MATCHES", examples=[4]
    )
    method: Method = Field(description="machine, human or both", examples=["machine"])
    state: State = Field(description="proposed, accepted or rejected", examples=["proposed"])
    suspect: bool = Field(
        description="Whether the decision was taken on other words; it counts for nothing then",
        examples=[False],
    )
    covers: str | None = Field(
        description="fully or partly, where a person accepted a match; null for IMPLEMENTS", examples=[None]
    )
    decision: str = Field(description="Id of the last decision, empty where there was none", examples=[""])
    reviewer: str = Field(description="Who decided, empty for the machine", examples=[""])
    note: str = Field(description="The reviewer's note", examples=[""])
    advice: str | None = Field(description="The adviser's reason; null for MATCHES", examples=[""])
    encoder: str = Field(description="Encoder of the run", examples=["policy-zh"])
    scoring: str = Field(description="Hash of the weights", examples=["17fc88308ab4ee91"])
    run: str = Field(description="Id of the run", examples=["20250301T080000000000-1a2b3c4d"])
    linked: str = Field(description="When the run ended, UTC", examples=["2025-03-01T08:00:01.250+00:00"])
    thresholds: dict[str, float] = Field(
        description="Thresholds of the run", examples=[{"implements": 0.25, "covered": 0.5}]
    )
    shares: list[Share] = Field(description="What each feature added; empty where the link does not say")
    log_odds: float | None = Field(description="Sum of the shares, an adviser's left out", examples=[3.77])
    strongest: str | None = Field(
        description="The measure that the shares are of, where the source is a task", examples=[f"{LOCAL}#3"]
    )
    unadvised: float | None = Field(
        description="Probability before an adviser was heard, `score` where none was; null for MATCHES",
        examples=[0.78],
    )
    none: float | None = Field(
        description="Probability that the source implements no task; null for MATCHES", examples=[0.02]
    )
    others: float | None = Field(
        description="Probability of all other upper tasks: with `unadvised` and `none` it makes 1; null for MATCHES",
        examples=[0.2],
    )
    calibration: Calibration | None = Field(
        description="How log-odds become the score of a match; null for IMPLEMENTS"
    )
    carriers: list[Carrier] = Field(
        description="The local measures that carry a decision, strongest first; empty for MATCHES"
    )
    alternatives: list[Alternative] = Field(
        description="What else the source is linked to in that plan, strongest first, five at most"
    )
    figures: list[Compared] = Field(description="Figures of the same indicator on both sides")


class Cell(Model):
    """One upper task in one plan."""

    task: str = Field(description="Id of the upper task", examples=[UPPER])
    plan: str = Field(description="Id of the local plan", examples=["x-qinglan-2025"])
    status: Status = Field(description="covered, partial, gap or not_applicable", examples=["partial"])
    score: float = Field(
        description="Share of its measures that apply, a partial one counted half", examples=[0.5]
    )
    covered: int = Field(description="Number of its measures that are covered", examples=[3])
    partial: int = Field(description="Number that are partly covered", examples=[2])
    gaps: int = Field(description="Number that are gaps", examples=[3])
    measures: int = Field(description="Number of its measures that apply", examples=[8])
    not_applicable: int = Field(description="Number of its measures that do not apply", examples=[0])


class Matrix(Model):
    """Coverage of every upper task by every plan linked to it."""

    upper: str = Field(description="Id of the upper plan", examples=["000000-2025"])
    mode: Mode = MODE
    least: float = LEAST
    tasks: list[Priority] = Field(description="The rows, in reading order")
    plans: list[Plan] = Field(description="The columns, by level, region and year")
    cells: list[list[Cell]] = Field(description="One list for each task, one cell for each plan")


class Hop(Model):
    """A local task that implements the one above it."""

    task: str = Field(description="Id of the task", examples=[LOCAL])
    title: str = Field(description="Its heading", examples=["实施城市更新行动"])
    plan: str = Field(description="Id of its plan", examples=["x-qinglan-2025"])
    region: str = Field(description="Name of its region", examples=["青岚省"])
    score: float = Field(description="Score of its link to the task above", examples=[0.42])
    weakest: float = Field(
        description="Least score on the best way from here down to the lowest level that answers",
        examples=[0.2],
    )
    below: list["Hop"] = Field(description="Tasks that implement this one in turn", examples=[[]])


class Step(Model):
    """One plan of a chain, and what it makes of the priority."""

    plan: str = Field(description="Id of the plan", examples=["x-qinglan-2025"])
    region: str = Field(description="Id of its region", examples=["x-qinglan"])
    name: str = Field(description="Name of its region", examples=["青岚省"])
    level: Level = Field(description="Level of its region", examples=["province"])
    year: int = Field(description="Year that the plan is for", examples=[2025])
    status: Status = Field(description="covered, partial, gap or not_applicable", examples=["covered"])
    score: float = Field(
        description="Share of the priority's measures that apply, a partial one counted half", examples=[0.77]
    )


class PathHop(Model):
    """One hop of a path: a task that implements the one above it."""

    source: str = Field(description="Id of the lower task", examples=[LOCAL])
    source_plan: str = Field(description="Id of its plan", examples=["x-qinglan-2025"])
    source_title: str = Field(description="Its heading", examples=["实施城市更新行动"])
    target: str = Field(description="Id of the upper task", examples=[UPPER])
    target_plan: str = Field(description="Id of its plan", examples=["000000-2025"])
    target_title: str = Field(description="Its heading", examples=["稳步推进城市更新"])
    score: float = Field(description="Probability, 0 to 1", examples=[0.78])
    confidence: float = Field(description="How often such a link is right, 0 to 1", examples=[0.91])
    state: State = Field(description="proposed or accepted", examples=["proposed"])


class Chain(Model):
    """One priority in one chain of plans."""

    priority: str = Field(description="Id of the upper task", examples=[UPPER])
    number: str = Field(description="Its number as printed", examples=["三、"])
    title: str = Field(description="Its heading", examples=["稳步推进城市更新"])
    position: int = Field(description="Its place in reading order", examples=[3])
    plan: str = Field(description="Id of the plan where the chain ends", examples=["x-songling-2025"])
    standing: Standing = Field(
        description="carried (all plans carry it, joined by links), unlinked (all carry it, not joined), stops (carried "
        "above, not at the end), skips (carried at the end, not above), absent (nowhere), not_applicable (the end is not "
        "asked)",
        examples=["carried"],
    )
    partly: bool = Field(description="Whether a plan carries it only in part", examples=[False])
    breaks: str | None = Field(
        description="Id of the plan where the chain breaks; null where it does not", examples=[None]
    )
    weakest: PathHop | None = Field(description="The weakest hop of the path; null without a path")
    steps: list[Step] = Field(description="The plans, from the top down")
    path: list[PathHop] = Field(
        description="The best path of links, from the top down, as far as it leads; empty where there is none"
    )


class ChainPage(Page[Chain]):
    """Priorities in chains of plans, page by page."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of chains."})

    mode: Mode = MODE
    least: float = LEAST


class Cascade(Model):
    """What becomes of one priority, level by level."""

    priority: str = Field(description="Id of the upper task", examples=[UPPER])
    number: str = Field(description="Its number as printed", examples=["三、"])
    title: str = Field(description="Its heading", examples=["稳步推进城市更新"])
    upper: str = Field(description="Id of its plan", examples=["000000-2025"])
    mode: Mode = MODE
    least: float = LEAST
    chains: list[Chain] = Field(description="Each chain of plans, with where it breaks")
    hops: list[Hop] = Field(
        description="All tasks of the next level that implement it, strongest first within a plan"
    )


@rows_of("search")
class Found(Model):
    """A measure whose words contain the text."""

    id: str = Field(examples=[f"{LOCAL}#3"])
    plan: str = Field(examples=["x-qinglan-2025"])
    region: str = Field(examples=["青岚省"])
    task: str = Field(examples=[LOCAL])
    title: str = Field(examples=["实施城市更新行动"])
    kind: MeasureKind = Field(examples=["planned"])
    text: str = Field(examples=[LOCAL_TEXT])


class Parameter(Model):
    """A parameter of a named query."""

    name: str = Field(description="Its name", examples=["plan"])
    type: str = Field(description="string, integer, float, boolean or list", examples=["string"])
    purpose: str = Field(description="What it is for", examples=["id of the local plan"])
    required: bool = Field(description="Whether it must be given", examples=[True])
    default: Any = Field(description="Its value where it is not given", examples=[None])
    example: Any = Field(
        description="A value on the sample plans, null where the default does", examples=["x-qinglan-2025"]
    )
    of: str = Field(
        description="What its value names, such as plan, task, region or level; empty where any value will do",
        examples=["plan"],
    )


class Column(Model):
    """A column of a named query's answer."""

    name: str = Field(description="Its name", examples=["id"])
    purpose: str = Field(description="What it holds", examples=["id of the measure"])


class NamedQuery(Model):
    """A question that the graph answers."""

    name: str = Field(description="Its name", examples=["plan_gaps"])
    group: str = Field(description=f"What it is for: {', '.join(GROUPS)}", examples=["gaps"])
    purpose: str = Field(description="What it answers", examples=["Gaps of a plan"])
    purpose_zh: str = Field(description="The same in Chinese", examples=["计划缺口"])
    parameters: list[Parameter] = Field(description="What it takes")
    columns: list[Column] = Field(description="What it returns")
    cypher: str = Field(
        description="The statement; where the rows are decided from those of other queries, their statements",
        examples=["MATCH (p:Plan) RETURN p.id AS id"],
    )
    stands_on: list[str] = Field(
        description="Names of the queries from whose rows the answer is decided; empty where it is a statement of its own",
        examples=[["plans", "link_runs"]],
    )


class Rows(Model):
    """The answer of a named query."""

    name: str = Field(description="Name of the query", examples=["plans"])
    columns: list[Column] = Field(description="What each value means")
    rows: list[dict[str, Any]] = Field(
        description="One object a row, keys as in `columns`", examples=[[{"id": "x-qinglan-2025"}]]
    )


class Question(BaseModel):
    """A statement of Cypher that only reads."""

    model_config = ConfigDict(extra="forbid", title="Question")

    query: str = Field(
        description="One statement",
        examples=["MATCH (p:Plan) WHERE p.year >= $year RETURN p.id AS id, p.title AS title ORDER BY id"],
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="A JSON value for each $name", examples=[{"year": 2025}]
    )
    limit: int | None = Field(
        None,
        ge=1,
        description="Most rows; the setting cypher_rows by default, and at most that",
        examples=[100],
    )
    timeout: float | None = Field(
        None,
        gt=0,
        description="Most seconds; the setting cypher_timeout by default, and at most that",
        examples=[10],
    )


class Answer(Model):
    """The rows of a statement."""

    columns: list[str] = Field(description="Names in the order of RETURN", examples=[["id", "title"]])
    rows: list[dict[str, Any]] = Field(
        description="One object a row. A node is {id, labels, properties}, a relationship {id, type, start, end, "
        "properties}, a path {nodes, relationships}; times are ISO texts, NaN and infinity null",
        examples=[[{"id": "x-qinglan-2025", "title": "青岚省2025年住房和城乡建设工作要点"}]],
    )
    truncated: bool = Field(description="Whether there were more rows than may be returned", examples=[False])
    took_ms: int = Field(description="Milliseconds from question to answer", examples=[52])
