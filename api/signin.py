"""Signing in to the pages with a key, and out again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api import csrf, pages, sessions
from api.dependencies import SettingsDep
from api.errors import UnauthorizedError
from api.gate import SIGN_IN
from api.guard import asker_of, guard_of
from api.identity import IdentityDep
from graph.errors import DisabledError
from policygraph.audit import Audit

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
def form(request: Request, following: Annotated[str, Query(alias="next")] = "/") -> Response:
    """A form that takes a key; where the service is open, that none is needed."""
    if not guard_of(request).closed:
        return pages.sign_in_needless(request)
    _check_keys(request)
    return pages.sign_in(request, following=_own(following))


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    settings: SettingsDep,
    key: Annotated[str, Form(max_length=200)] = "",
    following: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Start a session; with a key that does not open the service, the form again."""
    csrf.check_origin(request)
    _check_keys(request)
    guard, audit = guard_of(request), Audit(settings.audit_log)
    audit.check()
    try:
        found = guard.signed_in(key.strip())
    except UnauthorizedError as error:
        audit.event(asker_of(request), "refused", reason=error.reason, path=SIGN_IN)
        return pages.sign_in(
            request, following=_own(following), refused=error.reason, status=HTTPStatus.UNAUTHORIZED
        )
    audit.event(asker_of(request, found), "sign-in")
    answer = RedirectResponse(_own(following), status_code=HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        sessions.COOKIE, sessions.begin(found.key, guard.secret), max_age=sessions.LONGEST_S,
        httponly=True, samesite="strict", secure=guard.is_secure(request),
    )  # fmt: skip
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, settings: SettingsDep, identity: IdentityDep) -> Response:
    """End the session in this browser."""
    csrf.check_origin(request)
    if identity.via == "cookie":
        await csrf.check_token(request, identity.session)
        Audit(settings.audit_log).event(asker_of(request), "sign-out")
    answer = RedirectResponse(SIGN_IN, status_code=HTTPStatus.SEE_OTHER)
    answer.delete_cookie(
        sessions.COOKIE, httponly=True, samesite="strict", secure=guard_of(request).is_secure(request)
    )
    return answer


def _check_keys(request: Request) -> None:
    if guard_of(request).keys is None:
        raise DisabledError(
            "there is nothing to sign in to: this service has no keys",
            where="setting keys_file",
            remedy="On the machine itself everything is open; else come through the proxy.",
        )


def _own(path: str) -> str:
    """``path`` where it is one of this service, else the start page: nobody is sent to another site from here."""
    # Browsers read a backslash as a slash and leave control characters out, so //evil has many spellings.
    fine = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if fine else "/"
