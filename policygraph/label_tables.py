"""The sheet that people fill in, as tab-separated files: those of a folder of labels, with a few columns to help.

``?`` stands for what is not labelled yet. Behind the columns that :mod:`policygraph.labels` reads come the headings
above a statement, or the words of a measure, and the machine's proposals.
"""

from pathlib import Path
from typing import Final

from embeddings.link import upper_plans
from graph.errors import InputError, NotFoundError
from graph.store import Store
from policygraph.label_answers import (
    NATIONAL,
    OPEN,
    Cell,
    Filled,
    Row,
    annotator_name,
    differing,
    has_national,
    keep,
    national_lines,
    replace_files,
)
from policygraph.labelling import Form, form, one_line, upper_for
from policygraph.labels import table
from policygraph.words import Language, word
from queries import answers

_OTHERS: Final = frozenset(
    {".xls", ".xlsm", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt", ".json", ".docx"}
)
_STATEMENTS: Final = "statements_"
_COVERAGE: Final = "coverage_"


def make(form: Form, folder: Path, annotator: str, *, force: bool = False) -> Path:
    """Write the files of ``form`` into ``folder`` (made where missing), and return the path of the statements.

    Raises:
        InputError: the folder is of another upper plan, holds labels of this plan by this annotator (unless
            ``force``), or cannot be written to.
    """
    if folder.suffix.lower() in _OTHERS:
        raise InputError(
            f"no {folder.suffix} file can be made",
            where=str(folder),
            remedy="Name a .xlsx file for a workbook, or a folder for tab-separated files.",
        )
    name = f"{form.stem}_{annotator}.tsv"
    options = {p.number: p.option for p in form.priorities}
    statements = [
        (str(s.idx), OPEN, s.text, " › ".join(s.headings), *((" | ".join(options[n] for n in s.proposal),) if form.proposals else ()))
        for s in form.statements
    ]  # fmt: skip
    coverage = [
        (m.id, OPEN, "", m.text, *((m.label, m.nearest) if form.proposals else ())) for m in form.measures
    ]
    contents = {
        folder / f"{kind}{name}": "".join("\t".join(map(one_line, row)) + "\n" for row in rows).encode()
        for kind, rows in ((_STATEMENTS, statements), (_COVERAGE, coverage))
    }
    if not has_national(folder, form):
        contents[folder / NATIONAL] = "".join(f"{line}\n" for line in national_lines(form)).encode()
    if not force:
        keep(contents, contents)
    replace_files(contents)
    return folder / f"{_STATEMENTS}{name}"


def read(path: Path, store: Store, language: Language, annotator: str | None = None) -> tuple[Filled, Form]:
    """What a filled file of statements, and that of coverage beside it, hold, and what they were asked.

    Raises:
        InputError: one of the files is missing or broken, or they are of no upper plan of the plan they name.
        NotFoundError: the store does not hold the plan that the file names.
    """
    stem, _, own = path.stem.removeprefix(_STATEMENTS).rpartition("_")
    if not path.name.startswith(_STATEMENTS) or not stem:
        raise InputError(
            "this is no file of labels that can be read back",
            where=str(path),
            remedy="Name the .xlsx file, or statements_<plan>_<annotator>.tsv.",
        )
    plans = {Path(p["source"]).stem: p["id"] for p in answers.plans(store)}
    if stem not in plans:
        raise NotFoundError(
            f"the store holds no plan from a file called {stem}",
            where=str(path),
            remedy=f"It holds: {', '.join(sorted(plans)) or 'none yet'}.",
        )
    other = path.with_name(_COVERAGE + path.name.removeprefix(_STATEMENTS))
    asked = _asked(store, plans[stem], path.parent)
    words = {m.id: m.text for m in asked.measures}
    names = path.name, other.name
    statements = [
        Row(_line(names[0], n, language), "", r[0].strip(), r[2], (Cell(_line(names[0], n, language), r[1]),))
        for n, r in enumerate(table(path, 3), start=1)
    ]
    coverage = [
        Row(
            _line(names[1], n, language), "", r[0].strip(), words.get(r[0].strip(), ""),
            (Cell(_line(names[1], n, language), r[1]),),
            Cell(_line(names[1], n, language), r[2]) if len(r) > 2 else None,
        )
        for n, r in enumerate(table(other, 2), start=1)
    ]  # fmt: skip
    filled = Filled(
        path,
        (path, other),
        annotator_name(annotator or own),
        names,
        tuple(statements),
        tuple(coverage),
        exact=True,
    )
    return filled, asked


def _asked(store: Store, plan: str, folder: Path) -> Form:
    """What was asked: the plan against that one above it whose measures the folder lists."""
    uppers = dict.fromkeys((upper_for(store, plan), *upper_plans(store, plan)))
    forms = [form(store, plan, upper, proposals=False) for upper in uppers]
    found = next((f for f in forms if differing(folder, f) is None), forms[0])
    has_national(folder, found)
    return found


def _line(name: str, number: int, language: Language) -> str:
    return word("label_line", language, file=name, line=number)
