"""Folders of labels, made for tests: written from rows, or so that they agree with a graph in every statement."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from graph import Store
from queries import run

Row = tuple[str, str]
"""The priorities of a statement, joined by commas, and its words."""

NATIONAL: Final = [
    ("3.2", "03", "全年开工改造老旧小区2.6万个"),
    ("5.7", "05", "建立乡村建设工匠名录，全年培训10万人次"),
    ("8.2", "08", "采用小规模、渐进式办法修缮历史文化街区200片"),
    ("9.5", "09", "年底前完成经营性自建房安全隐患整治"),
]
RIGHT: Final = "改好老旧小区。"
TURNED: Final = "支持骨干企业与设计院、装备企业“抱团出海”，力争对外承包工程营业额增长6%左右。"
DISPUTED: Final = "培训乡村建设工匠5000人次，实行持证上岗、信用评价，优先承接本地农房改造和小型公益项目。"
MISSED: Final = "建成省冰雪建筑艺术中心，制定冰雪景观建筑技术规程。"
CUT: Final = "建设口袋公园180个、城市绿道200公里，并在沿线<b>添置</b>二百张刻有本地山水诗句的木椅供行人歇脚。"
UNREAD: Final = "疏浚<b>冰湖</b>航道三十公里。"
QUOTE: Final = "组建古街修缮&维护小队"


def agreeing(store: Store, plan: str) -> list[Row]:
    """One row a sentence of ``plan``, in reading order, with the national priorities that its measures are linked to."""
    links: dict[str, list[str]] = {}
    for row in run(store, "export_measure_links"):
        if row["target"].startswith("000000"):
            links.setdefault(row["source"], []).append(f"{int(row['target'].rpartition('.')[2]):02d}")
    sentences: dict[int, tuple[set[str], str]] = {}
    for m in run(store, "export_measures"):
        if m["plan"] == plan and m["kind"] == "planned":
            priorities, text = sentences.get(m["statement"], (set(), ""))
            sentences[m["statement"]] = (priorities | set(links.get(m["id"], ())), f"{text}{m['text']}，")
    return [(",".join(sorted(priorities)), text) for priorities, text in sentences.values()]


def write_national(folder: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Write the upper measures, as id, priority and words."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "national_measures.tsv", [("id", "priority", "measure"), *rows])


def write_labels(
    folder: Path,
    plan: str,
    annotator: str,
    rows: Sequence[Row],
    coverage: Sequence[tuple[str, int, str]] = (),
) -> None:
    """Write one annotator's labels of the plan whose file is ``plan``.txt; coverage as id, label and quote."""
    numbered = [(str(i), priorities, text) for i, (priorities, text) in enumerate(rows, start=1)]
    _write(folder / f"statements_{plan}_{annotator}.tsv", numbered)
    lines = [(id_, str(level), quote) for id_, level, quote in coverage]
    _write(folder / f"coverage_{plan}_{annotator}.tsv", lines)


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def sample_gold(folder: Path) -> Path:
    """Labels of x-qinglan-2025 of the sample by A and B, with a mistake of every kind.

    - RIGHT: both have the priority that it is linked to; :data:`TURNED`: both have another one.
    - DISPUTED: A has the priority that it is linked to, B another one and none of A's.
    - MISSED: both have a priority, it is linked to none; CUT and UNREAD: not read whole, and not at all.
    - Upper measures: 3.2 is right, 5.7 wrong for B alone, 8.2 and 9.5 wrong for both.
    """
    write_national(folder, NATIONAL)
    for annotator, disputed, craftsmen in (("A", "05", 2), ("B", "06", 0)):
        rows = [
            ("03", RIGHT), (disputed, DISPUTED), ("06", TURNED), ("07", CUT), ("08", MISSED), ("08", UNREAD),
        ]  # fmt: skip
        coverage = [("3.2", 2, ""), ("5.7", craftsmen, ""), ("8.2", 2, QUOTE), ("9.5", 0, "")]
        write_labels(folder, "qinglan-2025", annotator, rows, coverage)
    return folder
