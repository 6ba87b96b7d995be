"""Fit the scoring that ships, ``embeddings/data/scoring.json``, to labelled plans; report how it does on unseen ones.

::

    python -m training.scoring [--ablate] [--keep] FOLDER …

Each FOLDER holds ``plans/`` (as for policygraph build) and ``gold/`` (as for policygraph evaluate). ``--ablate`` fits
again without each feature; ``--keep`` leaves the shipped file as it is.
"""

import argparse
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

from embeddings import Encoder, Scoring, open_encoder
from embeddings.features import PAIR_FEATURES, TASK_FEATURES
from embeddings.fit import Example, fit
from embeddings.scoring import SHIPPED_SCORING, write_scoring
from graph import open_store
from policygraph import jobs
from policygraph.calibrate import Fitness, fitness, labelled_examples

TARGET: Final = Path("embeddings/data") / SHIPPED_SCORING
_HEAD: Final = "| {:34} | top-1 | link P / R / F1 | coverage P / R / F1 | addressed F1 | gap F1 | ECE |"


def main() -> None:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--encoder", default="policy-zh")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    encoder = open_encoder(given.encoder)
    examples = [example for folder in given.folders for example in read(folder)]
    scoring, unseen = left_out(examples, encoder)
    print(_HEAD.format("plan, left out of the fit"))
    for row in unseen:
        print(line(row.plan, [row]))
    print(line("mean", unseen))
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
