"""Invented measures, as the linker sees them."""

from typing import Final

from embeddings.features import MeasureText
from ingest import read_directory, read_plan
from tests.conftest import SAMPLE

PHRASES: Final = (
    "筹集保障性租赁住房3万套", "建设保障性租赁住房", "健全住房保障体系", "深化生活垃圾分类", "生活垃圾分类覆盖96%的小区",
    "新建绿道20公里", "推动城乡绿色发展", "更新改造老旧供水管网", "保障城市供水安全", "开展龙舟赛", "做好群众工作",
    "按季调度进展，压实各方责任", "全年完成xx万套", "BIM平台", "（略）",
)  # fmt: skip


def measure(id_: str, text: str, *headings: str, heading: bool = False, statement: str = "") -> MeasureText:
    """A measure of the task before the ``#`` of its id; a sentence of its own unless ``statement`` is given."""
    task = id_.partition("#")[0]
    return MeasureText(id_, task, text, statement or text, headings, heading, above(task))


def above(task: str) -> tuple[str, ...]:
    """The tasks over ``task`` by the dots of its id, as a plan that is read for the first time has them."""
    parts = task.split(".")
    return tuple(".".join(parts[:size]) for size in range(len(parts) - 1, 1, -1))


def section(task: str, heading: str, *texts: str) -> list[MeasureText]:
    """A task's heading, a measure itself (none where empty), and the measures under it."""
    above = (heading,) if heading else ()
    first = [measure(f"{task}#0", heading, heading=True)] if heading else []
    return first + [measure(f"{task}#{i}", text, *above) for i, text in enumerate(texts, start=1)]


def planned(name: str) -> list[MeasureText]:
    """The planned measures of a sample plan, each under the outermost title alone."""
    document = next(read_plan(s) for s in read_directory(SAMPLE) if s.path.stem == name)
    titles = {t.id: t.title for t in document.tasks}
    return [
        MeasureText(
            m.id, m.task, m.text, m.text, () if m.heading else (titles[m.task],), m.heading, above(m.task)
        )
        for m in document.measures
        if m.kind == "planned"
    ]
