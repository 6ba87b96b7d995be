"""What can go wrong for who asks a service: by kind, with the service's own words and remedy."""

from typing import Any, Final

from graph.errors import PolicyGraphError


class ClientError(PolicyGraphError):
    """Base of all: the service refuses, fails or is not there.

    Attributes:
        status: the HTTP status; 0 where there was no answer.
        problem: the problem document (RFC 9457); empty where there was none.
    """

    code = "client"
    title = "The service did not answer as asked"
    exit_code = 5

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        status: int = 0,
        problem: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.http_status = status
        self.problem = problem or {}

    @property
    def kind(self) -> str:
        """The kind of problem, as docs/service.md lists them; empty where the service told none."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


class UnreachableError(ClientError):
    """No answer: nothing listens there, the name is not known, or it took too long."""

    code = "unreachable"
    title = "The service cannot be reached"


class RefusedError(ClientError):
    """The key is missing or not valid, its scope does not allow this, or it is switched off there."""

    code = "refused"
    title = "The service refuses"


class MissingError(ClientError):
    """There is no such path, plan, task, upload or job."""

    code = "missing"
    title = "Not there"
    exit_code = 4


class InvalidError(ClientError):
    """The request is not valid: a parameter, a body, a file."""

    code = "invalid"
    title = "Request is not valid"
    exit_code = 2


class ConflictError(ClientError):
    """Someone decided meanwhile, words have changed, or a job works on it."""

    code = "conflict"
    title = "Changed or in use meanwhile"
    exit_code = 9


class UnavailableError(ClientError):
    """The service, its store or its encoder is busy or down, also after waiting as long as it asked."""

    code = "unavailable"
    title = "The service is not available"


class FaultError(ClientError):
    """A fault of the service, or an answer that is none of a service of ours."""

    code = "fault"
    title = "The service failed"


class JobFailedError(ClientError):
    """A job that was waited for failed or was cancelled; ``problem`` is its own."""

    code = "job-failed"
    title = "The job did not end well"


_BY_STATUS: Final[dict[int, type[ClientError]]] = {
    401: RefusedError, 403: RefusedError, 404: MissingError, 405: InvalidError, 409: ConflictError, 412: ConflictError,
    428: ConflictError, 429: UnavailableError, 503: UnavailableError, 504: UnavailableError,
    507: UnavailableError,
}  # fmt: skip


def of_answer(status: int, body: Any, url: str) -> ClientError:
    """The error for an answer that is not good.

    Args:
        body: the answer's JSON, or None where it is none.
    """
    kind = _BY_STATUS.get(status, InvalidError if 400 <= status < 500 else FaultError)
    if not isinstance(body, dict) or "detail" not in body:
        return kind(
            f"the answer is {status}, and no problem document", where=url, remedy="Is this the address of policygraph?",
            status=status,
        )  # fmt: skip
    return kind(
        str(body["detail"]),
        where=body.get("where") or url,
        remedy=body.get("remedy"),
        status=status,
        problem=body,
    )
