"""What people filled in: checked against what was asked, and written as the labels that ``policygraph evaluate`` reads."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError
from graph.model import stamp
from policygraph import labels
from policygraph.labelling import Form, one_line
from policygraph.labels import plain
from policygraph.words import Language, word

UNCOMPUTED: Final = object()
"""The value of a cell with a formula that no program has computed."""
OPEN: Final = "?"
"""What stands in a file of labels where nothing is labelled yet."""
MOST: Final = 3
_CELL: Final = 32_767
_NAMED: Final = 10
_ANNOTATOR: Final = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
_NUMBERS: Final = re.compile(r"[\d.,、;/\s]+")
_NUMBER: Final = re.compile(r"(\d{1,4})(?:\.0*)?")
_TITLED: Final = re.compile(r"(\d{1,4})(?:\.0+)?[\s.、:,]*(?!\d)(.+)", re.DOTALL)
_LABEL: Final = re.compile(r"([012])(?:\.0*)?(?![\d.]).*", re.DOTALL)
_INVISIBLE: Final = re.compile(r"[\u200b\u200c\u200d\u2060\ufeff]")
_ELLIPSIS: Final = re.compile(r"(?:…|\.\.\.)+")
_MARKS: Final = {"无": "none", "没有": "none", "none": "none", "-": "none", "—": "none", "–": "none", "/": "none",
                 "非计划": "unplanned", "not planned": "unplanned", "unplanned": "unplanned"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that somebody filled in, and its place in words (语句!D17)."""

    place: str
    value: Any


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read: ``stamp``, ``name`` (number or id) and ``text`` say what it is about, as far as they are there.

    ``cells`` hold the priorities, best first, or the label; ``quote`` and ``note`` what else was written.
    """

    place: str
    stamp: str
    name: str
    text: str
    cells: tuple[Cell, ...]
    quote: Cell | None = None
    note: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is anything that somebody wrote."""
        quoted = self.quote is not None and said(self.quote.value) != ""
        return quoted or any(c.value is UNCOMPUTED or said(c.value) for c in self.cells)


@dataclass(frozen=True, slots=True)
class Filled:
    """A file as read. ``names`` are what the two tables are called.

    ``exact`` marks a file of labels rather than a sheet: there an empty cell says none, and no row is chance.
    """

    file: Path
    sources: tuple[Path, ...]
    annotator: str
    names: tuple[str, str]
    statements: tuple[Row, ...]
    coverage: tuple[Row, ...]
    problems: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """Checked labels of one plan by one annotator: rows as they stand in the files, and what to tell the user."""

    form: Form
    annotator: str
    statements: tuple[tuple[str, str, str], ...]
    coverage: tuple[tuple[str, str, str], ...]
    notes: tuple[tuple[str, str, str], ...]
    warnings: tuple[str, ...]


def annotator_name(name: str) -> str:
    """``name`` if it can stand in a file's name. Raises InputError."""
    if not _ANNOTATOR.fullmatch(name):
        raise InputError(
            f"{name!r} is no name of an annotator",
            remedy="Use letters, digits or Chinese characters: --annotator A",
        )
    return name


def check(
    filled: Filled, form: Form, language: Language, *, partial: bool = False, empty_is_none: bool = False
) -> Labels:
    """Labels from what was filled in.

    Args:
        partial: leave out what is not labelled.
        empty_is_none: a statement without priorities implements none, instead of being not labelled yet.

    Raises:
        InputError: names every cell that is wrong, what is wrong with it, and how to mend it.
    """
    return _Check(filled, form, language, partial, empty_is_none or filled.exact).run()


def said(value: Any) -> str:
    """A cell's value as plain text: half-width, without blanks around it, 1 where a program keeps 1.0."""
    if value is None or value is UNCOMPUTED:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", str(value))).strip()


class _Check:
    def __init__(
        self, filled: Filled, form: Form, language: Language, partial: bool, empty_is_none: bool
    ) -> None:
        self.filled = filled
        self.form = form
        self.language = language
        self.partial = partial
        self.empty_is_none = empty_is_none
        self.problems = list(filled.problems)
        self.warnings: list[str] = []
        self.titles = {p.number: plain(p.title) for p in form.priorities}
        self.options = {"".join(said(p.option).split()): p.number for p in form.priorities}
        self.body = plain(form.text)

    def run(self) -> Labels:
        statements, notes = self._statements()
        coverage = self._coverage()
        if not self.problems and not statements and not coverage:
            self._problem(self.filled.names[0], "label_nothing")
        if self.problems:
            raise InputError(
                word("label_bad", self.language, n=len(self.problems)),
                where=str(self.filled.file),
                remedy="\n".join(self.problems),
            )
        return Labels(
            self.form,
            self.filled.annotator,
            tuple(statements),
            tuple(coverage),
            tuple(notes),
            tuple(self.warnings),
        )

    def _statements(self) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        items = [(str(s.idx), s.text) for s in self.form.statements]
        found: dict[int, tuple[str, ...]] = {}
        notes: dict[int, str] = {}
        unlabelled: list[str] = []
        rows = self._rows(self.filled.statements, items, self.filled.names[0])
        for at, row in rows:
            if row.note:
                notes[at] = row.note
            chosen = self._chosen(row.cells)
            if chosen is None:
                continue
            marked = any(said(cell.value) == OPEN for cell in row.cells)
            if not chosen and (marked or not self.empty_is_none):
                unlabelled.append(row.cells[0].place)
            elif chosen != ("unplanned",):
                found[at] = tuple(c for c in chosen if c != "none")
        self._unlabelled(self.filled.names[0], unlabelled, len(items))
        statements = [(items[at][0], ",".join(found[at]), one_line(items[at][1])) for at in sorted(found)]
        return statements, [(items[at][0], notes[at], one_line(items[at][1])) for at in sorted(notes)]

    def _coverage(self) -> list[tuple[str, str, str]]:
        items = [(m.id, m.text) for m in self.form.measures]
        found: dict[int, tuple[str, str]] = {}
        unlabelled: list[str] = []
        without = 0
        for at, row in self._rows(self.filled.coverage, items, self.filled.names[1]):
            quote = self._quote(row.quote)
            label = self._label(row.cells[0])
            if label == "" and quote:
                self._problem(row.cells[0].place, "label_quote_alone")
            elif label == "":
                unlabelled.append(row.cells[0].place)
            elif label is not None:
                without += label != "0" and not quote
                found[at] = (label, quote)
        self._unlabelled(self.filled.names[1], unlabelled, len(items))
        if without:
            self._warn("label_no_quotes", sheet=self.filled.names[1], n=without)
        return [(items[at][0], *found[at]) for at in sorted(found)]

    def _rows(
        self, rows: Iterable[Row], items: Sequence[tuple[str, str]], name: str
    ) -> list[tuple[int, Row]]:
        """Each row with the position of the item that it is about; problems of rows that are about none."""
        index = _Index(items)
        found: list[tuple[int, Row]] = []
        places: dict[int, str] = {}
        lost = False
        for row in rows:
            at = index.find(row, places)
            if at is None:
                if row.stamp or row.filled or self.filled.exact:
                    lost = True
                    self._problem(row.place, "label_gone" if row.stamp else "label_unknown")
            elif row.stamp and row.text and plain(row.text) != plain(shown(items[at][1])):
                lost = True
                self._problem(row.place, "label_moved", text=one_line(items[at][1])[:40])
            elif at in places:
                self._problem(row.place, "label_twice", first=places[at])
            else:
                places[at] = row.place
                found.append((at, row))
        missing = [items[at][0] for at in range(len(items)) if at not in places]
        if missing and not lost and not self.filled.problems:
            if self.partial:
                self._warn("label_left_out", sheet=name, n=len(missing))
            else:
                self._problem(name, "label_missing", n=len(missing), names=self._some(missing))
        return found

    def _unlabelled(self, name: str, places: list[str], total: int) -> None:
        if places and self.partial:
            self._warn("label_left_out", sheet=name, n=len(places))
        elif places:
            self._problem(name, "label_unlabelled", n=len(places), total=total, places=self._some(places))

    def _some(self, names: Sequence[str]) -> str:
        shown_names = ("、" if self.language == "zh" else ", ").join(names[:_NAMED])
        return shown_names + (word("label_more", self.language) if len(names) > _NAMED else "")

    def _chosen(self, cells: Sequence[Cell]) -> tuple[str, ...] | None:
        """What the cells of one statement choose: numbers, ``none`` or ``unplanned``; None where one is wrong."""
        read = [(cell, self._choices(cell)) for cell in cells]
        chosen = [(cell, choice) for cell, choices in read for choice in choices or ()]
        wrong = any(choices is None for _, choices in read)
        marks = [(cell, choice) for cell, choice in chosen if choice in ("none", "unplanned")]
        names = [choice for _, choice in chosen]
        if marks and len(chosen) > 1:
            self._problem(marks[0][0].place, "label_both", mark=said(marks[0][0].value))
            return None
        for at, (cell, choice) in enumerate(chosen):
            if choice in names[:at]:
                self._problem(cell.place, "label_repeated", number=choice)
                wrong = True
        if len(chosen) > MOST:
            self._problem(chosen[MOST][0].place, "label_too_many", n=len(chosen))
            wrong = True
        return None if wrong else tuple(names)

    def _choices(self, cell: Cell) -> tuple[str, ...] | None:
        """What one cell chooses; None, and a problem, where that cannot be read."""
        if not self._readable(cell):
            return None
        text = said(cell.value)
        if text in ("", OPEN):
            return ()
        if option := self.options.get("".join(text.split())):
            return (option,)
        mark = text.partition("(")[0].strip().lower()
        if mark in _MARKS:
            return (_MARKS[mark],)
        if _NUMBERS.fullmatch(text):
            parts = [_NUMBER.fullmatch(part) for part in re.split(r"[,、;/\s]+", text) if part]
            if parts and all(parts):
                return self._numbers(cell, [int(part[1]) for part in parts if part])
        elif titled := _TITLED.fullmatch(text):
            return self._titled(cell, int(titled[1]), plain(titled[2]))
        self._no_choice(cell)
        return None

    def _numbers(self, cell: Cell, values: Sequence[int]) -> tuple[str, ...] | None:
        numbers = tuple(f"{value:02d}" for value in values)
        if values == [0]:
            return ("none",)
        unknown = [n for n in numbers if n not in self.titles]
        for number in unknown:
            self._problem(cell.place, "label_no_priority", value=number, **self._ends())
        return None if unknown else numbers

    def _titled(self, cell: Cell, value: int, title: str) -> tuple[str, ...] | None:
        numbers = self._numbers(cell, [value])
        if numbers is None or value == 0:
            return numbers
        own = self.titles[numbers[0]]
        if not title or title in own or own in title:
            return numbers
        # Words of one's own are no harm; those of another priority are.
        for other, words in self.titles.items():
            if title in words or words in title:
                short = self.form.priorities[value - 1].title
                self._problem(
                    cell.place, "label_other_title", value=said(cell.value), number=numbers[0], title=short, other=other
                )  # fmt: skip
                return None
        return numbers

    def _no_choice(self, cell: Cell) -> None:
        self._problem(cell.place, "label_no_choice", value=said(cell.value)[:40], **self._ends())

    def _ends(self) -> dict[str, str]:
        return {"first": self.form.priorities[0].number, "last": self.form.priorities[-1].number}

    def _label(self, cell: Cell) -> str | None:
        """0, 1 or 2, empty where not labelled; None, and a problem, where it cannot be read."""
        if not self._readable(cell):
            return None
        text = said(cell.value)
        if text in ("", OPEN):
            return ""
        found = _LABEL.fullmatch(text)
        if found is None or isinstance(cell.value, bool):
            self._problem(cell.place, "label_no_label", value=text[:40])
            return None
        return found[1]

    def _quote(self, cell: Cell | None) -> str:
        """Words of the plan as they were copied; empty, and a problem, where they are none of it."""
        if cell is None or not self._readable(cell):
            return ""
        text = "" if cell.value is None else " ".join(one_line(_INVISIBLE.sub("", str(cell.value))).split())
        at = 0
        for part in map(plain, _ELLIPSIS.split(text)):
            at = self.body.find(part, at)
            if at < 0:
                self._problem(cell.place, "label_not_verbatim", value=text[:40])
                return ""
        return text

    def _readable(self, cell: Cell) -> bool:
        if cell.value is UNCOMPUTED:
            self._problem(cell.place, "label_formula")
        elif isinstance(cell.value, date | time | timedelta):
            self._problem(cell.place, "label_date", value=cell.value)
        else:
            return True
        return False

    def _problem(self, place: str, key: str, **values: object) -> None:
        self.problems.append(problem(place, key, self.language, **values))

    def _warn(self, key: str, **values: object) -> None:
        self.warnings.append(word(key, self.language, **values))


def problem(place: str, key: str, language: Language, **values: object) -> str:
    """A line that says where something is wrong, what, and how to mend it."""
    return word("label_at", language, place=place, what=word(key, language, **values))


def shown(text: str) -> str:
    """``text`` as a cell of a workbook can hold it."""
    return one_line(text)[:_CELL]


class _Index:
    """Finds the item that a row is about: by its stamp, else by its words; by its name among equal ones."""

    def __init__(self, items: Sequence[tuple[str, str]]) -> None:
        self._names = [name for name, _ in items]
        self._by_stamp: dict[str, list[int]] = {}
        self._by_words: dict[str, list[int]] = {}
        for at, (_, text) in enumerate(items):
            self._by_stamp.setdefault(stamp(text), []).append(at)
            self._by_words.setdefault(plain(shown(text)), []).append(at)

    def find(self, row: Row, taken: dict[int, str]) -> int | None:
        """The item's position; one in ``taken`` only where no other is like it. None where there is none."""
        if row.stamp:
            candidates = self._by_stamp.get(row.stamp, [])
        else:
            candidates = self._by_words.get(plain(row.text), []) if row.text else []
        named = [at for at in candidates if self._names[at] == row.name]
        free = [at for at in candidates if at not in taken]
        return next(iter([*(at for at in named if at not in taken), *free, *named, *candidates]), None)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    lines: list[str] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return "".join(f"{line}\n" for line in self.lines).encode()


def write(
    labelled: Labels, gold: Path, *, force: bool = False, sources: Sequence[Path] = ()
) -> dict[Path, int]:
    """Write the files of ``labelled`` into the folder ``gold`` (made where missing): all of them, or none.

    Args:
        force: replace other labels of this plan by this annotator.
        sources: the files that the labels were read from; they may be replaced anyhow.

    Returns:
        Lines written, by path. A table without any label is not written.

    Raises:
        InputError: the folder is of another upper plan, holds other labels of this plan by this annotator, or cannot be
            written to.
    """
    stem = f"{labelled.form.stem}_{labelled.annotator}.tsv"
    files = [
        _File(gold / f"{kind}_{stem}", ["\t".join(row) for row in rows])
        for kind, rows in (
            ("statements", labelled.statements),
            ("coverage", labelled.coverage),
            ("notes", labelled.notes),
        )
        if rows
    ]
    if not has_national(gold, labelled.form):
        files.append(_File(gold / NATIONAL, national_lines(labelled.form)))
    contents = {f.path: f.content for f in files}
    own = [p.resolve() for p in sources]
    if not force:
        keep([path for path in contents if path.resolve() not in own], contents)
    replace_files(contents)
    return {f.path: len(f.lines) for f in files}


NATIONAL: Final = "national_measures.tsv"


def national_lines(form: Form) -> list[str]:
    """The lines of national_measures.tsv."""
    rows = [(m.id, p.number, one_line(m.text)) for p in form.priorities for m in p.measures]
    return ["\t".join(row) for row in (("id", "priority", "measure"), *rows)]


def has_national(gold: Path, form: Form) -> bool:
    """Whether the folder has a list of upper measures, which then must be that of ``form``. Raises InputError."""
    if not (gold / NATIONAL).exists():
        return False
    if other := differing(gold, form):
        raise InputError(
            f"the measures here are not those of {form.upper} as it stands in the graph: {other} differs",
            where=str(gold / NATIONAL),
            remedy="Name a folder of its own for the labels against this plan.",
        )
    return True


def differing(gold: Path, form: Form) -> str | None:
    """The first measure that the folder's list and ``form`` do not share. Raises InputError where there is no list."""
    there = {id_: (number, plain(text)) for id_, (number, text) in labels.national_measures(gold).items()}
    ours = {m.id: (p.number, plain(m.text)) for p in form.priorities for m in p.measures}
    return next((id_ for id_ in (*ours, *there) if ours.get(id_) != there.get(id_)), None)


def keep(paths: Iterable[Path], contents: dict[Path, bytes]) -> None:
    """Raise InputError where one of ``paths`` is there and holds something else."""
    for path in paths:
        if path.exists() and path.read_bytes() != contents[path]:
            raise InputError(
                "this file is there already, and holds other labels",
                where=str(path),
                remedy="Name another annotator with --annotator, or replace it with --force.",
            )


def replace_files(contents: dict[Path, bytes]) -> None:
    """Write each file beside its name first, then put all in their places. Raises InputError."""
    partial = {path: path.with_name(path.name + ".partial") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial[path].write_bytes(content)
        for path, other in partial.items():
            other.replace(path)
    except OSError as error:
        for other in partial.values():
            with suppress(OSError):
                other.unlink()
        where = str(error.filename2 or error.filename or next(iter(contents)).parent)
        raise InputError(
            f"cannot write here ({error.strerror})", where=where, remedy="Name another folder."
        ) from error
