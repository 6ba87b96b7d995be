"""Measures of the network as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from policygraph.measuring import Bridge, Carrier, GapCluster
from policygraph.words import Language, word
from queries.profiles import Likeness


def measured(
    name: str, rows: Sequence[Any], titles: Mapping[str, str], upper: str, language: Language
) -> RenderableType:
    """The rows of the measure called ``name``; see :data:`policygraph.measuring.MEASURES`."""
    if not rows:
        return Text(word("nothing", language))
    match name:
        case "carriers":
            return carriers(rows, titles, upper, language)
        case "clusters":
            return clusters(rows, upper, language)
        case "profiles":
            return profiles(rows, titles, upper, language)
        case _:
            return bridges(rows, upper, language)


def carriers(
    rows: Sequence[Carrier], titles: Mapping[str, str], upper: str, language: Language
) -> RenderableType:
    """Local tasks by how much of the upper plan they carry."""
    names = ("region", "task", "measure_weight", "measure_priorities", "measure_carried")
    made = _table(
        word("measure_carriers", language, upper=upper), *(word(n, language) for n in names),
        caption=word("measure_carriers_note", language),
    )  # fmt: skip
    for r in rows:
        carried = "\n".join(titles.get(t, t) for t in r.carried)
        made.add_row(r.region, _named(r.title, r.task), f"{r.weight:.2f}", str(r.priorities), Text(carried))
    return _right(made, 2, 3)


def clusters(rows: Sequence[GapCluster], upper: str, language: Language) -> RenderableType:
    """Upper measures that the same plans miss."""
    names = ("measure_together", "measure_missing", "upper_measure", "priority")
    made = _table(
        word("measure_clusters", language, upper=upper), *(word(n, language) for n in names),
        caption=word("measure_clusters_note", language),
    )  # fmt: skip
    for cluster in rows:
        made.add_section()
        head = (f"{cluster.together:.2f}", "\n".join(cluster.plans))
        for m in cluster.measures:
            made.add_row(*head, _named(m.text, m.measure), Text(m.title))
            head = ("", "")
    return _right(made, 0)


def profiles(
    rows: Sequence[Likeness], titles: Mapping[str, str], upper: str, language: Language
) -> RenderableType:
    """Pairs of plans by how alike their work is shared among the upper tasks."""
    names = ("plan", "measure_other", "measure_similarity", "measure_differs", "measure_shares")
    made = _table(
        word("measure_profiles", language, upper=upper), *(word(n, language) for n in names),
        caption=word("measure_profiles_note", language),
    )  # fmt: skip
    for r in rows:
        made.add_row(
            _named(r.region, r.plan), _named(r.other_region, r.other), f"{r.similarity:.3f}",
            Text(titles.get(r.differs, r.differs)), f"{r.share:.0%} : {r.other_share:.0%}",
        )  # fmt: skip
    return _right(made, 2, 4)


def bridges(rows: Sequence[Bridge], upper: str, language: Language) -> RenderableType:
    """Tasks between two levels by how many chains break without them."""
    names = ("region", "task", "measure_breaks", "measure_chains", "measure_priorities")
    made = _table(
        word("measure_bridges", language, upper=upper), *(word(n, language) for n in names),
        caption=word("measure_bridges_note", language),
    )  # fmt: skip
    for r in rows:
        made.add_row(r.region, _named(r.title, r.task), str(r.breaks), str(r.chains), str(r.priorities))
    return _right(made, 2, 3, 4)


def _table(title: str, *columns: str, caption: str) -> Table:
    made = Table(
        title=title, title_justify="left", caption=caption, caption_justify="left", header_style="bold"
    )  # fmt: skip
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def _right(made: Table, *columns: int) -> Table:
    for column in columns:
        made.columns[column].justify = "right"
        made.columns[column].no_wrap = True
    return made


def _named(words: str, id_: str) -> Text:
    return Text(words).append(f"\n{id_}", style="dim")
