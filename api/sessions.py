"""Sessions of pages: a signed cookie that names a key, and the token that goes with it.

The cookie holds no right of its own: the key is looked up at each request, so revoking it ends its sessions.
"""

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Final

COOKIE: Final = "policygraph_session"
LONGEST_S: Final = 12 * 3600
_FORM: Final = re.compile(r"([0-9a-f]{8})\.([0-9]{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is still running: of which key, and what tells it from others."""

    key: str
    nonce: str


def begin(key: str, secret: bytes) -> str:
    """The cookie of a new session of the key with this id."""
    text = f"{key}.{int(time.time()) + LONGEST_S}.{secrets.token_hex(16)}"
    return f"{text}.{_mac(secret, 'session', text)}"


def read(cookie: str, secret: bytes) -> Session | None:
    """The session that ``cookie`` stands for; None where it is forged, cut or over."""
    form = _FORM.fullmatch(cookie)
    if form is None:
        return None
    text = cookie.rpartition(".")[0]
    if not hmac.compare_digest(form[4], _mac(secret, "session", text)) or int(form[2]) <= time.time():
        return None
    return Session(form[1], form[3])


def token(session: str, secret: bytes) -> str:
    """What a form of the pages of ``session`` carries, so that no page of another site can send it."""
    return _mac(secret, "csrf", session)


def _mac(secret: bytes, use: str, text: str) -> str:
    return hmac.new(secret, f"{use}:{text}".encode(), hashlib.sha256).hexdigest()
