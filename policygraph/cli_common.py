"""What commands share: their options, where their answers go, who runs them."""

import getpass
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console, RenderableType

from graph.store import Store
from policygraph.audit import Asker, Audit
from policygraph.error_words import told
from policygraph.settings import Settings, load_settings
from policygraph.words import Language
from review import View

NAME: Final = "policygraph"
StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="图库位置：文件，或 neo4j://主机:7687 · A file, or neo4j://HOST:7687"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")]
LangOption = Annotated[Language | None, typer.Option("--lang", help="界面语言 · Language of tables")]
UpperOption = Annotated[
    str | None, typer.Option("--upper", help="上级计划；默认为国家计划 · Upper plan; the nation's by default")
]
PlanArgument = Annotated[str, typer.Argument(help="计划编号，如 210000-2023 · Id of a plan")]
AcceptedOption = Annotated[
    bool, typer.Option("--accepted", help="只计人工确认的关联 · Count accepted links only")
]
LeastOption = Annotated[
    float, typer.Option("--least", help="计入机器提议的最低置信度 · Confidence from which a proposal counts")
]


class Output:
    """Where a command's answer goes: a table for people, JSON for programs."""

    def __init__(self, settings: Settings, as_json: bool) -> None:
        self.settings = settings
        self.json = as_json
        self.language: Language = settings.lang
        # Plans may hold [brackets] and :colons: of their own; none of them is markup.
        self.console = Console(
            width=None if sys.stdout.isatty() else max(Console().width, 120),
            markup=False, emoji=False, highlight=False,
        )  # fmt: skip

    def show(self, data: Any, table: Callable[[], RenderableType] | None = None) -> None:
        """Print ``data`` as JSON, or as the table that ``table`` makes."""
        if self.json or table is None:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n")
        else:
            self.console.print(table())

    def say(self, text: str) -> None:
        """A line for people only."""
        if not self.json:
            self.console.print(text, soft_wrap=True)  # a command in it can be copied whole

    def warn(self, warnings: Sequence[str]) -> None:
        """Lines on standard error, for people and in logs."""
        for warning in warnings:
            console = Console(stderr=True, markup=False, emoji=False, highlight=False)
            console.print(told(warning, self.language), style="yellow")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def output(as_json: bool, lang: Language | None, **given: Any) -> Output:
    """Where this command's answer goes, by the settings with ``given`` on top."""
    return Output(load_settings(lang=lang, **given), as_json)


def program() -> str:
    """This program as it is typed here: by its name where the shell finds it, else by the path under which it was started."""
    started = Path(sys.argv[0])
    found = shutil.which(NAME)
    if started.name != NAME or (found is not None and Path(found).resolve() == started.resolve()):
        return NAME
    return str(started)


def reading(out: Output) -> Store:
    """The store, only to be read: one that is not there is not made."""
    return out.settings.open_store(read_only=True)


def view(*, accepted: bool, least: float) -> View:
    """What an answer counts, as the options say."""
    return View("accepted" if accepted else "all", least)


def audited(out: Output) -> Audit:
    """The record, ready to be written to. Raises SettingsError where it cannot be."""
    audit = Audit(out.settings.audit_log)
    audit.check()
    return audit


def asker() -> Asker:
    """Who runs this, for the record."""
    return Asker("cli", user())


def user() -> str:
    """The name of who runs this; empty where the system knows none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
