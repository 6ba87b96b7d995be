"""Writing: what a request must say, and the store for the moment of a write. Who may is :mod:`api.identity`'s."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response

from graph.errors import InputError, PolicyGraphError
from graph.writer import Writer

NDJSON: Final = "application/x-ndjson"
_TAG: Final = re.compile(r'(W/)?"([^"]*)"')


class MediaTypeError(PolicyGraphError):
    """A body of another kind than the route takes."""

    code = "unsupported-media-type"
    title = "Body has another media type"
    status = 415


class PreconditionRequiredError(PolicyGraphError):
    """A decision that does not say what the person saw."""

    code = "precondition-required"
    title = "If-Match is missing"
    status = 428


def _writer(request: Request) -> Writer:
    writer: Writer = request.app.state.writer
    return writer


WriterDep = Annotated[Writer, Depends(_writer)]


def of_type(media_type: str) -> Callable[[Request], None]:
    """Refuse bodies that are not of ``media_type``; a form of another site's page can send none of ours."""

    def check(request: Request) -> None:
        given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given != media_type:
            raise MediaTypeError(
                f"the body is {given or 'of no media type'}", remedy=f"Send it as Content-Type: {media_type}."
            )

    return check


async def lines(request: Request) -> list[str]:
    """The lines of a body of JSON Lines. Raises InputError where a line is not UTF-8."""
    found = []
    for number, line in enumerate((await request.body()).split(b"\n"), start=1):
        try:
            found.append(line.decode())
        except UnicodeDecodeError as error:
            raise InputError(
                f"this is not UTF-8 ({error.reason})",
                where=f"body, line {number}",
                remedy="Send the exported file unchanged.",
            ) from error
    return found


Lines = Annotated[list[str], Depends(lines)]


class Precondition:
    """What the client has seen, as ``If-Match`` says."""

    def __init__(
        self,
        if_match: Annotated[
            str | None,
            Header(
                alias="If-Match",
                description="`ETag` of what you saw, or its `token` in quotes; `*`: whatever is there now. Without it: 428",
                examples=['"4f1b2b0b822cd15d"'],
            ),
        ] = None,
    ) -> None:
        if if_match is None:
            raise PreconditionRequiredError(
                "a decision says what it is about",
                where="header If-Match",
                remedy="Send the ETag of what you looked at, or * for whatever is there now.",
            )
        self._any = if_match.strip() == "*"
        tags = _TAG.findall(if_match)
        if not self._any and not tags:
            raise InputError(
                f"{if_match!r} is no entity tag",
                where="header If-Match",
                remedy='Write it in quotes: "4f1b…".',
            )
        # A weak tag matches nothing here (RFC 9110): it says that the answer was about the same, not that it was this.
        self._tokens: list[str] = [tag.partition("-")[0] for weak, tag in tags if not weak]

    def seen(self, current: Callable[[], str]) -> str | None:
        """The token that the decision is made on; None: on whatever is there now."""
        if self._any:
            return None
        if len(self._tokens) == 1:
            return self._tokens[0]
        now = current()
        return now if now in self._tokens else ""


PreconditionDep = Annotated[Precondition, Depends()]


def unchanged(request: Request, tag: str) -> bool:
    """Whether the client has the answer with this strong tag already."""
    return any(f'"{found}"' == tag for _, found in _TAG.findall(request.headers.get("if-none-match", "")))


def tagged(response: Response, tag: str) -> None:
    """Say which state the answer is."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"


def described(media_type: str, text: str, example: str) -> dict[str, Any]:
    """The description of a body that no model reads."""
    schema = {"type": "string", "description": text}
    return {
        "requestBody": {"required": True, "content": {media_type: {"schema": schema, "example": example}}}
    }
