"""``plans.toml``: which file is whose plan. Without it, what the files say of themselves is proposed.

A plan's entry::

    [[plan]]
    file = "liaoning-2023.txt"
    region = "210000"        # GB/T 2260, or a slug such as x-city
    name = "辽宁省"
    level = "province"
    parent = "000000"
    year = 2023
    issuer = "辽宁省住房和城乡建设厅"
    published = 2023-02-16
"""

import datetime
import tomllib
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from graph.errors import InputError
from graph.model import LEVELS, NATION, Level, Region
from ingest import regions
from ingest.decode import decode, read_bytes
from ingest.header import Header, read_header, split_run_on
from ingest.normalise import paragraphs
from ingest.readers import SUFFIXES, read_text

MANIFEST: Final = "plans.toml"
_KEYS: Final = frozenset(
    {"file", "region", "name", "level", "parent", "year", "issuer", "published", "title"}
)
_REQUIRED: Final = ("file", "region", "year")


@dataclass(frozen=True, slots=True)
class PlanSource:
    """A file and whose plan it is. ``guessed`` names the facts that were read off the text, not stated."""

    path: Path
    region: Region
    year: int
    issuer: str = ""
    published: str = ""
    title: str = ""
    guessed: tuple[str, ...] = ()

    @property
    def plan_id(self) -> str:
        """``REGION-YEAR``."""
        return f"{self.region.id}-{self.year}"


def read_directory(directory: Path, bad: list[InputError] | None = None) -> list[PlanSource]:
    """The plans that ``directory`` holds, the nation's first, each before those of the regions under it.

    Args:
        directory: the folder.
        bad: takes, where there is no manifest, the error of each file that cannot be read; without it the first
            such error is raised.

    Raises:
        InputError: no such folder, a broken manifest, two plans with one id, or facts that only a person can
            give; the message then carries a manifest to complete.
    """
    manifest = directory / MANIFEST
    try:
        if not directory.is_dir():
            raise InputError(
                "the folder does not exist", where=str(directory), remedy="Name a folder of plans."
            )
        sources = _from_manifest(manifest) if manifest.is_file() else _from_texts(directory, bad)
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", where=str(directory)) from error
    places = [f"{manifest}, plan {number}" for number in range(1, len(sources) + 1)]
    return _arranged(sources, places, str(manifest), regions.table())


def unlisted(directory: Path) -> list[str]:
    """Names of the files of ``directory`` that could be plans and that its manifest does not name; none without one.

    Raises:
        InputError: as :func:`read_directory`.
    """
    manifest = directory / MANIFEST
    if not manifest.is_file():
        return []
    named = {source.path.resolve() for source in _from_manifest(manifest)}
    return [path.name for path in _texts(directory) if path.resolve() not in named]


def _texts(directory: Path) -> list[Path]:
    files = sorted(p for p in directory.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    return [p for p in files if not p.name.upper().startswith("README")]


def arrange(
    folder: Path, entries: Sequence[Mapping[str, Any]], known: Collection[str] = ()
) -> list[PlanSource]:
    """The plans of ``folder`` that ``entries`` describe, each as an entry of the manifest does, in reading order.

    Args:
        folder: holds the files.
        entries: keys and values of a ``[[plan]]`` each.
        known: regions beside those of the entries and of GB/T 2260 that may be named as parents.

    Raises:
        InputError: as :func:`read_directory`; ``where`` is the name of the file.
    """
    above = {str(entry.get("region")) for entry in entries} | set(regions.NAMES) | set(known)
    places = [str(entry.get("file", "")) for entry in entries]
    sources = [
        _source(place, folder, dict(entry), above) for place, entry in zip(places, entries, strict=True)
    ]
    return _arranged(sources, places, ", ".join(places), regions.table().keys() | set(known))


def _arranged(
    sources: list[PlanSource], places: Sequence[str], whole: str, known: Collection[str]
) -> list[PlanSource]:
    """``sources`` in order, checked against each other; ``places`` names each of them in messages, ``whole`` all."""
    _check_unique(sources, whole)
    _check_regions(sources, places)
    _check_parents(sources, places, known)
    return sorted(sources, key=lambda s: (LEVELS.index(s.region.level), s.region.id, s.year))


def _from_manifest(path: Path) -> list[PlanSource]:
    try:
        content = tomllib.loads(decode(read_bytes(path), str(path))[0])
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"this is not valid TOML: {error}", where=str(path), remedy="Mend that line."
        ) from error
    if unknown := sorted(set(content) - {"plan"}):
        raise InputError(
            f"unknown key {unknown[0]!r} outside of a plan",
            where=str(path),
            remedy="Put it under a [[plan]], or remove it.",
        )
    entries = content.get("plan")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise InputError("there is no [[plan]] entry", where=str(path), remedy="Add one for each file.")
    known = {str(entry.get("region")) for entry in entries} | set(regions.NAMES)
    return [
        _source(f"{path}, plan {number}", path.parent, entry, known)
        for number, entry in enumerate(entries, start=1)
    ]


def _source(where: str, folder: Path, entry: dict[str, Any], known: Set[str]) -> PlanSource:
    def fail(message: str, remedy: str) -> InputError:
        return InputError(message, where=where, remedy=remedy)

    if unknown := sorted(set(entry) - _KEYS):
        raise fail(f"unknown key {unknown[0]!r}", f"Known keys: {', '.join(sorted(_KEYS))}.")
    if missing := [key for key in _REQUIRED if key not in entry]:
        raise fail(f"{missing[0]!r} is missing", f"Add {missing[0]} = …")
    for key in ("file", "region", "name", "level", "parent", "issuer", "title"):
        if key in entry and not isinstance(entry[key], str):
            raise fail(f"{key!r} must be text", f'Write {key} = "…"')
    year = entry["year"]
    if not isinstance(year, int) or isinstance(year, bool) or not 1949 <= year <= 2100:
        raise fail(f"{year!r} is no year", "Write year = 2023")
    code: str = entry["region"]
    if not regions.valid_id(code):
        raise fail(
            f"unknown region {code!r}",
            "Use a six-digit GB/T 2260 code of an existing province, or a slug that starts with x-.",
        )
    level = entry.get("level") or regions.level_of(code)
    if level not in LEVELS:
        raise fail(f"level {level!r} is none of {', '.join(LEVELS)}", "Set level for this region.")
    published = entry.get("published", "")
    if isinstance(published, datetime.datetime):
        published = published.date()
    if not isinstance(published, datetime.date) and published != "":
        try:
            published = datetime.date.fromisoformat(published)
        except (ValueError, TypeError):
            raise fail(f"{published!r} is no date", "Write published = 2023-01-18") from None
    parent = entry.get("parent") or _above(code, known)
    if parent is None and level != "national":
        parent = NATION
    return PlanSource(
        path=folder / entry["file"],
        region=Region(code, entry.get("name") or regions.name_of(code) or code, level, parent),
        year=year,
        issuer=entry.get("issuer", ""),
        published=published.isoformat() if isinstance(published, datetime.date) else "",
        title=entry.get("title", ""),
    )


def _above(code: str, known: Set[str]) -> str | None:
    """The nearest region above a code that is known: a county stands under its province where its city has no plan."""
    parent = regions.parent_of(code)
    while parent is not None and parent not in known:
        parent = regions.parent_of(parent)
    return parent


def _from_texts(directory: Path, bad: list[InputError] | None) -> list[PlanSource]:
    """What each text says of itself; asks by an error that carries the manifest to complete."""
    files = _texts(directory)
    if not files:
        raise InputError(
            "there is neither plans.toml nor a text file",
            where=str(directory),
            remedy=f"Put plans here as {' or '.join(SUFFIXES)}.",
        )
    sources: list[PlanSource] = []
    open_questions: list[str] = []
    proposal: list[tuple[str, Header]] = []
    for path in files:
        try:
            _, source = read_text(path)
        except InputError as error:
            if bad is None:
                raise
            bad.append(error)
            continue
        header = read_header(split_run_on(paragraphs(source.text)))
        region, year = header.region, header.year
        missing = [name for name, value in (("region", region), ("year", year)) if value is None]
        open_questions += [f"{path.name}: {name}" for name in missing]
        proposal.append((path.name, header))
        if region is not None and year is not None:
            level = cast(Level, regions.level_of(region))
            found = Region(region, regions.table()[region], level, regions.parent_of(region))
            sources.append(
                PlanSource(
                    path, found, year, header.issuer, header.published, header.title, ("region", "year")
                )
            )
    if open_questions:
        known = {header.region for _, header in proposal if header.region} | set(regions.NAMES)
        entries = "\n".join(_entry(file, header, known) for file, header in proposal)
        raise InputError(
            "there is no plans.toml, and the files do not say: " + "; ".join(open_questions),
            where=str(directory),
            remedy=f"Complete this and save it as {directory / MANIFEST}:\n\n{entries}",
        )
    return sources


def _entry(file: str, header: Header, known: Set[str]) -> str:
    code = header.region or "?"
    parent = _parent(header, known)
    above = "" if parent is None else f'parent = "{parent}"\n'
    if parent == "?":
        above = f'parent = "?"  # the region above it; {NATION}: it is linked to the nation only\n'
    return (
        f'[[plan]]\nfile = "{file}"\nregion = "{code}"\nname = "{regions.name_of(code) or "?"}"\n'
        f'level = "{regions.level_of(code) or "?"}"\n{above}year = {header.year or "?"}\nissuer = "{header.issuer}"\n'
    )


def _parent(header: Header, known: Set[str]) -> str | None:
    """The region above the plan's: by its code, else the one that title or issuer name before a place; ``?``: not told."""
    if header.region is not None:
        return _above(header.region, known)
    opening = regions.above(header.title) or regions.above(header.issuer)
    return opening[0] if opening else "?"


def _check_unique(sources: list[PlanSource], where: str) -> None:
    seen: dict[str, PlanSource] = {}
    for source in sources:
        if other := seen.get(source.plan_id):
            raise InputError(
                f"two plans have the id {source.plan_id}: {other.path.name} and {source.path.name}",
                where=where,
                remedy="One region has one plan a year: correct region or year of one of them.",
            )
        seen[source.plan_id] = source


def _check_regions(sources: list[PlanSource], places: Sequence[str]) -> None:
    seen: dict[str, PlanSource] = {}
    for place, source in zip(places, sources, strict=True):
        region = source.region
        if (region.level == "national") != (region.id == NATION):
            raise InputError(
                f"region {region.id!r} has the level {region.level!r}",
                where=place,
                remedy=f"The nation is {NATION}, and only it is national.",
            )
        other = seen.setdefault(region.id, source)
        for name in ("name", "level", "parent"):
            one, two = getattr(other.region, name), getattr(region, name)
            if one != two:
                raise InputError(
                    f"two entries of region {region.id} disagree on its {name}: {one!r} and {two!r}",
                    where=place,
                    remedy="Write the same in both.",
                )


def _check_parents(sources: list[PlanSource], places: Sequence[str], known: Collection[str]) -> None:
    parents = {source.region.id: source.region.parent for source in sources}
    for place, source in zip(places, sources, strict=True):
        parent = source.region.parent
        above, seen = parent, {source.region.id}
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == source.region.id:
            raise InputError(f"region {above} stands under itself", where=place, remedy="Correct its parent.")
        if parent is not None and parent not in parents and parent not in known:
            raise InputError(
                f"parent {parent!r} is no region of this manifest and no code of GB/T 2260",
                where=place,
                remedy="Add that region's plan, or correct the code.",
            )
