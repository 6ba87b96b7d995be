"""The commands of ``policygraph review``: links that wait, decisions, excuses, the log and its travels."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

import typer

from graph.errors import InputError
from graph.model import Decision, Relation, Verdict
from graph.store import Store
from policygraph.cli_common import JsonOption, LangOption, Output, StoreOption, output, reading, user
from policygraph.words import word
from queries.review import Filter, Finding, LinkKind, Looked, Order

commands = typer.Typer(
    name="review",
    help="复核：确认、否决、添加、更正关联，说明免于承担的举措；全部决定留有记录。 Review: decide on links, excuse plans; all decisions are kept.",
    no_args_is_help=True,
)

SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="本地举措或任务编号；或 SOURCE~TARGET · Local end, or both as one")
]  # fmt: skip
TargetArgument = Annotated[
    str | None, typer.Argument(metavar="[TARGET]", help="上级举措或任务编号 · Upper measure or task")
]
PlanFilter = Annotated[
    str, typer.Argument(metavar="[PLAN]", help="本地计划编号；默认全部 · Local plan; all by default")
]
UpperFilter = Annotated[str, typer.Option("--upper", help="上级计划；默认全部 · Upper plan; all by default")]
KindFilter = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="matches 举措对举措；tasks、measures 落实上级任务；可重复，默认 matches 和 tasks · Repeatable; by default matches and tasks",
    ),
]
StateFilter = Annotated[
    Finding | None, typer.Option("--state", help="状态；suspect：决定后原文已变 · suspect: decided on other words")
]  # fmt: skip
PriorityFilter = Annotated[str, typer.Option("--priority", help="上级任务 · An upper task")]
SourceFilter = Annotated[
    str, typer.Option("--source", help="本地举措，或任务及其举措 · A measure, or a task with its measures")
]
RelationFilter = Annotated[Relation | None, typer.Option("--relation", help="关系 · Relation")]
ByFilter = Annotated[str, typer.Option("--by", help="由谁决定 · Who decided")]
LeastFilter = Annotated[float, typer.Option("--least", help="最低置信度 · Least confidence")]
MostFilter = Annotated[float, typer.Option("--most", help="最高置信度 · Most confidence")]
TextFilter = Annotated[str, typer.Option("--text", help="任一端含有的文字 · Words in either end")]
DecidingFilter = Annotated[
    bool, typer.Option("--deciding", help="只列决定覆盖状态的 · Only links that decide a status")
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="表中最多几行 · Rows of the table at most")]

RelationOption = Annotated[
    Relation | None, typer.Option("--relation", help="更正关系 · The relation, as you see it")
]
CoversOption = Annotated[
    Literal["fully", "partly"] | None, typer.Option("--covers", help="覆盖程度 · Whether it covers all or a part")
]  # fmt: skip
NoteOption = Annotated[str, typer.Option("--note", help="说明 · Why")]
ReviewerOption = Annotated[
    str | None, typer.Option("--reviewer", help="决定人；默认为设置 reviewer 或系统用户名 · Who decides")
]
MatchOption = Annotated[
    str | None,
    typer.Option(
        "--if-match", metavar="TOKEN", help="所见的标记；有变则拒绝 · Token of what you saw; refused where it changed"
    ),
]  # fmt: skip

Decide = Callable[..., Decision | list[Decision]]
_VERDICTS: Final[dict[str, Verdict]] = {"accept": "accepted", "reject": "rejected", "withdraw": "proposed"}


@commands.command("list")
def list_links(
    plan: PlanFilter = "",
    upper: UpperFilter = "",
    kind: KindFilter = None,
    state: StateFilter = None,
    priority: PriorityFilter = "",
    source: SourceFilter = "",
    relation: RelationFilter = None,
    by: ByFilter = "",
    least: LeastFilter = 0.0,
    most: MostFilter = 1.0,
    text: TextFilter = "",
    deciding: DecidingFilter = False,
    order: Annotated[Order, typer.Option("--order", help="次序 · What comes first")] = "uncertain",
    limit: LimitOption = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """等待复核的关联，最不确定的在前。 Links to review, the most uncertain first."""
    from policygraph.render_review import links
    from queries.review import queue

    wanted = _filter(plan, upper, kind, state, priority, source, relation, by, least, most, text, deciding)
    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = queue(opened, wanted, order)
    shown = found[:limit]
    out.show({"total": len(found), "links": shown}, lambda: links(shown, len(found), out.language))


@commands.command()
def show(
    source: SourceArgument,
    target: TargetArgument = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """一条关联：双方原文、状态、决定时的原文、决定记录。 One link: both texts, what the reviewer saw, who decided what."""
    from policygraph.render_review import looked
    from queries.review import look

    ends = _ends(source, target)
    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = look(opened, *ends)
    out.show(found, lambda: looked(found, out.language))


@commands.command()
def accept(
    source: SourceArgument,
    target: TargetArgument = None,
    relation: RelationOption = None,
    covers: CoversOption = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """确认一条关联。 Accept a link."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    given = {"relation": relation, "covers": covers or ""}
    _decide(out, reviews.accept, _ends(source, target), note=note, seen=if_match, **given)


@commands.command()
def reject(
    source: SourceArgument,
    target: TargetArgument = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """否决一条关联。 Reject a link."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    _decide(out, reviews.reject, _ends(source, target), note=note, seen=if_match)


@commands.command()
def add(
    source: SourceArgument,
    target: TargetArgument = None,
    relation: RelationOption = None,
    covers: CoversOption = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """添加机器没有提议的关联。 Make a link by hand that the machine does not propose."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    given = {"relation": relation, "covers": covers or ""}
    _decide(out, reviews.add, _ends(source, target), note=note, seen=if_match, **given)


@commands.command()
def correct(
    source: SourceArgument,
    target: TargetArgument = None,
    to: Annotated[str, typer.Option("--to", help="正确的上级举措或任务 · The right target")] = "",
    relation: RelationOption = None,
    covers: CoversOption = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """更正关系、程度或目标。 Accept a link with another relation, extent or target."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    given = {"to": to, "relation": relation, "covers": covers or ""}
    _decide(out, reviews.correct, _ends(source, target), note=note, seen=if_match, **given)


@commands.command()
def clear(
    source: SourceArgument,
    target: TargetArgument = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """原文变动后，确认原决定仍然成立。 Confirm a suspect decision for the words of today."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    _decide(out, reviews.clear, _ends(source, target), note=note, seen=if_match)


@commands.command()
def withdraw(
    source: SourceArgument,
    target: TargetArgument = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """撤回决定，恢复为待定。 Take the decision on a link back."""
    from policygraph import reviews

    out = output(as_json, lang, store=store, reviewer=reviewer)
    _decide(out, reviews.withdraw, _ends(source, target), note=note, seen=if_match)


@commands.command()
def undo(
    source: SourceArgument,
    target: TargetArgument = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """回到上一个决定。 Decide again what was decided before the last decision."""
    from policygraph import reviews
    from review.rules import subject

    def again(opened: Store, local: str, upper: str, **given: Any) -> Decision:
        return reviews.undo(opened, subject(local, upper), **given)

    out = output(as_json, lang, store=store, reviewer=reviewer)
    _decide(out, again, _ends(source, target), note=note, seen=if_match)


@commands.command()
def bulk(
    what: Annotated[
        Literal["accept", "reject", "withdraw"], typer.Argument(help="确认、否决或撤回 · What to decide")
    ],
    plan: PlanFilter = "",
    upper: UpperFilter = "",
    kind: KindFilter = None,
    state: StateFilter = None,
    priority: PriorityFilter = "",
    source: SourceFilter = "",
    relation: RelationFilter = None,
    by: ByFilter = "",
    least: LeastFilter = 0.0,
    most: MostFilter = 1.0,
    text: TextFilter = "",
    deciding: DecidingFilter = False,
    yes: Annotated[bool, typer.Option("--yes", help="直接写入 · Write what the preview shows")] = False,
    token: Annotated[
        str | None, typer.Option("--token", help="已看过的预览的标记 · Token of the preview that you saw")
    ] = None,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    limit: LimitOption = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """按条件成批决定；先预览，加 --yes 或 --token 才写入。 Decide on all links of a filter: a preview, written only with --yes or --token."""
    from policygraph import render_review, reviews

    wanted = _filter(plan, upper, kind, state, priority, source, relation, by, least, most, text, deciding)
    out = output(as_json, lang, store=store, reviewer=reviewer)
    with reading(out) as opened:
        shown = reviews.preview(opened, _VERDICTS[what], wanted)
        changes = reviews.changes(opened, shown)
    decided: list[Decision] = []
    if yes or token is not None:
        with out.settings.open_store() as opened:
            decided = reviews.bulk(
                opened, shown.verdict, wanted, reviewer=_reviewer(out), token=shown.token if token is None else token, note=note
            )  # fmt: skip
    data = {
        "verdict": shown.verdict, "total": len(shown.items), "links": shown.items, "statuses": changes,
        "token": shown.token, "written": yes or token is not None, "decisions": decided,
    }  # fmt: skip
    out.show(data, lambda: render_review.preview(shown, changes, out.language, limit))
    if decided:
        out.say(word("review_wrote", out.language, reviewer=decided[0].reviewer, count=len(decided)))
    elif shown.items:
        out.say(word("bulk_not_yet", out.language, count=len(shown.items), token=shown.token))


@commands.command()
def excuse(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="上级举措编号 · Id of an upper measure")],
    verdict: Annotated[
        Literal["not_applicable", "delegated", "deferred", "applies", "none"] | None,
        typer.Option(
            "--as", help="不适用、委托、推迟、适用；none 撤回 · What you decide; none takes it back"
        ),
    ] = None,
    plan: Annotated[str, typer.Option("--plan", help="只对这份计划；默认各计划 · For this plan alone")] = "",
    to: Annotated[str, typer.Option("--to", help="委托的计划，或推迟到的年份 · The plan, or the year")] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="YYYY-MM-DD", help="最后有效日 · Last day that it holds")
    ] = "",
    clear: Annotated[
        bool, typer.Option("--clear", help="原文变动后，确认仍然成立 · Confirm it for the words of today")
    ] = False,
    note: NoteOption = "",
    reviewer: ReviewerOption = None,
    if_match: MatchOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """说明计划为何免于承担一条上级举措；与缺口分列。 Say why plans need not carry an upper measure; shown apart from gaps."""
    from policygraph import render_review, reviews
    from queries.review import excuse_token

    if clear == (verdict is not None) or (clear and (to or until)):
        raise InputError(
            "an excuse is decided or confirmed", remedy="Write --as VERDICT with --note, or --clear alone."
        )
    out = output(as_json, lang, store=store, reviewer=reviewer)
    reading(out).close()
    with out.settings.open_store() as opened:
        before = reviews.excuse_of(opened, measure, plan)
        seen = excuse_token(opened, measure, plan) if if_match is None else if_match
        who = _reviewer(out)
        if verdict is None:
            made = reviews.clear_excuse(opened, measure, reviewer=who, plan=plan, note=note, seen=seen)
        else:
            made = reviews.excuse(
                opened, measure, verdict, reviewer=who, plan=plan, to=to, expires=until, note=note, seen=seen
            )
        after = reviews.excuse_of(opened, measure, plan)
        now = excuse_token(opened, measure, plan)
    data: dict[str, Any] = {"decisions": [made], "measure": measure, "text": made.target_text, "plan": plan}
    data |= {"before": before, "after": after, "token": now}
    stood = [(word("review_before", out.language), before), (word("review_after", out.language), after)]
    out.show(data, lambda: render_review.excuse_decided(stood, now, out.language))


@commands.command()
def excuses(
    upper: Annotated[
        str, typer.Argument(metavar="[UPPER]", help="上级计划；默认全部 · Upper plan; all by default")
    ] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """免于承担的举措、理由、决定人、截止日期，以及是否仍然有效。 What plans are excused from, and whether that still stands."""
    from policygraph import render_review, reviews

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = reviews.excuses(opened, upper)
    out.show(found, lambda: render_review.excuses(found, out.language))


@commands.command()
def history(
    source: Annotated[
        str | None,
        typer.Argument(metavar="[SOURCE]", help="一端的编号；或 SOURCE~TARGET · One end, or both as one"),
    ] = None,
    target: TargetArgument = None,
    plan: Annotated[str, typer.Option("--plan", help="本地计划 · Local plan")] = "",
    upper: UpperFilter = "",
    limit: LimitOption = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """决定记录，由早到晚。 The log of decisions, the first one first; the table holds the last ones."""
    from policygraph import render_review
    from queries.review import history as entries
    from review.rules import subject

    out = output(as_json, lang, store=store)
    local, sign, other = (source or "").partition("~")
    local, other = (local, other) if sign else (source or "", target or "")
    with reading(out) as opened:
        found = entries(opened, subject(local, other) if other else "", plan_id=plan, upper=upper)
    if local and not other:
        found = [e for e in found if local in (e.source, e.target)]
    data = {"total": len(found), "decisions": found}
    out.show(data, lambda: render_review.history(found[-limit:], len(found), out.language))


@commands.command("export")
def export_log(
    path: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="输出文件；- 为标准输出 · A file, or -")
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """全部决定写成 JSON Lines。 The whole log as JSON Lines, for import elsewhere."""
    from policygraph import review_files
    from review import travel

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        if str(path) == "-":
            sys.stdout.writelines(travel.export(opened))
            return
        rows = review_files.write(opened, path)
    out.show({str(path): rows}, lambda: word("exported", out.language, path=path, rows=rows))


@commands.command("import")
def import_log(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="review export 写出的文件 · What review export wrote")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:  # fmt: skip
    """读入别处的决定，按原文对应；可重复。 Take decisions from elsewhere, matched by their words; as often as one likes."""
    from policygraph import review_files

    out = output(as_json, lang, store=store)
    reading(out).close()
    rows = review_files.read(path)
    with out.settings.open_store() as opened:
        found = review_files.take(opened, rows)
    out.show(found, lambda: word("imported", out.language, **found))


def _filter(
    plan: str, upper: str, kinds: list[str] | None, state: Finding | None, priority: str, source: str,
    relation: Relation | None, by: str, least: float, most: float, text: str, deciding: bool,
) -> Filter:  # fmt: skip
    default = Filter().kinds
    return Filter(
        plan, upper, cast(tuple[LinkKind, ...], tuple(kinds)) if kinds else default, state, priority, source, relation or "", by, least, most, text,
        deciding,
    )  # fmt: skip


def _ends(source: str, target: str | None) -> tuple[str, str]:
    if target is None:
        source, sign, target = source.partition("~")
        if not sign:
            raise InputError("a link has two ends", remedy="Write: SOURCE TARGET, or SOURCE~TARGET")
    return source, target


def _reviewer(out: Output) -> str:
    return out.settings.reviewer or user()


def _decide(
    out: Output, work: Decide, ends: tuple[str, str], *, note: str, seen: str | None, **given: Any
) -> None:
    """Decide on a link, and print it: what was decided on is what is printed, or nothing is written."""
    from policygraph import render_review
    from queries.review import look

    reading(out).close()  # a store that is not there must not be made here
    source, target = ends
    targets = list(dict.fromkeys(filter(None, (target, given.get("to")))))
    with out.settings.open_store() as opened:
        before = [look(opened, source, t) for t in targets]
        token = seen if seen is not None else before[0].token
        done = work(opened, source, target, reviewer=_reviewer(out), note=note, seen=token, **given)
        after = [look(opened, source, t) for t in targets]
    data = {
        "decisions": done if isinstance(done, list) else [done],
        "links": [_before_and_after(b, a) for b, a in zip(before, after, strict=True)],
    }
    for b, a in zip(before, after, strict=True):
        if out.json:
            break
        out.console.print(render_review.decided(b, a, out.language))
    if out.json:
        out.show(data)


def _before_and_after(before: Looked, after: Looked) -> dict[str, Any]:
    return {
        "source": after.source, "source_text": after.source_text, "target": after.target, "target_text": after.target_text,
        "before": before.link, "after": after.link, "token": after.token,
    }  # fmt: skip
