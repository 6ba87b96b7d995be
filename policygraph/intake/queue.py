"""Jobs: one at a time, in the order in which they came, in a thread of this process.

A record of each is kept beside the uploads, written after every plan. A job that was waiting or running when its process
ended is found there by the next one, which says of it what is in the graph and what is not.
"""

import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel

from graph.errors import NotFoundError, PolicyGraphError
from graph.store import Store
from ingest.manifest import PlanSource
from policygraph.intake.models import ENDED, ID, Fault, Job, Loaded, Result
from policygraph.intake.staging import Staging
from policygraph.intake.work import Writing, found_loaded, unlinked, work
from policygraph.settings import Settings

KEPT: Final = 200
"""Jobs that are remembered."""
PATIENCE_S: Final = 900.0
"""How long a job waits for others who write."""
CLOSE_S: Final = 30.0
"""How long the end of the service waits for the plan that is under way."""
_PAUSE_S: Final = 0.05
_RETRY_S: Final = 0.5
_log = logging.getLogger("policygraph.intake")


class _Cancelled(Exception):  # noqa: N818 - not an error: it was asked for
    pass


class _Closing(Exception):  # noqa: N818 - not an error: the service ends
    pass


class _Record(BaseModel):
    job: Job
    hashes: dict[str, str]


@dataclass(slots=True)
class _Entry:
    job: Job
    hashes: dict[str, str]
    sources: Sequence[PlanSource] = ()
    record: Callable[[Loaded], None] = lambda _: None
    listeners: list[Callable[[], None]] = field(default_factory=list)


class JobQueue:
    """The jobs of one service.

    Args:
        reading: the store, for reading only.
        writing: opens the store to write, for the moment.
    """

    def __init__(self, settings: Settings, staging: Staging, reading: Store, writing: Writing) -> None:
        self._settings = settings
        self._staging = staging
        self._reading = reading
        self._writing = writing
        self._folder = staging.folder / "jobs"
        self._jobs: dict[str, _Entry] = {}
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._recover()

    def submit(
        self,
        upload: str,
        sources: Sequence[PlanSource],
        hashes: dict[str, str],
        record: Callable[[Loaded], None] = lambda _: None,
    ) -> Job:
        """Queue a job that loads ``sources``, files of ``upload`` with these hashes by id of the plan.

        Args:
            record: hears of each plan when it is in the graph.

        Raises:
            InUseError: another job has that upload.
        """
        job = Job(
            id=uuid4().hex, upload=upload, plans=[s.plan_id for s in sources], state="queued",
            total=len(sources), created=_now(),
        )  # fmt: skip
        self._staging.hold(upload)
        with self._changed:
            self._jobs[job.id] = _Entry(job, hashes, sources, record)
            self._keep(job.id)
            self._waiting.append(job.id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="policygraph-jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def get(self, id_: str) -> Job:
        """The job as it stands. Raises NotFoundError."""
        with self._changed:
            return self._entry(id_).job

    def all(self) -> list[Job]:
        """All jobs that are remembered, the newest first."""
        with self._changed:
            found = [entry.job for entry in self._jobs.values()]
        return sorted(found, key=lambda job: (job.created, job.id), reverse=True)

    def cancel(self, id_: str) -> Job:
        """Let the job end: at once where it waits, else after the plan that is under way; one that has ended stays so."""
        with self._changed:
            entry = self._entry(id_)
            if entry.job.state == "queued":
                self._waiting.remove(id_)
                self._end(entry, "cancelled", None)
            elif entry.job.state == "running":
                self._change(entry, cancelling=True)
            return entry.job

    @contextmanager
    def listening(self, id_: str, heard: Callable[[], None]) -> Iterator[None]:
        """Call ``heard``, from another thread, whenever the job has changed. Raises NotFoundError."""
        with self._changed:
            entry = self._entry(id_)
            entry.listeners.append(heard)
        try:
            yield
        finally:
            with self._changed:
                entry.listeners.remove(heard)

    def close(self) -> None:
        """End after the plan that is under way; what waits or runs is recorded as not finished."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(CLOSE_S)
        with self._changed:
            for id_ in self._waiting:
                self._end(self._jobs[id_], "failed", _interrupted([], self._jobs[id_].job.plans, []))
            self._waiting.clear()

    def _entry(self, id_: str) -> _Entry:
        if id_ not in self._jobs:
            raise NotFoundError(f"there is no job {id_!r}", remedy="/api/v1/jobs lists them.")
        return self._jobs[id_]

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stop.is_set():
                    self._changed.wait()
                if self._stop.is_set():
                    return
                entry = self._jobs[self._waiting.popleft()]
                self._change(entry, state="running", started=_now())
            self._run(entry)

    def _run(self, entry: _Entry) -> None:
        begun = datetime.now(UTC)

        def wait() -> bool:
            self._go_on(entry)
            self._stop.wait(_RETRY_S)
            return (datetime.now(UTC) - begun).total_seconds() < PATIENCE_S

        def heard(result: Result) -> None:
            new = result.loaded[len(entry.job.result.loaded) :]
            self._change(entry, result=result)
            for loaded in new:
                entry.record(loaded)

        fault: Fault | None = None
        state = "done"
        try:
            work(
                entry.sources, self._settings, self._reading, self._writing, _Steps(self, entry),
                heard, wait,
            )  # fmt: skip
        except _Cancelled:
            state = "cancelled"
        except _Closing:
            state = "failed"
        except PolicyGraphError as error:
            state, fault = "failed", _fault(error)
            _log.error("job %s: %s", entry.job.id, error)
        except Exception as error:  # the thread must live on, and the job must say so
            state = "failed"
            fault = Fault(
                code="internal",
                title="Internal error",
                detail="the job failed",
                remedy="The service's log has the cause.",
            )
            _log.exception("job %s failed", entry.job.id, exc_info=error)
        self._finish(entry, state, fault)

    def _finish(self, entry: _Entry, state: str, fault: Fault | None) -> None:
        result = entry.job.result
        if state != "done":
            with suppress(PolicyGraphError):
                left = unlinked(self._reading, []) if result.loaded else []
                result = result.model_copy(update={"unlinked": left})
        if state == "failed" and fault is None:
            loaded = [one.plan for one in result.loaded]
            fault = _interrupted(loaded, [p for p in entry.job.plans if p not in loaded], result.unlinked)
        with self._changed:
            self._change(entry, result=result)
            self._end(entry, state, fault)
        if state == "done":
            with suppress(PolicyGraphError):
                self._staging.remove(entry.job.upload)

    def _go_on(self, entry: _Entry) -> None:
        if entry.job.cancelling:
            raise _Cancelled
        if self._stop.is_set():
            raise _Closing

    def _step(self, entry: _Entry, stage: str, item: str, done: int, total: int) -> None:
        self._change(entry, stage=stage, item=item, done=done, total=total)
        self._go_on(entry)
        # Whoever waits to write gets the turn here: a lock that is taken again at once starves them.
        self._stop.wait(_PAUSE_S)

    def _end(self, entry: _Entry, state: str, fault: Fault | None) -> None:
        whole = {"done": entry.job.total, "item": ""} if state == "done" else {}
        self._change(entry, state=state, finished=_now(), problem=fault, cancelling=False, **whole)
        entry.sources = ()
        self._staging.release(entry.job.upload)

    def _change(self, entry: _Entry, **values: Any) -> None:
        with self._changed:
            entry.job = entry.job.model_copy(update={**values, "revision": entry.job.revision + 1})
            if not values.keys() <= {"stage", "item", "done", "total"}:
                self._keep(entry.job.id)
            heard = list(entry.listeners)
        for listener in heard:
            listener()

    def _keep(self, id_: str) -> None:
        """Write the job's record; a disk that is full must not end the job."""
        entry = self._jobs[id_]
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self._folder / f"{id_}.partial"
            partial.write_text(
                _Record(job=entry.job, hashes=entry.hashes).model_dump_json(), encoding="utf-8"
            )
            partial.replace(self._folder / f"{id_}.json")
            ended = [j for j in self._jobs.values() if j.job.state in ENDED and j is not entry]
            for old in sorted(ended, key=lambda e: e.job.created)[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[old.job.id]
                (self._folder / f"{old.job.id}.json").unlink(missing_ok=True)
        except OSError as error:
            _log.error("job %s cannot be recorded: %s", id_, error)

    def _recover(self) -> None:
        """Read the records of earlier processes, and say of jobs that did not end what is in the graph."""
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []:
            try:
                record = _Record.model_validate_json(path.read_bytes())
            except (OSError, ValueError):
                _log.warning("%s is no record of a job", path)
                continue
            if not re.fullmatch(ID, record.job.id):
                continue
            entry = self._jobs[record.job.id] = _Entry(record.job, record.hashes)
            if record.job.state not in ENDED:
                with self._changed:
                    self._settle(entry)

    def _settle(self, entry: _Entry) -> None:
        job = entry.job
        loaded = found_loaded(self._reading, entry.hashes) if job.state == "running" else []
        known = {one.plan: one for one in job.result.loaded}
        ids = [one.plan for one in loaded]
        left = unlinked(self._reading, []) if loaded else []
        result = job.result.model_copy(
            update={"loaded": [known.get(one.plan, one) for one in loaded], "unlinked": left}
        )
        self._change(entry, result=result)
        self._end(entry, "failed", _interrupted(ids, [p for p in job.plans if p not in ids], left))


class _Steps:
    """Tells a job how far it is, and stops it where it is to end."""

    def __init__(self, queue: JobQueue, entry: _Entry) -> None:
        self._queue = queue
        self._entry = entry

    def step(self, stage: str, item: str, done: int, total: int) -> None:
        """Note the step."""
        self._queue._step(self._entry, stage, item, done, total)  # noqa: SLF001 - one thing in two classes


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _fault(error: PolicyGraphError) -> Fault:
    where = Path(error.where).name if error.where and Path(error.where).is_absolute() else error.where
    return Fault(code=error.code, title=error.title, detail=error.message, where=where, remedy=error.remedy)


def _interrupted(loaded: Sequence[str], missing: Sequence[str], left: Sequence[str]) -> Fault:
    return Fault(
        code="interrupted",
        title="Service stopped",
        detail=f"the service stopped before this job had ended; in the graph: {', '.join(loaded) or 'none of its plans'}"
        + (f"; not loaded: {', '.join(missing)}" if missing else "")
        + (f"; not linked yet: {', '.join(left)}" if left else ""),
        remedy="Confirm the upload again while it waits, or upload the files again: what is loaded already is left alone.",
    )
