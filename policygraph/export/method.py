"""By what the statuses of a report were decided, and how far they may be trusted."""

from collections.abc import Iterator
from typing import Final

from embeddings.encoder import SHIPPED
from embeddings.scoring import shipped_scoring
from policygraph import __version__
from policygraph.export.report import Report
from policygraph.words import Language, word
from queries.statuses import TASK_COVERED, TASK_GAP

ACCURACY: Final = {
    "region_covered": ".812",
    "province_covered": ".909",
    "region_gap": ".600",
    "province_gap": ".787",
}
"""F1 on the two plans that two people labelled, as docs/accuracy.md has it; a test holds the two together."""


def facts(report: Report, language: Language) -> Iterator[tuple[str, str]]:
    """What the statuses depend on: name and value."""
    upper = report.upper
    yield word("export_against", language), f"{upper['id']}　{upper['title']}"
    yield word("export_counted", language), word(f"export_mode_{report.view.mode}", language)
    least = f"{report.view.least:g}" if report.view.least else word("export_no_least", language)
    yield word("export_least", language), least
    yield word("export_day", language), report.day
    yield word("export_version", language), f"policygraph {__version__}"
    for plan in report.plans:
        limits = plan.coverage.thresholds
        thresholds = [
            f"{word(f'export_{name}_from', language)} {limits[name]:.2f}"
            for name in ("covered", "partial", "implements")
            if name in limits
        ]
        run = plan.run
        values = [
            f"{word('export_run', language)} {run['id']}", f"{word('export_encoder', language)} {run['encoder']}",
            f"{word('export_scoring', language)} {run['scoring']}", *thresholds,
        ]  # fmt: skip
        yield plan.plan["id"], ("；" if language == "zh" else "; ").join(values)


def measured(report: Report) -> bool:
    """Whether all links come from the encoder and the scoring that docs/accuracy.md is about."""
    known = SHIPPED[0], shipped_scoring().fingerprint
    return all((plan.run["encoder"], plan.run["scoring"]) == known for plan in report.plans)


def paragraphs(report: Report, language: Language) -> Iterator[tuple[str, list[str]]]:
    """Headings with the sentences under them."""
    limits = {"covered": TASK_COVERED, "gap": TASK_GAP}
    yield (
        word("export_how", language),
        [word(f"export_how_{n}", language, **(limits if n == 3 else {})) for n in (1, 2, 3, 4)],
    )
    trust = (
        [word("export_trust_1", language, **ACCURACY)]
        if measured(report)
        else [word("export_trust_other", language)]
    )
    yield word("export_trust", language), [*trust, word("export_trust_2", language)]
