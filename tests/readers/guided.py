"""Fuzz the reading of plain text and Markdown, guided by coverage (atheris). Not part of the tests; run it by hand.

Usage::

    pip install -e '.[fuzz]'
    python -m tests.readers.guided SECONDS

The inputs are texts, not bytes, so that what they reach is the reading and not the decoding. What is looked for: an
error that is not InputError, a passage that its place in the file does not lead back to, an input of over 10 s.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest"]):
    from graph.errors import InputError
    from graph.model import Region
    from ingest.manifest import PlanSource
    from ingest.normalise import WORDS
    from ingest.reader import read_plan

PIECES = (
    "岚市2030年水务工作要点\n", "一、", "（一）", "1.", "(2)", "①", "第一，", "一是", "二是", "三要", "\n", "\n\u3000\u3000", "。", "；", "，", "、",
    "：", "“", "”", "（", "）", "《", "》", "推进", "新建水厂", "12", "xx", "**", "×.×", "座", "万套（间）", "%", "年底前", "全部", "清零", "不少于",
    "增长", "去年", "以供水为重点", "同志们", "各位代表", "回顾", "形势", "重点任务", "2029年", "# ", "- ", "|", "**", "[", "](", "\u200b", "\t",
)  # fmt: skip
FOLDER = Path(tempfile.mkdtemp())


def one(data: bytes) -> None:
    """Read the text that ``data`` picks from :data:`PIECES`, or spells, as text and as Markdown."""
    provider = atheris.FuzzedDataProvider(data)
    text = "".join(PIECES[n % len(PIECES)] for n in provider.ConsumeBytes(provider.ConsumeIntInRange(0, 400)))
    text += provider.ConsumeUnicodeNoSurrogates(sys.maxsize)
    for name in ("plan.txt", "plan.md"):
        path = FOLDER / name
        path.write_bytes(text.encode())
        try:
            document = read_plan(PlanSource(path, Region("x-lan", "岚市", "city"), 2030))
        except InputError:
            continue
        raw = text.encode()
        for measure in document.measures:
            assert document.plan.text[measure.start : measure.end] == measure.text
            if name == "plan.txt":
                found = raw[measure.first_byte : measure.end_byte].decode()
                assert WORDS.findall(found) == WORDS.findall(measure.text)


def main() -> None:
    """Fuzz for the seconds that are named."""
    seconds = int(sys.argv[1])
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-len_control=0",
            "-max_len=800",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
        ],
        one,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
