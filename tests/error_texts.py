"""What the code can say in errors, read off the code: every text as a template, with ``{}`` where a value goes in.

Expressions are followed as far as their words stand in the code: both sides of a choice, what a name was set to, and, for
a helper that makes errors, what its callers hand it. What is left is a value, or a text of somebody else's.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("graph", "review", "ingest", "embeddings", "queries", "policygraph", "api")
BASE: Final = "PolicyGraphError"
PARTS: Final = ("message", "where", "remedy")
CARRIERS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    ("policygraph/intake/queue.py", "Fault"): ("code", "title", "detail", "where", "remedy"),
    ("policygraph/intake/staging.py", "trouble"): ("kind", "where", "detail"),
    ("api/problems.py", "_answer"): ("request", "code", "title", "status", "detail"),
    ("api/body.py", "_Limit"): ("most", "told", "where", "remedy"),
    ("embeddings/judge.py", "Endpoint"): ("lighter",),
    ("embeddings/openai_endpoint.py", "Endpoint"): ("lighter",),
}
"""What else carries texts to where errors are shown: module and name, with its arguments in order."""
WARNING: Final = frozenset({
    ("ingest/reader.py", "_warnings"), ("policygraph/jobs.py", "warnings"), ("policygraph/cli.py", "_read"),
})  # fmt: skip
"""Functions whose texts are shown as warnings."""
_CARRIED: Final = frozenset({"title", "detail", "lighter", *PARTS})
_SAID: Final = frozenset({"what", "why", "reason"})
"""Parameters of helpers that hold words, of which each is a text of its own."""
_HOLE: Final = "{}"
_WORDS: Final = "{:text}"
"""A hole for what may be a text of the catalogue itself."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Place:
    """Where an expression stands: its module, and the functions around it, the innermost last."""

    module: Path
    functions: tuple[Function, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass
class Code:
    """The product's modules.

    Attributes:
        texts: every template, with a place that says it.
        foreign: places of messages and remedies that are wholly a value, as ``module:function``.
    """

    texts: dict[str, str] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    @cached_property
    def trees(self) -> dict[Path, ast.Module]:
        """Each module of the product."""
        return {
            path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
            for package in PACKAGES
            for path in sorted((ROOT / package).rglob("*.py"))
        }

    @cached_property
    def calls(self) -> dict[str, list[tuple[ast.Call, Place]]]:
        """Every call, by the last name of what is called."""
        found: dict[str, list[tuple[ast.Call, Place]]] = {}
        for module, tree in self.trees.items():
            for call, place in _calls(tree, Place(module)):
                found.setdefault(_name(call.func), []).append((call, place))
        return found

    @cached_property
    def errors(self) -> dict[str, tuple[ast.ClassDef, Place]]:
        """The classes of errors, by name."""
        classes = [
            (n, Place(module, classes=(n.name,)))
            for module, tree in self.trees.items()
            for n in ast.walk(tree)
            if isinstance(n, ast.ClassDef)
        ]
        found: dict[str, tuple[ast.ClassDef, Place]] = {}
        while True:
            more = {
                node.name: (node, place)
                for node, place in classes
                if node.name == BASE or any(_name(base) in found for base in node.bases)
            }
            if more == found:
                return found
            found = more

    def collect(self) -> "Code":
        """Fill :attr:`texts` and :attr:`foreign`."""
        for name, (node, place) in self.errors.items():
            self._titles(node, place)
            takes = _arguments(node) or PARTS
            for call, at in self.calls.get(name, []):
                if takes[0] == "message":
                    self._carried(call, at, takes)
        for name, calls in self.calls.items():
            for call, at in calls:
                carrier = CARRIERS.get((str(at.module), name))
                in_error = name == "__init__" and at.classes and at.classes[-1] in self.errors
                if carrier is not None:
                    self._carried(call, at, carrier)
                elif in_error or (name not in self.errors and any(k.arg == "remedy" for k in call.keywords)):
                    self._carried(call, at, PARTS)
        self._warnings()
        for text in [t for t in self.texts if t.replace(_HOLE, _WORDS) in self.texts and _HOLE in t]:
            del self.texts[text]  # said with words in the hole elsewhere
        return self

    def _warnings(self) -> None:
        for module, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, Function) and (str(module), node.name) in WARNING:
                    for text in ast.walk(node):
                        if isinstance(text, ast.JoinedStr):
                            self._say(text, Place(module, (node,)), "warning")

    def _titles(self, node: ast.ClassDef, place: Place) -> None:
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                if "title" in map(_name, targets):
                    self._say(statement.value, place, "title")

    def _carried(self, call: ast.Call, place: Place, takes: Sequence[str]) -> None:
        given = {**dict(zip(takes, call.args, strict=False)), **{k.arg or "": k.value for k in call.keywords}}
        for part, value in given.items():
            if part in _CARRIED:
                self._say(value, place, part)

    def _say(self, value: ast.expr, place: Place, part: str) -> None:
        for template in self.templates(value, place):
            if template == _HOLE and part != "where":
                inner = place.functions[-1].name if place.functions else ""
                self.foreign.add(f"{place.module}:{inner}")
            self._add(template, f"{place.module}:{value.lineno}")

    def _add(self, template: str, where: str) -> None:
        for line in template.split("\n"):
            if re.search(r"[A-Za-z]", re.sub(r"\{(!r|:text)?\}", "", line)):
                self.texts.setdefault(line, where)

    # -- expressions ------------------------------------------------------------------------------------------------

    def templates(self, value: ast.expr, place: Place, seen: frozenset[int] = frozenset()) -> list[str]:
        """The texts that ``value`` can be; what is not known is a hole."""
        match value:
            case ast.Constant(value=str() as text):
                return [text.replace("{", "{{").replace("}", "}}")]
            case ast.Constant(value=None):
                return []
            case ast.JoinedStr(values=parts):
                return self._joined([self._piece(part, place, seen) for part in parts])
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                sides = [self.templates(side, place, seen) or [""] for side in (left, right)]
                return [_HOLE] if sides == [[_HOLE], [_HOLE]] else self._joined(sides)
            case ast.IfExp(body=body, orelse=other):
                return self._either([body, other], place, seen)
            case ast.BoolOp(op=ast.Or(), values=values):
                return self._either(values, place, seen)
            case ast.Name():
                return self._named(value, place, seen)
            case ast.Call(func=ast.Name(id="word")):
                return []  # words that have both languages
            case (
                ast.Call(func=ast.Attribute(attr="get", value=ast.Name() as table))
                | ast.Subscript(value=ast.Name() as table)
            ):
                return self._table(table, place, seen)
        return [_HOLE]

    def _either(self, values: Sequence[ast.expr], place: Place, seen: frozenset[int]) -> list[str]:
        return list(dict.fromkeys(t for v in values for t in self.templates(v, place, seen)))

    def _joined(self, pieces: Sequence[Sequence[str]]) -> list[str]:
        found = [""]
        for piece in pieces:
            found = [before + text for before in found for text in piece]
        return found

    def _piece(self, part: ast.expr, place: Place, seen: frozenset[int]) -> list[str]:
        if not isinstance(part, ast.FormattedValue):
            return self.templates(part, place, seen)
        if part.conversion == ord("r"):
            return ["{!r}"]
        value = part.value
        if isinstance(value, ast.Name) and _parameter(value.id, place) is not None:
            # A text of its own, which is found again within this one.
            return (
                self._inner(self.templates(value, place, seen), value, place)
                if value.id in _SAID
                else [_HOLE]
            )
        if isinstance(value, ast.Name) and not _settings(value.id, place):
            constant = self.templates(value, place, seen)
            return constant if all(" " in text for text in constant) else [_HOLE]
        if isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name):
            return self._inner(self.templates(value, place, seen), value, place)
        if isinstance(value, ast.Attribute) and value.attr == "strerror":
            return [_WORDS]
        if not isinstance(value, ast.Name | ast.IfExp | ast.BoolOp):
            return [_HOLE]
        texts = self.templates(value, place, seen)
        return self._inner(texts, value, place) if _HOLE in texts or _is_strerror(value) else texts

    def _inner(self, texts: Sequence[str], value: ast.expr, place: Place) -> list[str]:
        """A hole, in which words stand that are found again on their own where ``texts`` has such."""
        words = [
            text for text in texts if re.search(r"[a-z]", text.replace("{:text}", "").replace("{!r}", ""))
        ]
        for text in words:
            self._add(text, f"{place.module}:{value.lineno}")
        return [_WORDS if words or _is_strerror(value) else _HOLE]

    def _named(self, name: ast.Name, place: Place, seen: frozenset[int]) -> list[str]:
        found = [v for v in _settings(name.id, place) if id(v) not in seen]
        if found:
            texts: list[str] = []
            for value in found:
                here = self.templates(value, place, seen | {id(value)})
                added = any(
                    isinstance(n, ast.AugAssign) and n.value is value for n in ast.walk(place.functions[-1])
                )
                texts += [before + text for before in texts for text in here] if added else here
            taken = _parameter(name.id, Place(place.module, place.functions[-1:]))
            texts += self._handed(*taken, place, seen) if taken else []
            return list(dict.fromkeys(texts))
        taken = _parameter(name.id, place)
        if taken is not None:
            return self._handed(*taken, place, seen)
        constant = self._constant(name.id, place.module)
        return self.templates(constant, Place(place.module), seen) if constant is not None else [_HOLE]

    def _handed(self, function: Function, name: str, place: Place, seen: frozenset[int]) -> list[str]:
        """What callers of ``function`` hand it as ``name``."""
        if id(function) in seen:
            return []
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        method = names[:1] in (["self"], ["cls"])
        default = _default(function, name)
        texts: list[str] = []
        for call, at in self.calls.get(function.name, []):
            if function.name.startswith("_") and at.module != place.module:
                continue
            if method != isinstance(call.func, ast.Attribute) or _is_log(call.func):
                continue
            given = dict(zip(names[method:], call.args, strict=False))
            given |= {k.arg: k.value for k in call.keywords if k.arg}
            value = given.get(name, default)
            if value is not None:
                texts += self.templates(value, at, seen | {id(function)})
        return list(dict.fromkeys(texts)) or [_HOLE]

    def _table(self, table: ast.Name, place: Place, seen: frozenset[int]) -> list[str]:
        """The texts of a table in the code, each of its own; a hole where it is none."""
        value = next(iter(_settings(table.id, place)), None) or self._constant(table.id, place.module)
        if not isinstance(value, ast.Dict):
            return [_HOLE]
        # dict.fromkeys(words, text) within the table.
        values = [v.args[1] if isinstance(v, ast.Call) and len(v.args) == 2 else v for v in value.values]
        texts = self._either(values, place, seen)
        return [t for t in texts if t != _HOLE] or [_HOLE]

    def _constant(self, name: str, module: Path) -> ast.expr | None:
        for statement in self.trees[module].body:
            if isinstance(statement, ast.ImportFrom) and any(a.name == name for a in statement.names):
                base = Path(*(statement.module or "").split("."))
                for path in (base.with_suffix(".py"), base / "__init__.py"):
                    if path in self.trees:
                        return self._constant(name, path)
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                if name in map(_name, targets):
                    return statement.value
        return None


def _calls(node: ast.AST, place: Place) -> Iterator[tuple[ast.Call, Place]]:
    if isinstance(node, Function):
        place = Place(place.module, (*place.functions, node), place.classes)
    if isinstance(node, ast.ClassDef):
        place = Place(place.module, place.functions, (*place.classes, node.name))
    if isinstance(node, ast.Call):
        yield node, place
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, place)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_strerror(value: ast.expr) -> bool:
    return isinstance(value, ast.BoolOp) and any(getattr(v, "attr", "") == "strerror" for v in value.values)


def _is_log(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and _name(called.value) == "_log"


def _arguments(node: ast.ClassDef) -> tuple[str, ...]:
    """What the class's own ``__init__`` takes."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return tuple(a.arg for a in (*statement.args.args, *statement.args.kwonlyargs))[1:]
    return ()


def _parameter(name: str, place: Place) -> tuple[Function, str] | None:
    for function in reversed(place.functions):
        arguments = function.args
        if any(a.arg == name for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)):
            return function, name
    return None


def _default(function: Function, name: str) -> ast.expr | None:
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    with_default = plain[len(plain) - len(arguments.defaults) :]
    pairs = [*zip(with_default, arguments.defaults, strict=True),
             *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]  # fmt: skip
    return next((value for argument, value in pairs if argument.arg == name), None)


def _settings(name: str, place: Place) -> list[ast.expr]:
    """What a name of the functions around is set to, in the order of the code."""
    for function in reversed(place.functions):
        found = []
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                    pass
                case ast.AugAssign(target=ast.Name(id=target), value=value):
                    pass
                case ast.NamedExpr(target=ast.Name(id=target), value=value):
                    pass
                case _:
                    continue
            if target == name:
                found.append(value)
        if found:
            return sorted(found, key=lambda v: (v.lineno, v.col_offset))
    return []
