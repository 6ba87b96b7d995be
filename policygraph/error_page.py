"""The scores and the errors behind them as one HTML page, to be read, printed and passed on: no script, no other file."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from graph.errors import InputError
from policygraph import __version__, mistakes
from policygraph.comparison import Comparison
from policygraph.evaluate import ALL, PlanScores
from policygraph.intervals import LEVEL, RESAMPLES
from policygraph.words import SYMBOLS, Language, word
from queries.marks import marked

SHOWN: Final = 30
"""Errors of each kind on a page, unless told otherwise."""

_FIGURES: Final = (
    "parse.f1", "top1", "link.precision", "link.recall", "link.f1", "coverage.precision", "coverage.recall",
    "coverage.f1", "addressed.f1", "gap_f1",
)  # fmt: skip


def error_page(
    comparisons: Sequence[Comparison], scores: Sequence[PlanScores], language: Language, *, shown: int = SHOWN
) -> str:
    """The page.

    Args:
        comparisons: what ``scores`` are of.
        scores: as :func:`policygraph.evaluate.score` returns them.
        shown: at most so many errors of each kind.
    """
    environment = Environment(
        loader=PackageLoader("policygraph"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shared"] = marked
    environment.filters["short"] = _last_clause
    counts = mistakes.confusion(comparisons)
    titles = {number: title for c in comparisons for number, title in sorted(c.priorities.items())}
    used = {priority for pair in counts for priority in pair} - {mistakes.NONE}
    return environment.get_template("errors.html").render(
        word=lambda key, **values: word(key, language, **values),
        language=language,
        version=__version__,
        comparisons=comparisons,
        scores=scores,
        figures=_FIGURES,
        panels=_panels(scores),
        titles=titles,
        order=[*sorted(used | titles.keys()), mistakes.NONE],
        confusion=counts,
        symbols=SYMBOLS,
        level=f"{LEVEL:.0%}",
        resamples=RESAMPLES,
        shown=shown,
        wrong=mistakes.wrong_links(comparisons),
        missed=mistakes.missed_links(comparisons),
        coverage=mistakes.coverage_mistakes(comparisons),
        unread=mistakes.unread(comparisons),
    )


def write_page(path: Path, page: str) -> None:
    """Write ``page`` to ``path``; a file of that name is replaced at once, or not at all.

    Raises:
        InputError: the folder is missing or cannot be written to, or ``path`` is no ordinary file.
    """
    partial = path.parent / f"{path.name}.partial"
    try:
        if path.exists() and not path.is_file():
            raise InputError(
                "this is no file to write to", where=str(path), remedy="Name a file: --html FILE."
            )
        partial.write_text(page, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(
            f"cannot write here ({error.strerror})",
            where=str(path),
            remedy="Make the folder, or name a file in one that you may write to: --html FILE.",
        ) from error


def _panels(scores: Sequence[PlanScores]) -> list[PlanScores]:
    """The rows that sum up a plan, and the one that sums up all."""
    last: dict[str, PlanScores] = {}
    for row in scores:
        last[row.plan] = row
    return [*(row for plan, row in last.items() if plan != ALL), *([last[ALL]] if ALL in last else [])]


def _last_clause(heading: str) -> str:
    """Headings of priorities say how first, and at last what."""
    return heading.rpartition("，")[2]
