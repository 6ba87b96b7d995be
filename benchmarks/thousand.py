"""A graph of a thousand plans: the sample's, issued by invented regions, each with objects of its own; one seed, one outcome."""

import random
import re
from pathlib import Path
from typing import Final

from benchmarks.invented import SAMPLE, with_other_objects
from embeddings import open_encoder
from graph import Store
from ingest.decode import decode
from policygraph import jobs

_ENTRY: Final = re.compile(r"\[\[plan\]\]\n(?:.+\n?)+")
_FILE: Final = re.compile(r'^file = "(.+)"$', re.MULTILINE)
_LATEST: Final = "year = 2025"


def write_plans(folder: Path, count: int) -> None:
    """Write ``count`` plans with their manifest: the nation's once, all others again and again for other regions."""
    entries = _ENTRY.findall((SAMPLE / "plans.toml").read_text("utf-8"))
    national = [entry for entry in entries if 'level = "national"' in entry]
    local = [entry for entry in entries if entry not in national]
    manifest = []
    for number in range(count):
        copy, place = divmod(number - len(national), len(local))
        entry = national[number] if number < len(national) else local[place]
        name = _FILE.search(entry)
        assert name is not None
        text, _ = decode((SAMPLE / name[1]).read_bytes(), name[1])
        if number >= len(national):
            text = with_other_objects(text, random.Random(copy))
            entry = entry.replace('region = "x-', f'region = "x-c{copy}-')
            entry = entry.replace('parent = "x-', f'parent = "x-c{copy}-')
            entry = entry.replace(name[1], f"c{copy}-{name[1]}")
        (folder / _FILE.search(entry)[1]).write_text(text, "utf-8")  # type: ignore[index]
        manifest.append(entry)
    (folder / "plans.toml").write_text("\n".join(manifest), "utf-8")


def build(store: Store, folder: Path, count: int) -> None:
    """Fill ``store`` with ``count`` plans, linked."""
    write_plans(folder, count)
    jobs.build(store, jobs.read(folder), open_encoder("policy-zh"))
