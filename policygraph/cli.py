"""The command line. Each command reads its arguments, calls one job or answer, and prints a table or JSON.

Exit codes: 0 done; 1 unexpected error; 2 wrong usage or setting; 3 input that cannot be read; 4 an id that is not
there; 5 store down, locked or refusing; 6 query failed; 7 optional package missing; 8 server of the encoder down or
refusing; 9 a decision on what has changed since the person saw it.
"""

import json
import os
import re
import shlex
import socket
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from embeddings.encoder import FORMS, SHIPPED
from graph.errors import InputError, PolicyGraphError, SettingsError
from graph.model import PlanDocument
from graph.store import Row, redacted
from policygraph import __version__, render, render_rows
from policygraph.cli_common import (
    AcceptedOption,
    JsonOption,
    LangOption,
    LeastOption,
    Output,
    PlanArgument,
    StoreOption,
    UpperOption,
    asker,
    audited,
    output,
    program,
    reading,
    view,
)
from policygraph.cli_keys import commands as keys
from policygraph.cli_review import commands as review
from policygraph.error_words import told
from policygraph.settings import Settings, load_settings, origin
from policygraph.words import Language, word
from queries.cascade import Standing

if TYPE_CHECKING:
    from policygraph.diff import VersionRow

# A statement is far shorter; nobody's large file is read whole to be told so.
_MOST_READ = 1_000_000
_GRACE_S = 5
"""How long the end of the service waits for answers that go on, such as the events of a job."""

app = typer.Typer(
    name="policygraph",
    help="读取各级工作计划，关联到国家重点任务，回答覆盖与缺口。 Reads work plans, links them to national priorities, answers what is covered.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

EncoderOption = Annotated[
    str | None, typer.Option("--encoder", help="编码器 · Encoder: " + FORMS.replace("[", "\\["))
]
SkipOption = Annotated[
    bool,
    typer.Option(
        "--skip-bad", help="跳过无法读取的文件并列出 · Leave out and list files that cannot be read"
    ),
]


def _read(directory: Path, bars: "_Bars", *, skip: bool) -> tuple[Collection[PlanDocument], list[str]]:
    """The plans of a folder, and what was left out of it."""
    from ingest.manifest import MANIFEST, unlisted
    from policygraph import jobs

    left: list[str] = []
    if skip:
        documents, bad = jobs.read_what_can_be(directory, bars)
        left += [f"left out: {error}" for error in bad]
    else:
        documents = jobs.read(directory, bars)
    if names := unlisted(directory):
        left.append(f"not read, because {MANIFEST} does not list them: {', '.join(names)}")
    return documents, left


class _Bars:
    """Progress bars on standard error; silent where that is no terminal."""

    def __init__(self, language: Language, quiet: bool) -> None:
        console = Console(stderr=True)
        self._language = language
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[item]}"), console=console, disable=quiet or not console.is_terminal, transient=True,
        )  # fmt: skip
        self._bars: dict[str, Any] = {}

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def step(self, stage: str, item: str, done: int, total: int) -> None:
        """See :class:`policygraph.jobs.Reporter`."""
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(word(stage, self._language), total=total, item="")
        self._progress.update(self._bars[stage], completed=done, item=item)


@app.command()
def build(
    directory: Annotated[Path, typer.Argument(help="计划所在目录（含 plans.toml） · Folder of plans")],
    store: StoreOption = None,
    encoder: EncoderOption = None,
    skip: SkipOption = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """读入、入库、关联全部计划，并显示覆盖矩阵。 Read, load and link all plans, and print the coverage matrix."""
    from policygraph import jobs
    from queries import answers

    out = output(as_json, lang, store=store, encoder=encoder)
    audit = audited(out)
    with _Bars(out.language, as_json) as bars:
        documents, skipped = _read(directory, bars, skip=skip)
        chosen = out.settings.open_encoder()
        scoring = out.settings.open_scoring(chosen)
        with out.settings.open_store() as opened, out.settings.counsel() as counsel:
            built = jobs.build(opened, documents, chosen, scoring=scoring, counsel=counsel, reporter=bars)
            audit.event(asker(), "ingest", plans={r.plan: r.outcome for r in built.loaded})
            uppers = sorted({r.upper for r in built.linked})
            matrices = [answers.matrix(opened, upper) for upper in uppers]
    warnings = (*skipped, *built.warnings)
    out.warn(warnings)
    data = {"loaded": built.loaded, "linked": built.linked, "warnings": warnings, "coverage": matrices}
    if as_json:
        out.show(data)
        return
    out.show(data, lambda: render.loaded(built.loaded, out.language))
    out.show(data, lambda: render.linked(built.linked, out.language))
    for matrix in matrices:
        out.show(matrix, lambda matrix=matrix: render.matrix(matrix, out.language))  # type: ignore[misc]
    plan = next((p["id"] for matrix in matrices for p in matrix.plans), None)
    out.say(_next_steps(out, plan, [] if store is None else ["--store", redacted(store)]))


def _next_steps(out: Output, plan: str | None, more: list[str]) -> str:
    """What to type next, as it can be pasted here: ``plan`` is one to look at, ``more`` the options that find the graph."""
    steps = [("next_coverage", ["coverage", plan]), ("next_gaps", ["gaps", plan])] if plan else []
    lines = [
        (shlex.join([program(), *words, *more]), key) for key, words in [*steps, ("next_serve", ["serve"])]
    ]
    widest = max(len(line) for line, _ in lines)
    said = [
        f"  {line:<{widest}}  # {word(key, out.language, address=_address(out.settings))}"
        for line, key in lines
    ]
    return "\n".join([word("next", out.language), *said])


@app.command()
def ingest(
    directory: Annotated[Path, typer.Argument(help="计划所在目录 · Folder of plans")],
    store: StoreOption = None,
    skip: SkipOption = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """只读入并入库，不关联。 Read and load plans without linking them."""
    from policygraph import jobs

    out = output(as_json, lang, store=store)
    audit = audited(out)
    with _Bars(out.language, as_json) as bars:
        documents, skipped = _read(directory, bars, skip=skip)
        with out.settings.open_store() as opened:
            loaded = jobs.load(opened, documents, bars)
            audit.event(asker(), "ingest", plans={r.plan: r.outcome for r in loaded})
            warnings = jobs.warnings(opened, documents)
    out.warn((*skipped, *warnings))
    out.show(loaded, lambda: render.loaded(loaded, out.language))


@app.command()
def link(
    plans: Annotated[
        list[str] | None, typer.Argument(help="计划编号；默认全部 · Plans; all by default")
    ] = None,
    store: StoreOption = None,
    encoder: EncoderOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="即使未变也重新关联 · Link again even if unchanged")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """把计划关联到上级计划。 Link plans to the plans above them."""
    from policygraph import jobs

    out = output(as_json, lang, store=store, encoder=encoder)
    reading(out).close()  # a store that is not there must not be made here
    chosen = out.settings.open_encoder()
    scoring = out.settings.open_scoring(chosen)
    with (
        _Bars(out.language, as_json) as bars,
        out.settings.open_store() as opened,
        out.settings.counsel() as counsel,
    ):
        results = jobs.link(
            opened, chosen, plans=plans or (), scoring=scoring, counsel=counsel, force=force, reporter=bars
        )
    out.show(results, lambda: render.linked(results, out.language))


@app.command()
def remove(
    plan: PlanArgument,
    history: Annotated[
        bool, typer.Option("--history", help="一并删除其全部历史版本 · Delete its earlier versions, too")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """从图谱中移除一份计划及其关联；内容存为一个版本。 Take a plan and its links out of the graph; what it held is kept as a version, its file is not touched."""
    from policygraph import jobs

    out = output(as_json, lang, store=store)
    audit = audited(out)
    reading(out).close()
    with out.settings.open_store() as opened:
        jobs.remove(opened, plan, history=history)
        audit.event(asker(), "ingest", plans={plan: "removed"})
    out.show({"removed": plan}, lambda: word("removed", out.language, plan=plan))


@app.command()
def coverage(
    plan: Annotated[
        str | None, typer.Argument(help="计划编号；不给则显示矩阵 · A plan; none shows the matrix")
    ] = None,
    upper: UpperOption = None,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """一份计划的覆盖情况及依据；不给计划则显示矩阵。 Coverage of a plan with evidence, or the matrix of all."""
    from queries import answers

    out = output(as_json, lang, store=store)
    counted = view(accepted=accepted, least=least)
    with reading(out) as opened:
        if plan is None:
            matrix = answers.matrix(opened, upper, counted)
            out.show(matrix, lambda: render.matrix(matrix, out.language))
        else:
            answer = answers.coverage(opened, plan, upper, counted)
            out.show(answer, lambda: render.coverage(answer, out.language))


@app.command()
def gaps(
    plan: PlanArgument,
    upper: UpperOption = None,
    only: Annotated[
        bool, typer.Option("--only-gaps", help="不列部分覆盖 · Leave out partial coverage")
    ] = False,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """缺口清单：上级要求而本地没有的；免于承担的另列。 What this plan does not carry, and apart from that what it is excused from."""
    from queries import answers

    out = output(as_json, lang, store=store)
    counted = view(accepted=accepted, least=least)
    with reading(out) as opened:
        against = answers.upper_of(opened, plan, upper)
        found = answers.gaps(opened, plan, against, partial=not only, view=counted)
    out.show(found, lambda: render.gaps(found, out.language))


@app.command()
def unaligned(
    plan: PlanArgument,
    upper: UpperOption = None,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """与上级无对应的本地工作。 Local work that answers to nothing above."""
    from queries import answers

    out = output(as_json, lang, store=store)
    counted = view(accepted=accepted, least=least)
    with reading(out) as opened:
        against = answers.upper_of(opened, plan, upper)
        found = answers.unaligned(opened, plan, against, view=counted)
    data = {"plan": plan, "upper": against, "mode": counted.mode, "least": counted.least, "unaligned": found}
    out.show(data, lambda: render.unaligned(found, plan, against, counted, out.language))


@app.command()
def targets(
    plan: PlanArgument,
    below: Annotated[
        bool,
        typer.Option("--below", help="汇总下级地区的同一指标 · Add up the same figures of the plans below"),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """一个计划的量化指标；--below 汇总下级。 Figures of a plan; --below adds up those of the plans under it."""
    from queries import answers

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        if below:
            sums = answers.rollup(opened, plan)
            out.show(sums, lambda: render.rollup(sums, plan, out.language))
        else:
            found = answers.targets(opened, plan)
            out.show(found, lambda: render.targets(found, plan, out.language))


@app.command()
def cascade(
    priority: Annotated[
        str | None,
        typer.Argument(
            metavar="[TASK]",
            help="国家重点任务编号；不给则汇总全部 · A national priority, such as 000000-2023.3; none sums up all",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", help="只看这个地区（编号或名称） · Only this region (id or name)"),
    ] = None,
    status: Annotated[
        Standing | None, typer.Option("--status", help="只列这种传导情况 · Only chains of this standing")
    ] = None,
    upper: UpperOption = None,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """逐级传导：国家 ← 省 ← 市，承接路径、最弱一环、断点。 How priorities come down, level by level: path, weakest hop, where it breaks."""
    from policygraph import render_cascade
    from queries import cascade as cascades

    out = output(as_json, lang, store=store)
    if priority is not None and upper is not None:
        raise InputError("--upper is not for one task", remedy="Leave it out: a task names its plan.")
    counted = view(accepted=accepted, least=least)
    said = {"mode": counted.mode, "least": counted.least}
    with reading(out) as opened:
        if priority is not None:
            answer = cascades.cascade(opened, priority, region=region, view=counted)
            kept = tuple(c for c in answer.chains if status in (None, c.standing))
            answer = replace(answer, chains=kept)
            out.show(answer, lambda: render_cascade.one(answer, out.language))
            return
        found = cascades.chains(opened, upper, region=region, view=counted)
    found = [c for c in found if status in (None, c.standing)]
    if status is not None:
        out.show(said | {"chains": found}, lambda: render_cascade.listed(found, counted, out.language))
    elif region is not None:
        out.show(said | {"chains": found}, lambda: render_cascade.grid(found, counted, out.language))
    else:
        sums = cascades.tally(found)
        out.show(said | {"priorities": sums}, lambda: render_cascade.tallies(sums, counted, out.language))


@app.command()
def show(
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="计划或任务编号；不给则列出计划 · A plan or task")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """列出计划，或显示一份计划、一项任务。 List plans, or show one plan's headings, or one task with its links."""
    from policygraph.diff import versions
    from queries import answers, run

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        if id_ is None:
            plans = answers.plans(opened)
            out.show(plans, lambda: render.plans(plans, out.language))
        elif "." not in id_:
            plan = answers.plan(opened, id_)
            tasks = run(opened, "plan_tasks", plan=id_)
            kept = versions(opened, id_)
            data = {"plan": plan, "tasks": tasks, "versions": kept}
            out.show(data, lambda: _plan_page(plan, tasks, kept, out.language))
        else:
            task = answers.task(opened, answers.task_of(opened, id_))
            measures = answers.measures(opened, task["id"])
            links = answers.links(opened, task["id"])
            data = {"task": task, "measures": measures, "links": links}
            out.show(data, lambda: render.task(task, measures, links, out.language))


def _plan_page(
    plan: Row, tasks: Sequence[Row], kept: "Sequence[VersionRow]", language: Language
) -> RenderableType:
    """The headings of a plan, and its versions where there are several."""
    from policygraph.render_diff import versions

    tree = render.task_tree(plan, tasks, language)
    return Group(tree, versions(kept, language)) if len(kept) > 1 else tree


@app.command()
def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="计划或版本编号，如 210000-2023@1；只给一个时与其上一版本比较 · A plan or a version; alone, its latest earlier version is taken",
        ),
    ],
    after: Annotated[
        str | None, typer.Argument(metavar="[B]", help="另一计划或版本 · Another plan or version")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """比较两个版本或两份计划：任务、举措、指标的增删改移，以及对覆盖的影响。 What differs between two versions or two plans, and what that does to coverage."""
    from policygraph import render_diff
    from policygraph.diff import diff as compared

    first, second = (None, before) if after is None else (before, after)
    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = compared(opened, first, second)
    out.show(found, lambda: render_diff.diff(found, out.language, plain=not out.console.is_terminal))


@app.command()
def explain(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="本地举措或任务编号，如 210000-2023.3#7；或 SOURCE~TARGET · A local measure or task, or both as one",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[TARGET]", help="上级举措或任务编号，如 000000-2023.2#3 · An upper measure or task"
        ),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """一条关联的依据：各特征的贡献、两边的相同用词、指标对比。 Why a link stands: what each feature added, the words that both sides share, their figures.

    编号见 coverage、gaps、show 任务 的各行（或 --json）。 coverage, gaps and show TASK print the ids (so does --json).
    """
    from policygraph.render_explain import explanation
    from queries.explain import explain as explained

    if target is None:
        source, sign, target = source.partition("~")
        if not sign:
            raise InputError(
                "explain needs both ends of a link", remedy="Write: policygraph explain SOURCE TARGET"
            )
    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = explained(opened, source, target)
    out.show(found, lambda: explanation(found, out.language, plain=not out.console.is_terminal))


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="要查找的文字 · Words to find")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """按文字查找举措。 Find measures by their words."""
    from queries import run

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = run(opened, "search", text=text, limit=limit)
    out.show(found, lambda: render.rows(text, found, out.language))


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="查询名；不给则列出全部 · Name; none lists all")] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="NAME=VALUE", help="参数 · Parameter, repeatable"),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """运行一个命名查询。 Run a named query."""
    from queries import GROUPS, all_queries, get
    from queries.asking import ask

    out = output(as_json, lang, store=store)
    if name is None:
        listed = [
            {
                "name": q.name,
                "group": GROUPS[q.group][out.language == "zh"],
                "purpose": q.purpose_zh if out.language == "zh" else q.purpose,
            }
            | {"parameters": ", ".join(p.name for p in q.parameters)}
            for q in all_queries().values()
        ]
        out.show(listed, lambda: render.rows("", listed, out.language))
        return
    given = get(name).convert(dict(_pair(p) for p in parameters or []))
    with reading(out) as opened:
        found = ask(opened, name, **given)
    out.show(found, lambda: render.rows(name, found, out.language))


@app.command()
def cypher(
    statement: Annotated[
        str | None,
        typer.Argument(
            help="只读 Cypher 语句；“-” 从标准输入读取 · A statement that only reads; - reads standard input"
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="从文件读取语句 · Read the statement from a file")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=VALUE", help="参数，值为 JSON 或文本 · Parameter; JSON or text"
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="最多行数 · Most rows")] = None,
    timeout: Annotated[float | None, typer.Option(help="最长秒数 · Most seconds")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV · Print CSV")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """运行自写的只读 Cypher。 Run Cypher of your own that only reads.

    写入、读文件、存储过程和管理语句一律拒绝。 Writes, files, procedures and administration are refused.
    """
    from policygraph.cypher import ask, parameter

    if as_csv and as_json:
        raise InputError("--csv and --json exclude each other", remedy="Choose one of them.")
    text = _statement(statement, file)
    given = {name: parameter(value) for name, value in (_pair(p) for p in parameters or [])}
    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        found = ask(opened, out.settings, asker(), text, given, rows=limit, seconds=timeout)
    if as_csv:
        sys.stdout.write(render_rows.as_csv(found.columns, found.rows))
    else:
        out.show(found, lambda: render_rows.table(found.columns, found.rows, out.language))
    if found.truncated and not as_json:
        out.warn([word("cut_off", out.language, rows=len(found.rows))])


def _statement(statement: str | None, file: Path | None) -> str:
    """The text of a statement that is given as an argument, in a file, or on standard input."""
    if (statement is None) == (file is None):
        raise InputError(
            "one statement is needed",
            remedy='Write policygraph cypher "MATCH …", --file FILE, or - to read it.',
        )
    if statement is not None and statement != "-":
        return statement
    where = "standard input" if file is None else str(file)
    try:
        if file is None:
            return sys.stdin.buffer.read(_MOST_READ).decode()
        with file.open("rb") as opened:
            return opened.read(_MOST_READ).decode()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=where) from error
    except UnicodeDecodeError as error:
        raise InputError("this is not UTF-8", where=where, remedy="Save the statement as UTF-8.") from error


@app.command()
def export(
    out_dir: Annotated[Path, typer.Option("--out", help="输出目录 · Folder to write to")],
    format_: Annotated[
        Literal["jsonl", "graphml", "gexf", "csv", "xlsx", "docx", "neo4j"],
        typer.Option(
            "--format",
            help="jsonl 全部数据；graphml、gexf 网络；csv 表；xlsx 工作簿；docx 报告；neo4j 批量导入 · What to write, see docs/exports.md",
        ),
    ] = "jsonl",
    plans: Annotated[
        list[str] | None,
        typer.Option("--plan", help="计划编号，可重复；默认全部 · Plan, repeatable; all by default"),
    ] = None,
    upper: UpperOption = None,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """把图谱导出为文件、表格、报告。 Write the graph to files: data, networks, tables, reports."""
    from policygraph.export import Scope
    from policygraph.export import export as write

    out = output(as_json, lang, store=store)
    scope = Scope(tuple(plans or ()), upper, view(accepted=accepted, least=least), out.language)
    with reading(out) as opened:
        written = write(opened, out_dir, format_, scope)
    if as_json:
        out.show({str(path): rows for path, rows in written.items()})
    for path, rows in written.items():
        out.say(word("wrote", out.language, path=path, rows=rows))


@app.command("copy")
def copy_graph(
    source: Annotated[
        str, typer.Option("--from", help="源图库：文件，或 neo4j://主机:7687 · The store to read")
    ],
    target: Annotated[
        str, typer.Option("--to", help="目标图库，须为空 · The store to write; it must be empty")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="先清空目标图库 · Take out what the target holds first")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """把整个图谱（含人工裁定与历史）从一个图库复制到另一个。 Copy the whole graph, decisions and history included, into another store.

    用户名、密码、库名取自设置，用于是服务器的一方。 User, password and database come from the settings, for whichever is a server.
    """
    from policygraph import jobs

    out = output(as_json, lang)
    old, new = (out.settings.model_copy(update={"store": url}) for url in (source, target))
    with _Bars(out.language, as_json) as bars:
        copied = jobs.copy(old, new, replace=replace, reporter=bars)
    out.show(copied, lambda: render.copied(copied, out.language))


@app.command()
def measures(
    name: Annotated[
        Literal["carriers", "clusters", "profiles", "bridges"],
        typer.Argument(
            help="carriers 承担最多的任务；clusters 共同缺口；profiles 地区相似度；bridges 传导关键任务 · What to measure"
        ),
    ],
    plan: Annotated[
        str | None, typer.Argument(help="只看一份计划；默认全部 · One plan; all by default")
    ] = None,
    upper: UpperOption = None,
    accepted: AcceptedOption = False,
    least: LeastOption = 0.0,
    limit: Annotated[int, typer.Option(min=1, help="最多行数 · Most rows")] = 20,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """网络度量：哪些任务承担最多、哪些缺口一起出现、哪些地区相似、传导系于哪些任务。 Measures of the network: carriers, clusters of gaps, profiles, bridges."""
    from policygraph import measuring, render_measures

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        against = measuring.upper_of(opened, name, plan, upper)
        titles = measuring.titles(opened, against)
        found = measuring.MEASURES[name](opened, against, plan, view(accepted=accepted, least=least))[:limit]
    out.show(found, lambda: render_measures.measured(name, found, titles, against, out.language))


@app.command()
def evaluate(
    what: Annotated[
        Literal["all", "parsing", "encoders"],
        typer.Argument(
            help="all；只评读取 parsing；比较编码器 encoders · All, the reading alone, or encoders side by side"
        ),
    ] = "all",
    *,
    gold: Annotated[Path, typer.Option("--gold", help="标注目录 · Folder of labels")],
    plans: Annotated[
        Path | None, typer.Option(help="计划目录，用于 encoders · Folder of plans, for encoders")
    ] = None,
    encoders: Annotated[
        list[str] | None,
        typer.Option("--encoder", help="要比较的编码器，可重复 · Encoder to compare; may be repeated"),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="另存得分与差错为网页文件 · Write scores and errors to this HTML file")
    ] = None,
    errors: Annotated[
        int, typer.Option(min=0, help="网页中每类差错的条数 · Errors of each kind on the page")
    ] = 30,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """对照人工标注打分，附区间。 Score the graph against labels made by people, with intervals."""
    from policygraph import render_scores
    from policygraph.comparison import compare
    from policygraph.error_page import error_page, write_page
    from policygraph.evaluate import score
    from policygraph.evaluate_encoders import evaluate_encoders
    from policygraph.evaluate_parsing import evaluate_parsing

    out = output(as_json, lang, store=store)
    if html is not None and what != "all":
        raise InputError(
            f"--html is not for evaluate {what}", remedy="Leave it out, or run evaluate --html FILE."
        )
    if what == "encoders":
        if plans is None:
            raise InputError(
                "--plans is missing", remedy="Name the folder of the labelled plans: --plans DIR"
            )
        names = encoders or list(SHIPPED)
        # Without the cache: what is timed is encoding, not looking up.
        opened_encoders = [
            out.settings.model_copy(update={"encoder": name, "vector_cache": ""}).open_encoder()
            for name in names
        ]
        chosen = [(encoder, out.settings.open_scoring(encoder)) for encoder in opened_encoders]
        with _Bars(out.language, as_json) as bars:
            side_by_side = evaluate_encoders(chosen, plans, gold, bars)
        out.show(side_by_side, lambda: render_scores.encoder_scores(side_by_side, out.language))
        return
    with reading(out) as opened:
        if what == "parsing":
            parsing = evaluate_parsing(opened, gold)
            out.show(parsing, lambda: render_scores.parsing_scores(parsing, out.language))
            return
        comparisons = compare(opened, gold)
    found = score(comparisons)
    if html is not None:
        write_page(html, error_page(comparisons, found, out.language, shown=errors))
    out.show(found, lambda: render_scores.scores(found, out.language))
    if html is not None:
        out.say(word("wrote_page", out.language, path=html))


app.add_typer(review)
app.add_typer(keys)

labels = typer.Typer(
    name="label",
    help="标注自己的计划：生成标注表，填好后读回。 Label plans of your own: make a sheet, fill it in, read it back.",
    no_args_is_help=True,
)
app.add_typer(labels)
ForceOption = Annotated[
    bool, typer.Option("--force", help="替换已有的文件 · Replace files that are there already")
]


@labels.command("make")
def label_make(
    plan: PlanArgument,
    out_path: Annotated[
        Path,
        typer.Option(
            "--out",
            help="FILE.xlsx：表格；否则为目录，写入可直接编辑的 TSV · FILE.xlsx: a workbook; else a folder for TSV files to edit",
        ),
    ],
    upper: UpperOption = None,
    annotator: Annotated[str, typer.Option(help="标注人，用于文件名 · Who labels; part of file names")] = "A",
    blind: Annotated[
        bool, typer.Option("--blind", help="不显示机器建议，独立标注 · Without the machine's proposals")
    ] = False,
    force: ForceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """生成一份计划的标注表。 Make a sheet of a plan's statements and of the upper measures, to be labelled."""
    from policygraph import label_answers, label_sheet, label_tables, labelling

    out = output(as_json, lang, store=store)
    name = label_answers.annotator_name(annotator)
    with reading(out) as opened:
        form = labelling.form(opened, plan, upper, proposals=not blind)
        default = labelling.upper_for(opened, plan)
    if not form.proposals and not blind:
        out.warn([word("label_unlinked", out.language, plan=plan, upper=form.upper)])
    if form.upper != default:
        out.warn([word("label_other_upper", out.language, upper=form.upper, default=default)])
    if out_path.suffix.lower() == label_sheet.ENDING:
        label_sheet.make(form, out_path, name, out.language, force=force)
        back = out_path
    else:
        back = label_tables.make(form, out_path, name, force=force)
    counts = {
        "statements": len(form.statements),
        "measures": len(form.measures),
        "priorities": len(form.priorities),
    }
    out.show(
        {"path": back, "plan": plan, "upper": form.upper, "annotator": name, "proposals": form.proposals}
        | counts,
        lambda: word("label_made", out.language, path=back, upper=form.upper, **counts),
    )
    out.say(word("label_next_read", out.language, path=back))


@labels.command("read")
def label_read(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="填好的 .xlsx，或 statements_….tsv · The filled .xlsx, or statements_….tsv"
        ),
    ],
    gold: Annotated[Path, typer.Option("--gold", help="标注目录 · Folder of labels to write to")],
    annotator: Annotated[
        str | None, typer.Option(help="标注人；默认为表中所写 · Who labelled; by default as the sheet says")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="只要已标注的行 · Take what is labelled, leave out the rest")
    ] = False,
    empty: Annotated[
        bool,
        typer.Option("--empty-is-none", help="语句空白即为「无」 · A statement left empty implements none"),
    ] = False,
    force: ForceOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """检查填好的标注表，写成标注文件。 Check a filled sheet and write it as labels, for policygraph evaluate."""
    from policygraph import label_answers, label_sheet, label_tables

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        reader = label_sheet if path.suffix.lower() == label_sheet.ENDING else label_tables
        filled, form = reader.read(path, opened, out.language, annotator)
    found = label_answers.check(filled, form, out.language, partial=partial, empty_is_none=empty)
    written = label_answers.write(found, gold, force=force, sources=filled.sources)
    out.warn(found.warnings)
    if as_json:
        out.show({str(p): rows for p, rows in written.items()})
    for p, rows in written.items():
        out.say(word("wrote", out.language, path=p, rows=rows))
    out.say(word("label_next_evaluate", out.language, path=gold))


@app.command()
def applies(
    upper: Annotated[str, typer.Argument(metavar="UPPER", help="上级计划编号 · Id of an upper plan")],
    store: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """哪些上级举措不要求下级承担，以及人工决定。 Which upper measures plans below are not asked for, and what people decided on that."""
    from policygraph import reviews

    out = output(as_json, lang, store=store)
    with reading(out) as opened:
        rows = reviews.applicability(opened, upper)
    out.show(rows, lambda: render.applicability(rows, out.language))


@app.command()
def calibrate(
    gold: Annotated[
        list[Path], typer.Option("--gold", help="标注目录，可重复 · Folder of labels; may be repeated")
    ],
    store: StoreOption = None,
    encoder: EncoderOption = None,
    from_zero: Annotated[
        bool, typer.Option("--from-zero", help="不以现有权重为起点 · Do not start from the weights in use")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只显示效果，不保存 · Show how it does and keep nothing")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """按人工标注拟合权重、阈值与置信度。 Fit weights, thresholds and confidence to labels made by people."""
    from embeddings.scoring import write_scoring
    from policygraph import render_scores
    from policygraph.calibrate import calibrate as fitted

    out = output(as_json, lang, store=store, encoder=encoder)
    chosen = out.settings.open_encoder()
    if not dry_run and not out.settings.scoring_folder:
        raise SettingsError(
            "there is no folder to keep it in", remedy="Set scoring_folder, or use --dry-run."
        )
    with reading(out) as opened, _Bars(out.language, as_json) as bars:
        found = fitted(
            opened, gold, chosen, out.settings.open_scoring(chosen), from_zero=from_zero, reporter=bars
        )
    out.show(found, lambda: render_scores.calibrated(found, out.language))
    if not dry_run:
        path = out.settings.scoring_file(chosen)
        write_scoring(found.scoring, path)
        out.say(word("calibrated", out.language, path=path, encoder=chosen.name))


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="监听地址 · Address")] = None,
    port: Annotated[int | None, typer.Option(help="端口 · Port")] = None,
    lang: LangOption = None,
) -> None:
    """启动网页与接口服务。 Serve the web page and the API."""
    import uvicorn

    from policygraph.access import check_access
    from policygraph.audit import Audit, show_log

    out = output(False, lang, store=store, host=host, port=port)
    check_access(out.settings)
    Audit(out.settings.audit_log).check()
    reading(out).close()
    show_log()
    # By name: the service stands above this package, so no import may point to it.
    service = import_module("api.app").create_app(out.settings)
    with _listen(out.settings.host, out.settings.port) as listening:
        chosen = out.settings.model_copy(update={"port": listening.getsockname()[1]})
        out.say(word("serving", out.language, address=_address(chosen)))
        # The service judges by itself whose headers count: with proxy_headers anyone on this machine could
        # claim another address.
        server = uvicorn.Config(
            service, log_level="info", access_log=False, proxy_headers=False, server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )  # fmt: skip
        uvicorn.Server(server).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"the service cannot listen here ({error.strerror})",
            where=f"{host}:{port}",
            remedy="Name another port with --port, or stop what listens there.",
        ) from error


@app.command()
def config(as_json: JsonOption = False, lang: LangOption = None) -> None:
    """显示全部设置、取值与来源。 Every setting with its value and where that comes from."""
    out = output(as_json, lang)
    found = []
    for name, field in Settings.model_fields.items():
        value = getattr(out.settings, name)
        found.append(
            {
                "setting": name,
                "value": redacted(str(value)),
                "origin": origin(name, {"lang": lang}),
                "meaning": field.description,
            }
        )
    out.show(found, lambda: render.rows("", found, out.language))


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise InputError(f"{text!r} is no parameter", remedy="Write -p NAME=VALUE.")
    return name, value


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"policygraph {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 · Version")
    ] = False,
) -> None:
    del version


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="policygraph")
    except PolicyGraphError as error:
        _fail(error, sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


def _language(arguments: Sequence[str]) -> Language:
    """The language of a command that failed, which may have been by its settings."""
    given = re.search(r"(?:^| )--lang[ =](zh|en)(?: |$)", " ".join(arguments))
    try:
        return load_settings(lang=given and given[1]).lang
    except PolicyGraphError:
        told = given[1] if given else os.environ.get("POLICYGRAPH_LANG")
        return "en" if told == "en" else "zh"


def _fail(error: PolicyGraphError, arguments: Sequence[str]) -> NoReturn:
    """Say what is wrong: to people in their language, to programs in English."""
    if "--json" in arguments:
        problem = {"code": error.code, "message": error.message, "where": error.where, "remedy": error.remedy}
        sys.stderr.write(json.dumps({"error": problem}, ensure_ascii=False) + "\n")
    else:
        language = _language(arguments)
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        where = f"{told(error.where, language)}{word('colon', language)}" if error.where else ""
        console.print(f"错误 error: {where}{told(error.message, language)}", style="red", markup=False)
        if error.remedy:
            console.print(told(error.remedy, language), markup=False)
    sys.exit(error.exit_code)
