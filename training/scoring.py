"""Fit the scoring that ships, ``embeddings/data/scoring.json``, to labelled plans; report how it does on unseen ones.

::

    python -m training.scoring [--ablate] [--keep] [--links] [--plot FILE.svg] FOLDER …

Each FOLDER holds ``plans/`` (as for policygraph build) and ``gold/`` (as for policygraph evaluate). ``--ablate`` fits
again without each feature; ``--plot`` draws how often links of each confidence are right; ``--keep`` leaves the shipped
file as it is; ``--links`` leaves what decides links in it as it is, and fits only what decides coverage.
"""

import argparse
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder, Scoring, open_encoder
from embeddings.features import PAIR_FEATURES, TASK_FEATURES
from embeddings.fit import Example, Flags, fit
from embeddings.scoring import SHIPPED_SCORING, shipped_scoring, write_scoring
from graph import open_store
from policygraph import jobs
from policygraph.calibrate import Fitness, fitness, judgements, labelled_examples
from policygraph.calibration_error import calibration

TARGET: Final = Path("embeddings/data") / SHIPPED_SCORING
_HEAD: Final = "| {:34} | top-1 | link P / R / F1 | coverage P / R / F1 | addressed F1 | gap F1 | ECE |"


def main() -> None:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--encoder", default="policy-zh")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    encoder = open_encoder(given.encoder)
    examples = [example for folder in given.folders for example in read(folder)]
    scoring, others = fit(examples, encoder, links=shipped_scoring() if given.links else None)
    unseen = [fitness(e, s, encoder) for e, s in zip(examples, others, strict=True)]
    print(_HEAD.format("plan, left out of the fit"))
    for row in unseen:
        print(line(row.plan, [row]))
    print(line("mean", unseen))
    if given.plot:
        made = [judgements(e, s, encoder) for e, s in zip(examples, others, strict=True)]
        given.plot.write_text(reliability(made), encoding="utf-8")
    if given.ablate:
        print("\n" + _HEAD.format("without"))
        for name, rows in ablation(examples, encoder):
            print(line(name, rows), flush=True)
    if not given.keep:
        write_scoring(scoring, TARGET)
        print(f"\n{TARGET}: {dict(scoring.fitted)}, {scoring.thresholds}")


def read(folder: Path) -> list[Example]:
    """The labelled plans of a folder, read and loaded into a graph that is thrown away."""
    with tempfile.TemporaryDirectory() as name, open_store(str(Path(name) / "graph.kgl")) as store:
        jobs.load(store, jobs.read(folder / "plans"))
        return labelled_examples(store, folder / "gold")


def left_out(
    examples: Sequence[Example], encoder: Encoder, without: Collection[str] = ()
) -> tuple[Scoring, list[Fitness]]:
    """The scoring of all examples, and how each example does with the scoring of the others."""
    scoring, others = fit(examples, encoder, without=without)
    return scoring, [fitness(e, s, encoder) for e, s in zip(examples, others, strict=True)]


def ablation(examples: Sequence[Example], encoder: Encoder) -> Iterator[tuple[str, list[Fitness]]]:
    """The same without each feature."""
    for name in [f"task.{f}" for f in TASK_FEATURES] + [f"pair.{f}" for f in PAIR_FEATURES]:
        yield name, left_out(examples, encoder, {name})[1]


def reliability(made: Sequence[tuple[NDArray[np.float64], Flags]]) -> str:
    """A reliability diagram of links on plans that were left out of the fit, as SVG."""
    pooled = calibration(np.concatenate([c for c, _ in made]), np.concatenate([r for _, r in made]))
    size, edge = 360, 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + 2 * edge} {size + 2 * edge}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<path d="M{edge} {edge + size}L{edge + size} {edge}" stroke="#999" stroke-dasharray="4 4" fill="none"/>',
        f'<path d="M{edge} {edge}V{edge + size}H{edge + size}" stroke="#333" fill="none"/>',
    ]
    for tick in range(0, 11, 2):
        at = size * tick / 10
        parts.append(
            f'<text x="{edge + at:.0f}" y="{edge + size + 16}" text-anchor="middle">{tick / 10:.1f}</text>'
        )
        parts.append(
            f'<text x="{edge - 8}" y="{edge + size - at + 4:.0f}" text-anchor="end">{tick / 10:.1f}</text>'
        )
    for found in pooled.bins:
        if found.confidence is not None and found.accuracy is not None:
            x, y = edge + size * found.confidence, edge + size * (1 - found.accuracy)
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + found.count**0.5 / 3:.1f}" fill="#1f6f8b" opacity="0.75"/>'
            )
            parts.append(f'<text x="{x + 4:.1f}" y="{y + 24:.1f}" fill="#333">{found.count}</text>')
    parts.append(
        f'<text x="{edge + size / 2:.0f}" y="{edge + size + 36}" text-anchor="middle">置信度 confidence</text>'
    )
    parts.append(
        f'<text x="{edge}" y="{edge - 14}">正确的比例 share that is right · ECE {pooled.ece:.3f}, {pooled.count}</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def line(name: str, rows: Sequence[Fitness]) -> str:
    """A row of the table: means over plans."""

    def three(what: str) -> str:
        scores = [getattr(row, what) for row in rows]
        return " / ".join(
            f"{fmean(getattr(s, part) for s in scores):.3f}" for part in ("precision", "recall", "f1")
        )

    return (
        f"| {name:34} | {fmean(r.top1 for r in rows):.3f} | {three('link')} | {three('coverage')} | "
        f"{fmean(r.addressed.f1 for r in rows):.3f} | {fmean(r.gap_f1 for r in rows):.3f} | "
        f"{fmean(r.calibration_error for r in rows):.3f} |"
    )


if __name__ == "__main__":
    main()
