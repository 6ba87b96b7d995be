"""Scores against labels, and fitted weights, as tables for a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from policygraph.calibrate import Calibrated
from policygraph.evaluate import ALL, MEAN, PlanScores
from policygraph.evaluate_encoders import EncoderScores
from policygraph.evaluate_parsing import ParsingScores
from policygraph.intervals import LEVEL, RESAMPLES, Interval
from policygraph.labels import Score
from policygraph.render import as_figures, new_table
from policygraph.words import Language, word


def scores(found: Sequence[PlanScores], language: Language) -> RenderableType:
    """Scores against labels; below each main figure its interval."""
    names = ("parse\nF1", "top-1", "link P/R/F1", "coverage P/R/F1", "addressed\nF1", "gap\nF1")
    table = new_table(
        "",
        word("plan", language),
        word("annotator", language),
        *names,
        caption=word("intervals", language, level=f"{LEVEL:.0%}", resamples=RESAMPLES),
    )
    for s in found:
        table.add_row(
            _plan(s, language),
            word(s.annotator, language),
            f"{s.parse.f1:.3f}",
            _with_interval(f"{s.top1:.3f}", s.intervals["top1"]),
            _with_interval(_three(s.link), s.intervals["link.f1"]),
            _with_interval(_three(s.coverage), s.intervals["coverage.f1"]),
            f"{s.addressed.f1:.3f}",
            f"{s.gap_f1:.3f}",
            style="bold" if s.annotator == MEAN else "",
        )
    return Group(as_figures(table, *range(2, 8)), _calibration(found, language))


def _plan(row: PlanScores, language: Language) -> str:
    return word("all_plans", language) if row.plan == ALL else row.plan


def _with_interval(figures: str, between: Interval | None) -> Text:
    text = Text(figures, justify="right")
    if between is not None:
        text.append(f"\n{between.low:.2f}–{between.high:.2f}", style="dim not bold")
    return text


def _calibration(found: Sequence[PlanScores], language: Language) -> RenderableType:
    names = ("plan", "pairs", "ECE", "Brier")
    table = new_table(word("calibration", language), *(word(n, language) for n in names))
    for s in (s for s in found if s.annotator == MEAN):
        of = s.calibration["link"]
        figures = ("–" if value is None else f"{value:.3f}" for value in (of.ece, of.brier))
        table.add_row(_plan(s, language), str(of.count), *figures)
    return as_figures(table, 1, 2, 3)


def calibrated(found: Calibrated, language: Language) -> RenderableType:
    """The weights of a fitted scoring, and how it and the earlier one do."""
    names = ("top-1", "link P/R/F1", "coverage P/R/F1", "addressed F1", "gap F1", "ECE")
    table = new_table("", word("plan", language), word("scoring", language), *names)
    for title, rows in (("scoring_before", found.before), ("scoring_unseen", found.unseen)):
        for f in rows:
            table.add_row(
                f.plan, word(title, language), f"{f.top1:.3f}", _three(f.link), _three(f.coverage),
                f"{f.addressed.f1:.3f}", f"{f.gap_f1:.3f}", f"{f.calibration_error:.3f}",
            )  # fmt: skip
    weights = new_table("", word("feature", language), word("weight", language))
    for name, choice in (("task", found.scoring.tasks), ("pair", found.scoring.measures)):
        for feature, weight in zip(choice.features, choice.weights, strict=True):
            weights.add_row(word(f"{name}.{feature}", language), f"{weight:.3f}")
    notes = [] if found.unseen else [Text(word("scoring_alone", language))]
    return Group(as_figures(table, *range(2, 8)), *notes, as_figures(weights, 1))


def parsing_scores(found: ParsingScores, language: Language) -> RenderableType:
    """Scores of the reading against labels."""
    table = new_table("", word("plan", language), word("annotator", language), "characters P/R/F1")
    for s in found.plans:
        table.add_row(s.plan, s.annotator, _three(s.characters))
    line = word(
        "parsing", language, found=found.found, same=found.same, measures=found.measures,
        priorities=found.priorities, labelled=found.labelled_priorities,
    )  # fmt: skip
    return Group(as_figures(table, 2), Text(line))


def encoder_scores(found: Sequence[EncoderScores], language: Language) -> RenderableType:
    """Encoders side by side."""
    names = (
        "top-1",
        "link F1",
        "coverage F1",
        "gap F1",
        word("vectors_per_s", language),
        word("dimensions", language),
    )
    table = new_table("", word("encoder", language), *names)
    for s in found:
        scores_ = (f"{value:.3f}" for value in (s.top1, s.link_f1, s.coverage_f1, s.gap_f1))
        table.add_row(s.encoder, *scores_, f"{s.vectors_per_s:,.0f}", str(s.dimensions or "–"))
    return as_figures(table, *range(1, 7))


def _three(score: Score) -> str:
    return f"{score.precision:.3f} {score.recall:.3f} {score.f1:.3f}"
