"""Damage files at random and read them: no crash, no hang, no unbounded memory. Not part of the tests; run it by hand.

Usage::

    python -m tests.readers.fuzz SECONDS [FORMAT …]

Each format gets SECONDS. Inputs come from a seeded generator, in child processes with a limit of memory and of time for
each input; an input that ends its child is printed with its seed, and can be made again from it.
"""

import contextlib
import faulthandler
import io
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from graph.errors import InputError
from graph.model import Region
from ingest.manifest import PlanSource
from ingest.reader import read_plan
from tests.conftest import SAMPLE
from tests.readers.files import WRITERS

MEMORY: Final = 2 * 2**30
HANG_S: Final = 20
BATCH: Final = 200


def damaged(data: bytes, seed: int) -> bytes:
    """``data`` with one to eight changes: bytes flipped, cut out, doubled, moved, or replaced by special values."""
    chance = random.Random(seed)
    content = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(max(len(content), 1))
        size = chance.choice((1, 1, 2, 4, 16, 256))
        match chance.randrange(6):
            case 0:
                content[at : at + size] = chance.randbytes(size)
            case 1:
                del content[at : at + size]
            case 2:
                content[at:at] = content[at : at + size] * chance.choice((1, 2, 50))
            case 3:
                content[at:at] = chance.choice(
                    (b"\0", b"\xff" * 4, b"<", b"&#0;", b"]]>", "，".encode(), b"1" * 300)
                )
            case 4:
                other = chance.randrange(max(len(content), 1))
                content[at : at + size] = content[other : other + size]
            case _:
                content = content[: at + 1]
    return bytes(content)


def damaged_within(data: bytes, seed: int) -> bytes:
    """A zip file in which one part was damaged and packed again, so that its checksum holds."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = chance.choice(sorted(parts))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, _misprinted(part, seed) if name == chosen else part)
    return buffer.getvalue()


def _misprinted(part: bytes, seed: int) -> bytes:
    """Damage at any byte, or only to the values and names of well-formed XML, which then parses."""
    chance = random.Random(seed)
    if chance.random() < 0.4:
        return damaged(part, seed)
    text = part.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 6)):
        found = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<]+(?=<)', text))
        if not found:
            break
        place = chance.choice(found)
        value = chance.choice(
            (
                "",
                "0",
                "-1",
                "inf",
                "nan",
                "1e999",
                "9" * 30,
                "%1%2%9",
                "../../x",
                "/",
                "一",
                "\ufffe",
                "A" * 5000,
                "2147483648",
            )
        )
        text = text[: place.start()] + value + text[place.end() :]
    return text.encode("utf-8", "replace")


def _work(name: str, data: bytes, seeds: range, pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faulthandler.disable()
    zipped = data.startswith(b"PK")
    pipe.send(seeds.start)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        for seed in seeds:
            pipe.send(seed)
            # A zip file that is damaged as a whole hardly ever gets past its checksums.
            path.write_bytes((damaged_within if zipped and seed % 4 else damaged)(data, seed))
            with contextlib.suppress(InputError):
                read_plan(PlanSource(path, Region("x-lan", "岚市", "city"), 2025))
    pipe.send(None)


def fuzz(name: str, seconds: float) -> tuple[int, list[str]]:
    """How many inputs of one format were read in ``seconds``, and what went wrong."""
    plan = [line for line in (SAMPLE / "hewan-2025.txt").read_text("utf-8").splitlines() if line.strip()]
    data = WRITERS[name](plan)
    done, wrong, first = 0, [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.Process(target=_work, args=(name, data, range(first, first + BATCH), theirs))
        child.start()
        theirs.close()
        seed: int | None = first
        try:
            ours.recv()  # the process has started, however long that took; from here each input has its time
            while True:
                if not ours.poll(HANG_S):
                    wrong.append(f"{name} seed {seed}: no end within {HANG_S} s")
                    break
                latest = ours.recv()
                if latest is None:
                    break
                seed, done = latest, done + 1
        except EOFError:
            child.join()
            wrong.append(f"{name} seed {seed}: the process ended with {child.exitcode}")
        child.kill()
        child.join()
        first += BATCH
    return done, wrong


def main() -> None:
    """Fuzz the formats that are named, or all."""
    seconds = float(sys.argv[1])
    failed = False
    for name in sys.argv[2:] or list(WRITERS):
        done, wrong = fuzz(name, seconds)
        print(f"{name}: {done} inputs, {len(wrong)} failures", *wrong[:10], sep="\n  ", flush=True)
        failed = failed or bool(wrong)
    sys.exit(failed)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
