"""Plans of any size, invented: the sample's measures with other objects, figures and places; one seed, one outcome."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Final

from graph.model import PlanDocument
from ingest import read_directory, read_plan

SAMPLE: Final = Path(__file__).parent.parent / "sample"
_OBJECTS: Final = (
    "老旧小区", "保障性租赁住房", "公租房", "城中村", "危旧房", "商品住房", "既有住宅电梯", "口袋公园", "城市绿道", "历史建筑",
    "历史文化街区", "传统村落", "燃气管网", "供热管网", "供水管网", "排水管网", "污水处理厂", "垃圾中转站", "公共停车位", "背街小巷",
    "装配式建筑", "绿色建筑", "超低能耗建筑", "智能建造", "建筑工地", "起重机械", "农村危房", "抗震农房", "物业服务", "城市体检",
)  # fmt: skip
_FIRST: Final = "青云松河岚澜朔溪沅杉榆桐槐柏枫棠"
_SECOND: Final = "川源陵湾港岭原浦汀洲坪塘泉峰谷岗"
_KINDS: Final = ("县", "区", "市", "镇")
_OBJECT: Final = re.compile("|".join(sorted(_OBJECTS, key=len, reverse=True)))
_CLAUSES: Final = 3
"""Measures to a sentence."""
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Text:
    """One planned measure, with the sentence it stands in and the titles above it."""

    task: str
    text: str
    statement: str
    headings: tuple[str, ...]
    heading: bool


@dataclass(frozen=True, slots=True)
class _Base:
    title: str
    measures: tuple[str, ...]


def local_texts(count: int, *, task_size: int = 10) -> list[Text]:
    """``count`` distinct measures of local plans, ``task_size`` to a task."""
    bases = list(_bases(upper=False))
    return _invent(bases, count, task_size, random.Random(0))


def upper_texts(tasks: int = 20, task_size: int = 50) -> list[Text]:
    """``tasks`` upper tasks of ``task_size`` distinct measures each, the title of the task among them."""
    bases = list(_bases(upper=True))
    return _invent(bases, tasks * task_size, task_size, random.Random(1))


def _bases(*, upper: bool) -> Iterator[_Base]:
    """The sample's tasks that plan something: of the nation's plan and one province's, or of all others."""
    for source in read_directory(SAMPLE):
        document = read_plan(source)
        if (document.plan.id in ("000000-2025", "x-yunxi-2025")) == upper:
            yield from _tasks(document)


def _tasks(document: PlanDocument) -> Iterator[_Base]:
    """The outermost tasks, each with all that is planned under it."""
    for top in document.tasks:
        if top.parent is not None:
            continue
        planned = [
            m.text
            for m in document.measures
            if m.kind == "planned" and not m.heading and f"{m.task}.".startswith(f"{top.id}.")
        ]
        if planned and top.end > 0:
            yield _Base(top.title, tuple(planned))


def _invent(bases: Sequence[_Base], count: int, task_size: int, chance: random.Random) -> list[Text]:
    texts: list[Text] = []
    seen: set[str] = set()
    while len(texts) < count:
        number = len(texts) // task_size
        base = bases[number % len(bases)]
        title, *members = _members(base, min(task_size, count - len(texts)), seen, chance)
        texts.append(Text(f"t{number}", title, title, (), True))
        for place, text in enumerate(members):
            sentence = members[place // _CLAUSES * _CLAUSES :][:_CLAUSES]
            texts.append(Text(f"t{number}", text, "，".join(sentence), (title,), False))
    return texts


def _members(base: _Base, count: int, seen: set[str], chance: random.Random) -> Iterator[str]:
    """A title and measures, ``count`` in all, none of which has been ``seen``."""
    start = chance.randrange(len(base.measures))
    models = chain([base.title], islice(cycle(base.measures), start, None))
    for model in islice(models, count):
        text = _varied(model, chance)
        while text in seen:
            text = _varied(model, chance)
        seen.add(text)
        yield text


def with_other_objects(text: str, chance: random.Random) -> str:
    """The same text about other objects."""
    return _OBJECT.sub(lambda _: chance.choice(_OBJECTS), text)


def _varied(text: str, chance: random.Random) -> str:
    """The same commitment to another object, in another figure, at another place."""
    text = with_other_objects(text, chance)
    text = _FIGURE.sub(lambda found: str(chance.randint(1, 10 ** len(found[0]) - 1)), text)
    place = chance.choice(_FIRST) + chance.choice(_SECOND) + chance.choice(_KINDS)
    return f"{place}{chance.choice(_OBJECTS)}：{text}"
