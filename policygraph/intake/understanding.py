"""A file to what the reader understands of it, and what a person said of it to whose plan it is."""

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError
from graph.model import NATION, Level, PlanDocument, Region
from graph.store import Store
from ingest import regions
from ingest.header import Header, read_header, split_run_on
from ingest.manifest import PlanSource, arrange
from ingest.normalise import paragraphs
from ingest.reader import read_plan
from ingest.readers import read_text
from policygraph.intake import words
from policygraph.intake.apart import apart
from policygraph.intake.models import FileCorrection, FileRead, PlanRead, Question, TaskRead, Words
from queries import answers

_OPEN: Final = Region("x-open", "", "city", NATION)
_PLACE: Final = re.compile(r"[\u4e00-\u9fff]{1,9}?(省|自治区|自治州|地区|市|州|盟|县|区|旗)")
_LEVELS: Final[dict[str, Level]] = {
    "省": "province", "自治区": "autonomous_region", "自治州": "city", "地区": "city", "市": "city", "州": "city",
    "盟": "city", "县": "county", "区": "county", "旗": "county",
}  # fmt: skip


class Known:
    """The plans of the graph and their regions, as they are now."""

    def __init__(self, store: Store) -> None:
        rows = answers.plans(store)
        self.plans = {row["id"]: row for row in rows}
        self.regions = {r["region"]: Region(r["region"], r["name"], r["level"], r["parent"]) for r in rows}

    def region(self, text: str) -> str | None:
        """The region of the graph whose name ``text`` opens with, the longest name first."""
        for region in sorted(self.regions.values(), key=lambda r: (-len(r.name), r.id)):
            if region.name and text.startswith(region.name):
                return region.id
        return None

    def named(self, name: str) -> str:
        """The region called ``name``: the graph's, that of GB/T 2260, or a new one."""
        known = next((r.id for r in self.regions.values() if r.name == name), None)
        return known or _coded(name) or f"x-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def understand(path: Path, known: Known) -> FileRead:
    """What the reader understands of ``path``; what cannot be read is part of the answer."""
    size = path.stat().st_size
    try:
        header, region, document = apart(_read, path, known, file=path)
    except InputError as error:
        where = (error.where or path.name).replace(str(path), path.name)
        return FileRead(
            file=path.name, size=size, plan=None, questions=[], warnings=[],
            problem=words.trouble_of(error, where),
        )  # fmt: skip
    questions: list[Question] = [] if region else ["region"]
    questions += [] if header.year else ["year"]
    plan = _plan(document, header, known, told=not questions, region=region)
    warned: list[Words] = [words.GUESSED] if not questions else []
    warned += {"replaces": [words.REPLACES], "same": [words.SAME]}.get(plan.outcome or "", [])
    return FileRead(file=path.name, size=size, plan=plan, questions=questions, warnings=warned, problem=None)


def _read(path: Path, known: Known) -> tuple[Header, str | None, PlanDocument]:
    _, source = read_text(path)
    header = read_header(split_run_on(paragraphs(source.text)))
    region = header.region or known.region(header.title) or known.region(header.issuer)
    return header, region, read_plan(_source(path, header, region, known))


@lru_cache(maxsize=256)
def beginning(path: Path, most: int) -> tuple[str, ...]:
    """The first ``most`` lines that are not empty of a file that stays as it is; none where it cannot be read."""
    try:
        return apart(_lines, path, most, file=path)
    except InputError:
        return ()


def _lines(path: Path, most: int) -> tuple[str, ...]:
    _, source = read_text(path)
    return tuple(islice((line for line in source.text.splitlines() if line.strip()), most))


def entry(read: FileRead, correction: FileCorrection | None, known: Known) -> dict[str, Any]:
    """Whose plan a file is, as an entry of the manifest: what was understood with what a person said on top."""
    plan = read.plan
    assert plan is not None
    said = correction or FileCorrection(file=read.file)
    renamed = said.name and (plan.region is None or said.name != plan.name)
    region = said.region or (known.named(said.name) if said.name and renamed else plan.region)
    # A code says its own name and level; a region that nothing knows has those that were proposed.
    own = known.regions.get(region or "")
    proposed = own is None and region is not None and regions.level_of(region) is None
    told: Mapping[str, Any] = {
        "region": region,
        "name": said.name or (own.name if own else plan.name if proposed else None),
        "level": said.level or (own.level if own else plan.level if proposed else None),
        "parent": said.parent or (own.parent if own else None),
        "year": said.year or plan.year,
    }
    return {"file": read.file} | {name: value for name, value in told.items() if value is not None}


def _coded(name: str) -> str | None:
    codes = [code for code, own in regions.table().items() if own == name]
    return codes[0] if len(codes) == 1 else None


def _source(path: Path, header: Header, region: str | None, known: Known) -> PlanSource:
    year = header.year or datetime.datetime.now(datetime.UTC).year
    if region is None:
        return PlanSource(path, _OPEN, year)
    own = known.regions.get(region)
    facts: dict[str, Any] = {"file": path.name, "region": region, "year": year}
    if own is not None:
        facts |= {"name": own.name, "level": own.level} | ({"parent": own.parent} if own.parent else {})
    return arrange(path.parent, [facts], known.regions)[0]


def _plan(
    document: PlanDocument, header: Header, known: Known, *, told: bool, region: str | None
) -> PlanRead:
    plan, of = document.plan, document.region
    planned = Counter(m.task for m in document.measures if m.kind == "planned")
    place = _PLACE.match(header.title)
    guessed = (place[0], _LEVELS[place[1]]) if place else (None, None)
    name, level = (of.name, of.level) if region else guessed
    return PlanRead(
        id=plan.id if told else None,
        region=region,
        name=name,
        level=level,
        parent=of.parent if region else None,
        year=header.year,
        title=header.title,
        document=plan.document,
        issuer=plan.issuer,
        published=plan.published,
        tasks=[
            TaskRead(number=t.number, title=t.title, kind=t.kind, depth=t.depth, measures=planned[t.id])
            for t in document.tasks
        ],
        measures=planned.total(),
        others=len(document.measures) - planned.total(),
        targets=len(document.targets),
        outcome=_outcome(plan.id, plan.sha256, known) if told else None,
    )


def _outcome(plan: str, sha256: str, known: Known) -> Any:
    held = known.plans.get(plan)
    if held is None:
        return "new"
    return "same" if held["sha256"] == sha256 else "replaces"
