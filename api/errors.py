"""Refusals that only the service makes."""

from starlette.exceptions import HTTPException

from graph.errors import PolicyGraphError
from policygraph.scopes import Scope


class UnauthorizedError(PolicyGraphError):
    """Nobody knows who asks.

    Args:
        reason: ``missing``, ``unknown``, ``expired`` or ``revoked``.
    """

    code = "unauthorized"
    title = "Key is missing or not valid"
    status = 401

    def __init__(self, message: str, *, reason: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason

    @property
    def challenge(self) -> str:
        """The value of ``WWW-Authenticate`` (RFC 6750)."""
        error = (
            "" if self.reason == "missing" else f', error="invalid_token", error_description="{self.reason}"'
        )
        return f'Bearer realm="policygraph"{error}'


class ForbiddenError(PolicyGraphError):
    """It is known who asks, and they may not do this."""

    code = "forbidden"
    title = "Not allowed"
    status = 403


class ScopeError(ForbiddenError):
    """They lack a scope."""

    def __init__(self, message: str, *, scope: Scope, remedy: str) -> None:
        super().__init__(message, where=f"scope {scope}", remedy=remedy)
        self.scope: Scope = scope

    @property
    def challenge(self) -> str:
        """The value of ``WWW-Authenticate`` (RFC 6750)."""
        return f'Bearer realm="policygraph", error="insufficient_scope", scope="{self.scope}"'


class WritesOffError(PolicyGraphError):
    """The service only answers."""

    code = "writes-off"
    title = "Writing is off"
    status = 403


class CrossSiteError(PolicyGraphError):
    """A page of another site asks to write, or a page of this one without its token."""

    code = "cross-site"
    title = "Request from another site"
    status = 403


class TooLargeError(PolicyGraphError, HTTPException):
    """A body that is larger than the route takes."""

    code = "content-too-large"
    title = "Body is too large"
    status = 413

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        # FastAPI, where it reads a body, lets only its own kind of error through as it is.
        HTTPException.__init__(self, self.status, message)
        self.message, self.where, self.remedy = message, where, remedy
