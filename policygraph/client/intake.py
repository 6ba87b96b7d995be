"""Bringing plans in: upload, confirm, and wait for the job."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, cast

import httpx

from policygraph.client import types
from policygraph.client.errors import JobFailedError, UnreachableError
from policygraph.client.reading import at
from policygraph.client.transport import Transport

PAUSE_S: Final = 1.0
"""Between two looks at a job whose stream broke off."""

Heard = Callable[[types.Job], None]


class Intake(Transport):
    """What who brings plans in asks."""

    def create_upload(self, *files: Path | str) -> types.Upload:
        """Upload files. Nothing is written to the graph; the answer says what was understood of each."""
        with ExitStack() as stack:
            parts = [("files", (Path(f).name, stack.enter_context(Path(f).open("rb")))) for f in files]
            return cast(types.Upload, self.ask("POST", at("/uploads"), files=parts))

    def get_upload(self, upload: str) -> types.Upload:
        """What was understood of an upload."""
        return cast(types.Upload, self.get(at("/uploads/{}", upload)))

    def delete_upload(self, upload: str) -> None:
        """Throw an upload away."""
        self.send("DELETE", at("/uploads/{}", upload))

    def confirm_upload(self, upload: str, corrections: Iterable[types.FileCorrection] = ()) -> types.Job:
        """Load and link the plans of an upload, with ``corrections`` on top of what was understood."""
        body = {"files": list(corrections)}
        return cast(types.Job, self.ask("POST", at("/uploads/{}/confirm", upload), json=body))

    def list_jobs(self) -> list[types.Job]:
        """All jobs that are remembered, the newest first."""
        return cast(types.JobList, self.get(at("/jobs")))["items"]

    def get_job(self, job: str) -> types.Job:
        """How a job stands."""
        return cast(types.Job, self.get(at("/jobs/{}", job)))

    def cancel_job(self, job: str) -> types.Job:
        """Stop a job: at once where it waits, else after the plan that is under way."""
        return cast(types.Job, self.ask("DELETE", at("/jobs/{}", job)))

    def stream_job(self, job: str, *, last: int = 0) -> Iterator[types.Job]:
        """How a job stands, each time that it changes after revision ``last``, until it has ended."""
        headers = {"Last-Event-ID": str(last)} if last else None
        with self.stream(at("/jobs/{}/events", job), headers=headers) as answer:
            for event in _events(answer):
                yield cast(types.Job, json.loads(event))

    def wait(self, job: types.Job | str, heard: Heard | None = None) -> types.Job:
        """Wait until a job has ended; ``heard`` is told how it goes on. A stream that breaks off is taken up again.

        Raises:
            JobFailedError: it failed, or was cancelled; says what is in the graph.
            UnreachableError: the service is gone.
        """
        id_ = job if isinstance(job, str) else job["id"]
        found = self.get_job(id_)
        while found["state"] in ("queued", "running"):
            try:
                for state in self.stream_job(id_, last=found["revision"]):
                    if heard is not None:
                        heard(state)
            except UnreachableError:
                time.sleep(PAUSE_S)
            found = self.get_job(id_)
            if found["state"] in ("queued", "running"):
                time.sleep(PAUSE_S)  # something between ends streams early
        if found["state"] != "done":
            raise _failed(found)
        return found


def _failed(job: types.Job) -> JobFailedError:
    fault = job["problem"]
    loaded = ", ".join(one["plan"] for one in job["result"]["loaded"]) or "none of its plans"
    return JobFailedError(
        fault["detail"] if fault is not None else f"the job was cancelled; in the graph: {loaded}",
        where=f"job {job['id']}",
        remedy=fault["remedy"] if fault is not None else "Confirm the upload again.",
        problem=cast(dict[str, Any], fault),
    )


def _events(answer: httpx.Response) -> Iterator[str]:
    """The data of each event; comments are left out."""
    held: list[str] = []
    for line in answer.iter_lines():
        if line.startswith("data:"):
            held.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and held:
            yield "\n".join(held)
            held = []
