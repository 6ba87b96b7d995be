"""Who asks, and what a route needs of them.

:class:`api.guard.Guard` tells who it is; :class:`api.gate.Gate` asks it at each request and keeps the answer in the
request's state; routes name the scope that they need by :func:`requires`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from api import csrf
from api.dependencies import SettingsDep
from api.errors import ForbiddenError, ScopeError, WritesOffError
from policygraph.audit import Audit
from policygraph.scopes import Scope

Via = Literal["anonymous", "key", "cookie", "proxy"]
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BEARER: Final = HTTPBearer(
    scheme_name="key",
    bearerFormat="pgk_…",
    auto_error=False,
    description="A key of `policygraph keys add`; not needed on a machine's own service that names no keys file",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and what they may do.

    Attributes:
        name: of the person or tool; empty where nobody knows.
        scopes: with those that they bring along.
        via: how it is known.
        key: id of the key; empty: none.
        session: what the token of a page's form is bound to.
    """

    name: str
    scopes: frozenset[Scope]
    via: Via
    key: str = ""
    session: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether the name was proved."""
        return self.via != "anonymous"

    def may(self, scope: Scope) -> bool:
        """Whether they have ``scope``."""
        return scope in self.scopes

    def decides_as(self, named: str | None) -> str:
        """The name under which a decision of theirs is logged.

        Args:
            named: whom the request names, if it does.

        Raises:
            ForbiddenError: it names another one than who is signed in, or nobody where nobody is.
        """
        if not self.signed_in:
            if named or self.name:
                return named or self.name
            raise ForbiddenError(
                "nobody is named as the one who decides", where="reviewer", remedy="Name who decides."
            )
        if named not in (None, "", self.name):
            raise ForbiddenError(
                f"the request is {self.name!r}'s and names {named!r} as the one who decides",
                where="reviewer",
                remedy="Leave reviewer out, or decide with a key of that person.",
            )
        return self.name


NOBODY: Final = Identity("", frozenset(), "anonymous")


def identity_of(request: Request) -> Identity:
    """Who asks, as the gate found out; nobody where it lets everyone through."""
    found: Identity = getattr(request.state, "identity", NOBODY)
    return found


IdentityDep = Annotated[Identity, Depends(identity_of)]


def check_scope(identity: Identity, scope: Scope) -> None:
    """Raises ScopeError where they lack ``scope``."""
    if identity.may(scope):
        return
    if identity.signed_in:
        raise ScopeError(
            f"{identity.name or 'this key'} may not do this",
            scope=scope,
            remedy=f"Ask whoever runs this service for a key with the scope {scope}: policygraph keys add.",
        )
    raise ScopeError(
        "without keys, this is for whoever works on this machine and asks by its own address",
        scope=scope,
        remedy="Ask by 127.0.0.1 or localhost; from elsewhere or through a proxy, set keys_file or proxy_user_header.",
    )


def requires(scope: Scope) -> Callable[..., Awaitable[None]]:
    """A dependency: whoever asks has ``scope``.

    Where the method changes something and reading is not enough, it also refuses pages of other sites, forms of a session
    without its token, and every change where the setting ``writes`` is off or the record cannot be written.
    """

    async def check(
        request: Request,
        settings: SettingsDep,
        identity: IdentityDep,
        _: Annotated[object, Security(BEARER, scopes=[scope])],
    ) -> None:
        if scope == "read" or request.method in SAFE:
            check_scope(identity, scope)
            return
        if not (identity.via == "key" and csrf.is_of(request, settings.cors_origins)):
            csrf.check_origin(request)
        check_scope(identity, scope)
        if not settings.writes:
            raise WritesOffError(
                "this service only answers",
                where="setting writes",
                remedy="Decide where writes is on, or by the command line policygraph review.",
            )
        Audit(settings.audit_log).check()
        # Last, since it may read a form with all its files.
        if identity.via == "cookie" or (identity.via == "proxy" and csrf.is_from_page(request)):
            await csrf.check_token(request, identity.session)

    return check
