"""Errors that a user can act on: what is wrong, where, and how to mend it.

Every layer raises these; the command line turns :attr:`PolicyGraphError.exit_code` into its exit status and
the service turns :attr:`PolicyGraphError.status` into a problem+json answer.
"""

from typing import Any, ClassVar


class PolicyGraphError(Exception):
    """Base of all expected errors.

    Args:
        message: what is wrong, in one sentence.
        where: the file, line, plan or URL that it is about.
        remedy: what the user can do.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"
    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (type(self), self.message, self.where, self.remedy)

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n{self.remedy}" if self.remedy else text


def _remake(
    kind: type[PolicyGraphError], message: str, where: str | None, remedy: str | None
) -> PolicyGraphError:
    return kind(message, where=where, remedy=remedy)


class InputError(PolicyGraphError):
    """A file or manifest that cannot be read as it stands."""

    code = "bad-input"
    title = "Input cannot be read"
    exit_code = 3
    status = 422


class SettingsError(PolicyGraphError):
    """A setting that is missing, unknown or out of range."""

    code = "bad-setting"
    title = "Setting is not valid"
    exit_code = 2
    status = 422


class NotFoundError(PolicyGraphError):
    """An id that is not in the graph."""

    code = "not-found"
    title = "Not found"
    exit_code = 4
    status = 404


class StaleError(PolicyGraphError):
    """A decision on something that has changed since the person saw it."""

    code = "stale"
    title = "Changed meanwhile"
    exit_code = 9
    status = 412


class InUseError(PolicyGraphError):
    """Something that cannot be changed while a job works on it."""

    code = "in-use"
    title = "In use"
    exit_code = 5
    status = 409


class FullError(PolicyGraphError):
    """There is no room for more uploads, until some that wait are confirmed or thrown away."""

    code = "uploads-full"
    title = "No room for more uploads"
    exit_code = 5
    status = 507


class StoreError(PolicyGraphError):
    """The store cannot be used: down, refused, damaged."""

    code = "store-unavailable"
    title = "Store is not available"
    exit_code = 5
    status = 503


class StoreLockedError(StoreError):
    """Another process is writing to the embedded store."""

    code = "store-locked"
    title = "Store is locked"


class StoreAuthError(StoreError):
    """The server refused the user name or password."""

    code = "store-auth"
    title = "Store refused the credentials"


class QueryError(PolicyGraphError):
    """A Cypher statement that the store cannot run."""

    code = "bad-query"
    title = "Query failed"
    exit_code = 6
    status = 400


class QueryTimeoutError(QueryError):
    """A statement that ran past its time limit."""

    code = "query-timeout"
    title = "Query took too long"
    status = 504


class QueryRefusedError(QueryError):
    """A statement that is not run: it asks for more than reading the graph, or is not understood."""

    code = "query-refused"
    title = "Statement is refused"


class QueryTooLargeError(QueryError):
    """A statement that needs more memory, or gives a larger answer, than it may."""

    code = "query-too-large"
    title = "Query is too large"


class BusyError(PolicyGraphError):
    """As many statements run already as may run at a time."""

    code = "busy"
    title = "Too many statements at a time"
    exit_code = 6
    status = 503


class DisabledError(PolicyGraphError):
    """Something that whoever runs the service has switched off."""

    code = "disabled"
    title = "Switched off"
    status = 403


class EncoderError(PolicyGraphError):
    """A server that computes vectors or gives opinions cannot be reached, refuses, or answers with something else."""

    code = "encoder-unavailable"
    title = "Encoder is not available"
    exit_code = 8
    status = 503


class MissingExtraError(PolicyGraphError):
    """An optional package that a chosen feature needs is not installed."""

    code = "missing-extra"
    title = "Optional package is not installed"
    exit_code = 7
    status = 501
