"""A file to a :class:`graph.model.PlanDocument`: the whole reading, from bytes to measures and figures."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Final

from graph.errors import InputError
from graph.model import Measure, MeasureKind, Plan, PlanDocument, Target, Task, TaskKind, stamp
from ingest.header import Header, read_header, split_run_on
from ingest.kinds import is_general, paragraph_kind, section_kind, sentence_kind
from ingest.manifest import PlanSource
from ingest.normalise import paragraphs
from ingest.readers import read_text
from ingest.reserved import reserved
from ingest.source import Locator
from ingest.statements import clauses, trim
from ingest.structure import Heading, parse
from ingest.targets import figures

READER: Final = "4"
"""Version of the reading rules. A plan that an older version read is read again by the next build."""

_SYNTHETIC: Final = {"preamble": "（前言）", "planned": "（总体要求）", "closing": "（结语）"}


def read_plan(source: PlanSource) -> PlanDocument:
    """Read one plan.

    Raises:
        InputError: the file is missing, empty, no text, or holds no sentence of planned work.
    """
    where = str(source.path)
    data, file = read_text(source.path)
    parts = split_run_on(paragraphs(file.text))
    header = read_header(parts)
    plan = Plan(
        id=source.plan_id,
        region=source.region.id,
        level=source.region.level,
        year=source.year,
        title=source.title or header.title or f"{source.region.name}{source.year}年工作计划",
        document=header.document,
        issuer=source.issuer or header.issuer,
        published=source.published or header.published,
        source=source.path.name,
        encoding=file.encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        reader=READER,
        text="\n".join(parts),
    )
    builder = _Builder(plan, parts, header, Locator(file, plan.text))
    builder.build()
    if not any(m.kind == "planned" for m in builder.measures):
        raise InputError(
            "no planned work was found in this text",
            where=where,
            remedy="Check that it is a work plan and that its headings name the planned part (重点工作, 主要任务 …).",
        )
    return PlanDocument(
        source.region,
        plan,
        tuple(builder.tasks),
        tuple(builder.measures),
        tuple(builder.targets),
        _warnings(source),
    )


def _warnings(source: PlanSource) -> tuple[str, ...]:
    if not source.guessed:
        return ()
    facts = f"{source.region.name} ({source.region.id}), {source.year}"
    return (f"{source.path.name}: no plans.toml; read off the text: {facts}",)


@dataclass(slots=True)
class _Builder:
    """Walks the heading tree once and numbers what it finds."""

    plan: Plan
    parts: list[str]
    header: Header
    locator: Locator
    tasks: list[Task] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    closing: list[tuple[int, int]] = field(default_factory=list)
    statement: int = 0

    def build(self) -> None:
        root = parse(self.parts, self.header.lines)
        sections = [(child, section_kind(child.title, self.plan.year)) for child in root.children]
        priorities = self._priorities([child for child, kind in sections if kind == "planned"])
        if root.sentences:
            self._front(root)
        for ordinal, (child, kind) in enumerate(sections, start=1):
            self._task(child, f"{self.plan.id}.{ordinal}", None, ordinal, 1, kind, priorities)
        self._closing(len(sections) + 1)
        self._mark_asking()
        self._number_statements()

    def _priorities(self, planned: list[Heading]) -> set[int]:
        """Which headings are the national plan's priorities: its first planned headings that are more than one."""
        if self.plan.level != "national":
            return set()
        planned = [h for h in planned if not is_general(h.title)]
        while len(planned) == 1 and planned[0].children:
            planned = planned[0].children
        return {id(h) for h in planned}

    def _front(self, root: Heading) -> None:
        """What stands before the first heading: preamble, or the year's general requirements."""
        kinds = self._paragraph_kinds(root, "preamble")
        kind: MeasureKind = "planned" if "planned" in kinds.values() and not root.children else "preamble"
        self._add_task(
            f"{self.plan.id}.0",
            None,
            0,
            1,
            "",
            _SYNTHETIC[kind],
            "task" if kind == "planned" else "preamble",
            0,
            0,
        )
        self._sentences(root, f"{self.plan.id}.0", kinds)

    def _task(
        self, heading: Heading, id_: str, parent: str | None, ordinal: int, depth: int, section: MeasureKind,
        priorities: set[int],
    ) -> None:  # fmt: skip
        kind: TaskKind = "task" if section == "planned" else section
        if id(heading) in priorities:
            kind = "priority"
        self._add_task(
            id_, parent, ordinal, depth, heading.number, heading.title, kind, heading.start, heading.end
        )
        only = heading.own_sentence and not heading.sentences and not heading.children
        if only and kind != "priority":
            # A numbered item of one sentence is the work itself, not the heading of any.
            self._statement(id_, heading.start, heading.end, section, first=1)
        else:
            if heading.own_sentence:
                self._heading(id_, heading, section)
            self._sentences(heading, id_, self._paragraph_kinds(heading, section))
        for number, child in enumerate(heading.children, start=1):
            self._task(child, f"{id_}.{number}", id_, number, depth + 1, section, priorities)

    def _paragraph_kinds(self, heading: Heading, section: MeasureKind) -> dict[int, MeasureKind]:
        """The kind of each paragraph whose sentences stand directly under ``heading``."""
        kinds: dict[int, MeasureKind] = {}
        current = section
        for index in sorted({s.paragraph for s in heading.sentences}):
            found = paragraph_kind(self.parts[index], current, from_end=len(self.parts) - 1 - index)
            opened_here = index == heading.paragraph and heading.own_sentence and heading.number
            kinds[index] = current if opened_here else found
            if section == "review" and kinds[index] == "situation":
                current = "situation"
        return kinds

    def _sentences(self, heading: Heading, task: str, kinds: dict[int, MeasureKind]) -> None:
        ordinal = 1
        for sentence in heading.sentences:
            kind = kinds[sentence.paragraph]
            if kind == "closing" and heading.style != "root":
                self.closing.append((sentence.start, sentence.end))
                continue
            kind = sentence_kind(self.plan.text[sentence.start : sentence.end], kind, self.plan.year)
            ordinal = self._statement(task, sentence.start, sentence.end, kind, first=ordinal)

    def _heading(self, task: str, heading: Heading, kind: MeasureKind) -> None:
        span = trim(self.plan.text, heading.start, heading.end)
        if span is not None:
            self.statement += 1
            self._measure(task, 0, span, kind, heading=True)

    def _statement(self, task: str, start: int, end: int, kind: MeasureKind, *, first: int) -> int:
        """Add one sentence's clauses, numbered from ``first``; returns the next number."""
        spans = clauses(self.plan.text, start, end)
        if spans:
            self.statement += 1
        for ordinal, span in enumerate(spans, start=first):
            self._measure(task, ordinal, span, kind, heading=False)
        return first + len(spans)

    def _measure(
        self, task: str, ordinal: int, span: tuple[int, int], kind: MeasureKind, *, heading: bool
    ) -> None:
        text = self.plan.text[span[0] : span[1]]
        id_ = f"{task}#{ordinal}"
        place = self.locator.place(*span)
        self.measures.append(
            Measure(
                id_, self.plan.id, task, ordinal, self.statement, text, span[0], span[1], kind, heading,
                "" if heading else reserved(text), stamp(text), place.page, place.line, place.first_byte, place.end_byte,
            )
        )  # fmt: skip
        if kind != "planned":
            return
        for number, figure in enumerate(figures(text), start=1):
            self.targets.append(
                Target(
                    f"{id_}!{number}", self.plan.id, id_, number, figure.indicator, figure.comparator, figure.value,
                    figure.value_to, figure.unit, figure.base, figure.due, figure.commitment, figure.masked,
                    text[figure.start : figure.end], span[0] + figure.start, span[0] + figure.end,
                )
            )  # fmt: skip

    def _closing(self, ordinal: int) -> None:
        if not self.closing:
            return
        id_ = f"{self.plan.id}.{ordinal}"
        self._add_task(id_, None, ordinal, 1, "", _SYNTHETIC["closing"], "closing", 0, 0)
        first = 1
        for start, end in self.closing:
            first = self._statement(id_, start, end, "closing", first=first)

    def _add_task(
        self, id_: str, parent: str | None, ordinal: int, depth: int, number: str, title: str, kind: TaskKind,
        start: int, end: int,
    ) -> None:  # fmt: skip
        self.tasks.append(
            Task(
                id_,
                self.plan.id,
                parent,
                len(self.tasks),
                ordinal,
                depth,
                number,
                title,
                kind,
                start,
                end,
                asks=False,
                stamp=stamp(title),
            )
        )

    def _mark_asking(self) -> None:
        """Find the tasks that plans below answer to; a top-level section of other tasks only introduces them."""
        holding = {m.task for m in self.measures if m.kind == "planned" and not m.heading}
        containers = {t.parent for t in self.tasks if t.depth == 2} - {
            t.id for t in self.tasks if t.kind == "priority"
        }
        for index, task in enumerate(self.tasks):
            general = task.end == 0
            self.tasks[index] = replace(task, asks=task.id in holding - containers and not general)

    def _number_statements(self) -> None:
        """Put measures into reading order and count their sentences: text after a list stands above it in the tree."""
        self.measures.sort(key=lambda m: m.start)
        order: dict[int, int] = {}
        for measure in self.measures:
            order.setdefault(measure.statement, len(order) + 1)
        self.measures = [replace(m, statement=order[m.statement]) for m in self.measures]
