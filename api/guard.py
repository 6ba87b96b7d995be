"""Tells who asks: by a key, a session of pages, a trusted proxy, or, on this machine alone, anyone."""

import secrets
from typing import Final

from fastapi import Request

from api import sessions
from api.errors import UnauthorizedError
from api.identity import Identity, Via, identity_of
from policygraph.access import is_closed, is_loopback, is_within, networks
from policygraph.audit import Asker
from policygraph.cli_common import user
from policygraph.keys import MOST_NAME, Key, KeyFile
from policygraph.scopes import SCOPES, Scope, closed
from policygraph.settings import Settings

FORWARDED: Final = (
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
)  # fmt: skip
"""Headers by which a proxy shows itself."""


class Guard:
    """Tells who asks, by the settings. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.closed = is_closed(settings)
        self.keys = KeyFile(settings.keys_file) if settings.keys_file else None
        self._proxies = networks(settings.trusted_proxies)
        self._local = Identity(
            settings.reviewer or user(), closed(SCOPES), "anonymous", session=secrets.token_hex(16)
        )
        self._process = secrets.token_bytes(32)

    @property
    def secret(self) -> bytes:
        """What signs sessions and their tokens. Raises KeysError."""
        return self._process if self.keys is None else self.keys.secret

    def identify(self, request: Request) -> Identity:
        """Who asks.

        Raises:
            UnauthorizedError: no key, or one that does not open the service.
            KeysError: the keys file cannot be read.
        """
        if not self.closed:
            return self._anyone(request)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if self.keys is not None and scheme.lower() == "bearer":
            return _of(self._key(given.strip()), "key")
        return self._proxied(request) or self._in_session(request) or self._missing()

    def _key(self, token: str) -> Key:
        found = None if self.keys is None else self.keys.find(token)
        state = "unknown" if found is None else found.state
        if found is None or state != "valid":
            raise UnauthorizedError(
                f"the key is {state}",
                reason=state,
                remedy="Ask whoever runs this service for a key: policygraph keys add.",
            )
        return found

    def signed_in(self, token: str) -> Identity:
        """Who signs in to the pages with this key. Raises UnauthorizedError where it does not open the service."""
        return _of(self._key(token), "cookie")

    def address(self, request: Request) -> str:
        """The client's address: the peer's, or what a trusted proxy says, from the right as far as it is trusted."""
        peer = request.client.host if request.client else ""
        hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        while is_within(peer, self._proxies) and hops and hops[-1].strip():
            peer = hops.pop().strip()[:64]
        return peer

    def is_secure(self, request: Request) -> bool:
        """Whether the client came by https, here or to a trusted proxy."""
        told = request.headers.get("x-forwarded-proto") if self._trusts(request) else None
        return (told or request.url.scheme) == "https"

    def _trusts(self, request: Request) -> bool:
        return request.client is not None and is_within(request.client.host, self._proxies)

    def _anyone(self, request: Request) -> Identity:
        # Another name may be a proxy's, or one that a stranger's page had its own host name point here by.
        here = is_loopback(request.url.hostname or "") and not any(
            name in request.headers for name in FORWARDED
        )
        return (
            self._local if here else Identity("", closed(["read"]), "anonymous", session=self._local.session)
        )

    def _proxied(self, request: Request) -> Identity | None:
        if not self._settings.proxy_user_header or not self._trusts(request):
            return None
        name = _named(request, self._settings.proxy_user_header)
        if not name:
            return None
        return Identity(name, closed(self._proxied_scopes(request)), "proxy", session=f"proxy:{name}")

    def _proxied_scopes(self, request: Request) -> list[Scope]:
        header = self._settings.proxy_scopes_header
        told = request.headers.getlist(header) if header else []
        if not any(text.strip() for text in told):
            return self._settings.proxy_scopes
        # Two of a kind: the client sent one of them. It gets nothing by that.
        words = told[0].replace(",", " ").split() if len(told) == 1 else []
        return [scope for scope in SCOPES if scope in words]

    def _in_session(self, request: Request) -> Identity | None:
        cookie = request.cookies.get(sessions.COOKIE)
        if cookie is None or self.keys is None:
            return None
        session = sessions.read(cookie, self.keys.secret)
        key = None if session is None else self.keys.get(session.key)
        if session is None or key is None or key.state != "valid":
            return None
        return _of(key, "cookie", session.nonce)

    def _missing(self) -> Identity:
        remedy = (
            "Send it as Authorization: Bearer KEY; pages: /sign-in. Whoever runs this service makes keys."
            if self.keys is not None
            else "Come through the proxy that signs people in."
        )
        raise UnauthorizedError("this service asks who you are", reason="missing", remedy=remedy)


def _of(key: Key, via: Via, session: str = "") -> Identity:
    return Identity(key.name, closed(key.scopes), via, key=key.id, session=session)


def _named(request: Request, header: str) -> str:
    """Whom a proxy names in ``header``, as UTF-8, which proxies send names in; empty where that is not clear."""
    given = request.headers.getlist(header)
    if len(given) != 1:
        return ""
    try:
        text = given[0].encode("latin-1").decode()
    except UnicodeError:
        text = given[0]
    text = " ".join(text.split())
    return text if text.isprintable() and len(text) <= MOST_NAME else ""


def guard_of(request: Request) -> Guard:
    """The service's guard."""
    guard: Guard = request.app.state.guard
    return guard


def asker_of(request: Request, identity: Identity | None = None) -> Asker:
    """Who asks, for the record: as the gate found out, or ``identity``."""
    identity = identity or identity_of(request)
    return Asker(
        way=identity.via,
        name=identity.name,
        key=identity.key,
        address=guard_of(request).address(request),
        request=getattr(request.state, "request_id", ""),
    )
