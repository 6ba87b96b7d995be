"""Random lives of a graph: no decision is lost, none speaks for words that its reviewer did not see.

POLICYGRAPH_SEQUENCES and POLICYGRAPH_STEPS make the run longer, POLICYGRAPH_SEED another one.
"""

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from api.keeper import Keeper
from embeddings import open_encoder
from graph import Store, open_store, transfer
from graph.errors import PolicyGraphError, StaleError
from graph.model import Decision
from ingest.load import load_plan, remove_plan
from policygraph import jobs, reviews
from queries import state
from queries.review import Filter, excuse_token, look, queue
from review import travel
from tests.decisions import Memory, check, check_kept, links, log, without_place, words
from tests.plans import MANIFEST

SEQUENCES: Final = int(os.environ.get("POLICYGRAPH_SEQUENCES", "10"))
STEPS: Final = int(os.environ.get("POLICYGRAPH_STEPS", "25"))
SEED: Final = int(os.environ.get("POLICYGRAPH_SEED", "2030"))

ENCODER: Final = open_encoder("policy-zh")
NEXT_YEAR: Final = MANIFEST + (
    '\n[[plan]]\nfile = "next.txt"\nregion = "x-jing"\nname = "靖省"\nlevel = "province"\nparent = "000000"\nyear = 2031\n'
)
TITLES: Final = {
    "nation": "2030年全国水务重点工作", "province": "靖省2030年水务工作要点", "city": "岚市2030年水务工作要点",
    "next": "靖省2031年水务工作要点",
}  # fmt: skip
PLANS: Final = {
    "nation": "000000-2030",
    "province": "x-jing-2030",
    "city": "x-lan-2030",
    "next": "x-jing-2031",
}
HEADINGS: Final = (
    "保障农村饮水安全",
    "治理河湖生态",
    "推进节水型社会建设",
    "发展智慧水务",
    "加强水旱灾害防御",
)
SENTENCES: Final = tuple(
    f"{verb}{thing}。"
    for verb in ("新建", "改造", "推进", "完善")
    for thing in (
        "农村供水工程", "老旧水厂", "河湖健康档案", "再生水利用设施", "水质检测制度", "防洪排涝设施", "水务数据平台", "灌区节水项目",
    )
)  # fmt: skip

Body = list[tuple[str, list[str]]]


class Life:
    """A graph, the plans it is read from, and the memory of what was decided."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.choose = random.Random(seed)
        self.memory = Memory()
        self.keepers = {0: Keeper(), 99: Keeper()}
        self.number = 0
        self.merged = False
        self.stale = False
        self.path = folder / "graph.kgl"
        self.store: Store = open_store(str(self.path))
        self.tokens: list[tuple[str, str, str, dict[str, str]]] = []
        self.bodies: dict[str, Body] = {n: self._body() for n in ("nation", "province", "city")}
        self.earlier: list[tuple[str, Body]] = []
        self.counts: Counter[str] = Counter()
        for name in self.bodies:
            self._read(name)
        self.link()

    # What is read

    def _body(self) -> Body:
        heads = self.choose.sample(HEADINGS, 2)
        texts = self.choose.sample(SENTENCES, 6)
        return [(heads[0], texts[:3]), (heads[1], texts[3:])]

    def _read(self, name: str) -> None:
        folder = self.folder / "plans"
        folder.mkdir(exist_ok=True)
        for one, body in self.bodies.items():
            parts = [TITLES[one]]
            for number, (heading, sentences) in enumerate(body):
                parts += [f"{'一二三四五六七八九十'[number]}、{heading}", "".join(sentences)]
            (folder / f"{one}.txt").write_text("\n".join(parts) + "\n", encoding="utf-8")
        manifest = NEXT_YEAR if "next" in self.bodies else MANIFEST
        (folder / "plans.toml").write_text(manifest, encoding="utf-8")
        for document in jobs.read(folder):
            if document.plan.id == PLANS[name]:
                load_plan(self.store, document)

    def edit(self) -> None:
        name = self.choose.choice(sorted(self.bodies))
        body = [(h, list(s)) for h, s in self.bodies[name]]
        self.earlier.append((name, self.bodies[name]))
        section = self.choose.choice(body)[1]
        place = self.choose.randrange(len(section) + 1)
        match self.choose.choice(
            ("change", "insert", "delete", "move", "swap", "restore", "heading", "repeat")
        ):
            case "insert":
                section.insert(place, self.choose.choice(SENTENCES))
            case "delete" if len(section) > 1:
                section.pop(place % len(section))
            case "move" if len(section) > 1:
                self.choose.choice(body)[1].append(section.pop(place % len(section)))
            case "swap":
                body.reverse()
            case "restore":
                name, body = self.choose.choice(self.earlier)
            case "heading":
                at = self.choose.randrange(len(body))
                body[at] = (self.choose.choice(HEADINGS), body[at][1])
            case "repeat":
                section.append(section[0])
            case _:
                section[place % len(section)] = self.choose.choice(SENTENCES)
        self.bodies[name] = body
        self._read(name)

    def another_year(self) -> None:
        self.bodies["next"] = self.bodies.get("next") or self._body()
        self._read("next")

    def remove_and_read_again(self) -> None:
        name = self.choose.choice(("nation", "province", "city"))
        remove_plan(self.store, PLANS[name])
        check(self.store, self.memory, merged=self.merged)
        self._read(name)

    def link(self) -> None:
        jobs.link(self.store, ENCODER, force=self.choose.random() < 0.3)

    # What is decided

    def _try(self, work: Callable[[], Decision | Sequence[Decision]], seen: dict[str, str]) -> bool:
        """Decide; what is refused must change nothing at all."""
        before = log(self.store), links(self.store)
        stale, self.stale = self.stale, False
        try:
            made = work()
            assert not stale, "decided on what the reviewer's token does not name"
        except PolicyGraphError as error:
            assert (log(self.store), links(self.store)) == before
            self.counts["stale" if isinstance(error, StaleError) else "refused"] += 1
            return False
        made = [made] if isinstance(made, Decision) else list(made)
        self.memory.add(made, seen)
        self.counts["decisions"] += len(made)
        return True

    def _pair(self) -> tuple[str, str]:
        found = links(self.store)
        known = [d for d in self.memory.log.values() if d["source"]]
        if known and (not found or self.choose.random() < 0.35):
            d = self.choose.choice(known)
            return d["source"], d["target"]
        if found and self.choose.random() < 0.9:
            e = self.choose.choice(found)
            return e["source"], e["target"]
        ids = sorted(words(self.store))
        return self.choose.choice(ids), self.choose.choice(ids)

    def _seen(self, source: str, target: str) -> tuple[str | None, dict[str, str]]:
        """A token with the words it stands for: none, today's, or one of an earlier look."""
        seen = words(self.store)
        way = self.choose.random()
        try:
            token = look(self.store, source, target).token
        except PolicyGraphError:
            return None, seen
        old = [t for t in self.tokens if t[:2] == (source, target)]
        self.tokens.append((source, target, token, seen))
        if old and way < 0.4:
            now = token
            _, _, token, seen = self.choose.choice(old)
            self.stale = token != now
        elif way < 0.6:
            return None, seen
        return token, seen

    def decide(self) -> None:
        source, target = self._pair()
        token, seen = self._seen(source, target)
        common: dict[str, Any] = {"reviewer": self.choose.choice("周吴郑"), "seen": token}
        name = self.choose.choice(
            ("accept", "accept", "reject", "reject", "add", "clear", "withdraw", "undo")
        )
        if name == "undo":
            self._try(lambda: reviews.undo(self.store, f"{source} {target}", **common), seen)
            return
        if name == "accept" and "#" in target and self.choose.random() < 0.4:
            common["covers"] = "partly"
        self._try(lambda: getattr(reviews, name)(self.store, source, target, **common), seen)

    def correct(self) -> None:
        source, target = self._pair()
        token, seen = self._seen(source, target)
        to = self.choose.choice(
            [i for i in sorted(words(self.store)) if ("#" in i) == ("#" in target)] or [target]
        )
        self._try(
            lambda: reviews.correct(
                self.store, source, target, to=to, reviewer="周", relation="equal", seen=token
            ),
            words(self.store) | {k: v for k, v in seen.items() if k in (source, target)},
        )

    def excuse(self) -> None:
        upper = [i for i in sorted(words(self.store)) if "#" in i and i.startswith(("000000", "x-jing-2030"))]
        if not upper:
            return
        known = [d["target"] for d in self.memory.log.values() if not d["source"]]
        measure = self.choose.choice(known if known and self.choose.random() < 0.5 else upper)
        plan = self.choose.choice(("", "x-jing-2030", "x-lan-2030"))
        token, seen = None, words(self.store)
        if measure in seen and self.choose.random() < 0.5:
            token = excuse_token(self.store, measure, plan)
        if self.choose.random() < 0.3:
            self._try(
                lambda: reviews.clear_excuse(self.store, measure, plan=plan, reviewer="郑", seen=token), seen
            )
            return
        verdict: Any
        verdict, to = self.choose.choice(
            (
                ("not_applicable", ""),
                ("delegated", "x-lan-2030"),
                ("deferred", "2032"),
                ("applies", ""),
                ("none", ""),
            )
        )
        if token is not None and self.choose.random() < 0.3:
            token, self.stale = "0" * 16, True
        self._try(
            lambda: reviews.excuse(
                self.store, measure, verdict, plan=plan, to=to, note="另有安排", reviewer="郑", seen=token
            ),
            seen,
        )

    def bulk(self) -> None:
        wanted = Filter(
            least=self.choose.choice((0.0, 0.5, 0.8)),
            kinds=(self.choose.choice(("matches", "tasks", "measures")),),
        )
        verdict: Any = self.choose.choice(("accepted", "rejected"))
        shown = reviews.preview(self.store, verdict, wanted)
        seen = words(self.store)
        if self.choose.random() < 0.3:
            self.choose.choice((self.decide, self.edit))()
        self._try(lambda: reviews.bulk(self.store, verdict, wanted, reviewer="吴", token=shown.token), seen)

    # Where it is kept

    def _fresh(self) -> Path:
        self.number += 1
        folder = self.folder / f"place-{self.number}"
        folder.mkdir()
        return folder / "graph.kgl"

    def there_and_back(self) -> None:
        """The log into a second graph of the same plans, a decision there, and all of it back."""
        main, mine = self.store, self.memory
        with open_store(str(self._fresh())) as other:
            self.store, self.memory = other, Memory()
            for name in self.bodies:
                self._read(name)
            self.link()
            travel.take(other, log(main))
            there = {e["id"]: e for e in log(other)}
            assert set(there) == set(mine.log)
            assert all(without_place(there[id_]) == without_place(said) for id_, said in mine.log.items())
            self.memory.of(there.values())
            check(other, self.memory, merged=True)
            self.decide()
            check(other, self.memory, merged=True)
            theirs, self.store, self.memory = self.memory, main, mine
            back = travel.take(main, log(other))
            assert back.added == len(theirs.log) - len(there)
            assert travel.take(main, log(other)).added == 0
        new = [e for e in log(main) if e["id"] not in mine.log]
        assert all(without_place(e) == without_place(theirs.log[e["id"]]) for e in new)
        mine.of(new)
        self.merged |= bool(new)

    def copy(self) -> None:
        path = self._fresh()
        other = open_store(str(path))
        transfer.copy(self.store, other)
        self.store.close()
        self.store, self.path = other, path

    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(str(self.path))

    def crash(self) -> None:
        """The files as a killed process leaves them, opened elsewhere."""
        path = self._fresh()
        for file in self.path.parent.glob("graph.kgl*"):
            if "lock" not in file.name:
                shutil.copy(file, path.parent / file.name)
        self.store.close()
        self.store, self.path = open_store(str(path)), path

    def step(self) -> None:
        steps: dict[Callable[[], None], int] = {
            self.edit: 5, self.link: 6, self.decide: 8, self.correct: 2, self.excuse: 3, self.bulk: 1, self.another_year: 1,
            self.remove_and_read_again: 1, self.there_and_back: 1, self.copy: 1, self.reopen: 1, self.crash: 1,
        }  # fmt: skip
        chosen = self.choose.choices(list(steps), list(steps.values()))[0]
        self.counts[chosen.__name__] += 1
        try:
            chosen()
            check(self.store, self.memory, merged=self.merged)
            check_kept(self.store, self.keepers)
        except Exception as error:
            error.add_note(f"in {chosen.__name__}")
            raise


@pytest.mark.parametrize("sequence", range(SEQUENCES))
def test_decisions_last(sequence: int, tmp_path: Path) -> None:
    life = Life(tmp_path, SEED * 100_000 + sequence)
    try:
        for _ in range(STEPS):
            life.step()
        life.link()
        check(life.store, life.memory, merged=life.merged)
        assert state.read(life.store).token
        assert queue(life.store, Filter()) is not None
    finally:
        life.store.close()
    counts = os.environ.get("POLICYGRAPH_COUNTS")
    if counts:
        with Path(counts).open("a", encoding="utf-8") as file:
            file.write(f"{sequence} {dict(life.counts)}\n")
