"""The cascade as tables and a tree for a terminal."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from graph.model import CoverageStatus
from policygraph.render_review import counted
from policygraph.words import SYMBOLS, Language, word
from queries.cascade import Cascade, Chain, Hop, PathHop, Standing, Step, Tally
from review import View

_STANDING: Final[dict[Standing, str]] = {
    "carried": "green", "unlinked": "yellow", "stops": "red", "skips": "magenta", "absent": "red",
    "not_applicable": "dim",
}  # fmt: skip
_STATUS: Final[dict[CoverageStatus, str]] = {
    "covered": "green", "partial": "yellow", "gap": "red", "not_applicable": "dim",
}  # fmt: skip
_NAMED: Final = 12
_COLUMNS: Final = 8


def one(answer: Cascade, language: Language) -> RenderableType:
    """One priority: what became of it in each chain, and the tasks that implement it, level by level."""
    tree = Tree(Text(word("cascade_of", language, task=f"{answer.number}{answer.title}"), style="bold"))

    def grow(branch: Tree, hop: Hop) -> None:
        label = f"{hop.region}  {hop.title}  {hop.score:.2f}"
        if hop.below:
            label += f"  {word('weakest', language)} {hop.weakest:.2f}"
        child = branch.add(Text(label))
        for below in hop.below:
            grow(child, below)

    for hop in answer.hops:
        grow(tree, hop)
    if not answer.hops and not answer.chains:
        return Group(tree, Text(word("nothing", language)))
    view = View(answer.mode, answer.least)
    return Group(tree, listed(answer.chains, view, language, of_one=True))


def listed(found: Sequence[Chain], view: View, language: Language, *, of_one: bool = False) -> RenderableType:
    """Chains, one a row, and below them what was counted."""
    if not found:
        return Text(word("nothing", language))
    names = ("chain", "standing", "weakest", "breaks")
    heads = [word(name, language) for name in (names if of_one else ("priority", *names))]
    table = _table("", *heads, caption=counted(view, language))
    for chain in found:
        cells = (
            _way(chain), _standing(chain.standing, language), _weakest(chain.weakest, language), _broken(chain)
        )  # fmt: skip
        table.add_row(*cells if of_one else (Text(f"{chain.number}{chain.title}"), *cells))
    return table


def grid(found: Sequence[Chain], view: View, language: Language) -> RenderableType:
    """Priorities by plans: each plan's status, and below it the standing of the chain that ends there."""
    if not found:
        return Text(word("nothing", language))
    plans: dict[str, Step] = {}
    rows: dict[str, list[Chain]] = {}
    for chain in found:
        rows.setdefault(chain.priority, []).append(chain)
        plans |= {step.plan: step for step in chain.steps if step.plan not in plans}
    tables: list[RenderableType] = []
    ids = list(plans)
    for start in range(0, len(ids), _COLUMNS):
        shown = ids[start : start + _COLUMNS]
        table = _table(
            word("cascades", language, upper=found[0].priority.rpartition(".")[0]),
            word("priority", language),
            caption=f"{word('grid_key', language)}\n{counted(view, language)}",
        )
        for id_ in shown:
            table.add_column(f"{plans[id_].name}\n{plans[id_].year}", justify="center", no_wrap=True)
        for chains in rows.values():
            head = f"{chains[0].number}{chains[0].title}"
            table.add_row(Text(head, style="bold"), *(_cell(chains, id_, language) for id_ in shown))
        tables.append(table)
    return Group(*tables)


def tallies(found: Sequence[Tally], view: View, language: Language) -> RenderableType:
    """Each priority with how many chains are of each standing, and where it stops or skips a level."""
    if not found:
        return Text(word("nothing", language))
    standings = ("carried", "unlinked", "stops", "skips", "absent", "not_applicable")
    table = _table(
        word("cascades", language, upper=found[0].priority.rpartition(".")[0]),
        word("priority", language),
        *(word(f"chain_{name}", language) for name in standings),
        f"{word('chain_stops', language)}：{word('region', language)}",
        f"{word('chain_skips', language)}：{word('region', language)}",
        caption=f"{word('chain_key', language)}\n{counted(view, language)}",
    )
    for t in found:
        carried = f"{t.carried} ({t.partly})" if t.partly else str(t.carried)
        table.add_row(
            Text(f"{t.number}{t.title}", style="bold"), carried, str(t.unlinked), str(t.stops), str(t.skips),
            str(t.absent), str(t.not_applicable), _names(t.stopping), _names(t.skipping),
        )  # fmt: skip
    for column in table.columns[1:7]:
        column.justify = "right"
    return table


def _table(title: str, *columns: str, caption: str = "") -> Table:
    table = Table(
        title=title or None,
        title_justify="left",
        caption=caption or None,
        caption_justify="left",
        header_style="bold",
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _way(chain: Chain) -> Text:
    text = Text()
    for number, step in enumerate(chain.steps):
        text.append(" › " if number else "").append(f"{step.name} ")
        text.append(f"{SYMBOLS[step.status]} {step.score:.0%}", style=_STATUS[step.status])
    return text.append(f"\n{chain.plan}", style="dim")


def _standing(standing: Standing, language: Language) -> Text:
    return Text(word(f"chain_{standing}", language), style=_STANDING[standing], no_wrap=True)


def _weakest(hop: PathHop | None, language: Language) -> Text:
    if hop is None:
        return Text(word("none", language), style="dim")
    text = Text(f"{hop.score:.2f}  「{hop.source_title}」→「{hop.target_title}」")
    return text.append(f"\n{hop.source} → {hop.target}", style="dim")


def _broken(chain: Chain) -> Text:
    return Text(next((f"{s.name}\n{s.plan}" for s in chain.steps if s.plan == chain.breaks), ""))


def _cell(chains: Sequence[Chain], plan: str, language: Language) -> Text:
    """Status of a plan; where a chain ends there, its standing and its weakest hop."""
    step = next((s for chain in chains for s in chain.steps if s.plan == plan), None)
    if step is None:
        return Text()
    text = Text(f"{SYMBOLS[step.status]} {step.score:.0%}", style=_STATUS[step.status], justify="center")
    end = next((chain for chain in chains if chain.plan == plan), None)
    if end is not None:
        text.append(f"\n{word(f'chain_{end.standing}', language)}", style=_STANDING[end.standing])
        if end.standing == "carried" and end.weakest is not None:
            text.append(f" {end.weakest.score:.2f}", style="dim")
    return text


def _names(steps: Sequence[Step]) -> str:
    more = f" …+{len(steps) - _NAMED}" if len(steps) > _NAMED else ""
    return "、".join(step.name for step in steps[:_NAMED]) + more
