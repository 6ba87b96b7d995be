"""API keys: who may ask the service, kept in one file that only its owner reads.

A key is shown once, when it is made; the file keeps its SHA-256 alone. A slow hash would guard passwords that people
think up; a key is 32 random bytes, which nobody guesses at any speed, and it is checked at every request.

The file also holds the secret that signs the sessions of pages, so that they outlast a restart.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from filelock import FileLock, Timeout

from graph.errors import InputError, NotFoundError, PolicyGraphError
from policygraph.scopes import SCOPES, Scope
from review.rules import today

State = Literal["valid", "expired", "revoked"]
MOST_NAME: Final = 100
PATIENCE_S: Final = 10.0
_VERSION: Final = 1
_TOKEN: Final = re.compile(r"pgk_([0-9a-f]{8})_[0-9a-f]{64}")
_OTHERS: Final = 0o007
_Seen = tuple[int, int, int]


class KeysError(PolicyGraphError):
    """The keys file cannot be used, so nobody can be told apart."""

    code = "keys-unavailable"
    title = "Keys cannot be read"
    exit_code = 2
    status = 503


@dataclass(frozen=True, slots=True)
class Key:
    """One key, without what proves it.

    Attributes:
        id: the part of the key that may be shown.
        name: of the person or tool; decisions are logged under it.
        sha256: of the whole key.
        scopes: as they were given.
        created: when, ISO 8601.
        expires: its last day, ISO 8601; empty: none.
        revoked: when, ISO 8601; empty: it is not.
    """

    id: str
    name: str
    sha256: str
    scopes: tuple[Scope, ...]
    created: str
    expires: str = ""
    revoked: str = ""

    @property
    def state(self) -> State:
        """Whether it opens the service today."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires and date.fromisoformat(self.expires) < today() else "valid"

    def shown(self) -> dict[str, Any]:
        """What may be printed: all but the hash."""
        fields = {name: value for name, value in asdict(self).items() if name != "sha256"}
        return fields | {"scopes": list(self.scopes), "state": self.state}


@dataclass(frozen=True, slots=True)
class _Content:
    secret: bytes
    keys: tuple[Key, ...]


class KeyFile:
    """The keys of one file; it is read again when it has changed, so a key that is revoked ends at once.

    Args:
        path: need not be there yet. Safe to share between threads.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()
        self._read: tuple[_Seen, _Content] | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys, in the order in which they were made. Raises KeysError."""
        return self._content().keys

    @property
    def secret(self) -> bytes:
        """What signs sessions. Raises KeysError."""
        return self._content().secret

    def get(self, id_: str) -> Key | None:
        """The key with this id, whatever its state. Raises KeysError."""
        return next((key for key in self.keys if key.id == id_), None)

    def find(self, token: str) -> Key | None:
        """The key that ``token`` is, whatever its state; None where it is none of these. Raises KeysError."""
        form = _TOKEN.fullmatch(token)
        known = self.get(form[1]) if form else None
        given = hashlib.sha256(token.encode(errors="replace")).hexdigest()
        return known if known is not None and hmac.compare_digest(known.sha256, given) else None

    def add(
        self, name: str, scopes: Collection[Scope], expires: str = "", *, replaces: bool = False
    ) -> tuple[Key, str]:
        """Make a key. Returns it and the token, which is nowhere else.

        Args:
            name: of a person or tool.
            scopes: one or more.
            expires: last day, ISO 8601; empty: none.
            replaces: revoke, in the same step, the keys of this name that still open the service.

        Raises:
            InputError: the name is empty or too long, no scope is given, the day is none to come, or a key of this name
                opens the service already and ``replaces`` is off.
            KeysError: the file cannot be read or written.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= MOST_NAME or not name.isprintable():
            raise InputError(
                f"a name has 1 to {MOST_NAME} printable characters",
                remedy="Name the person or the tool that will use the key.",
            )
        if not scopes:
            raise InputError(
                "a key needs a scope", remedy=f"Name one or more with --scope: {', '.join(SCOPES)}."
            )
        id_ = secrets.token_hex(4)
        token = f"pgk_{id_}_{secrets.token_hex(32)}"
        made = Key(
            id=id_,
            name=name,
            sha256=hashlib.sha256(token.encode()).hexdigest(),
            scopes=tuple(scope for scope in SCOPES if scope in scopes),
            created=_time(),
            expires=_last_day(expires),
        )
        with self._changing() as content:
            same = {key.id for key in content.keys if key.name == name and key.state == "valid"}
            if same and not replaces:
                raise InputError(
                    f"{name} has a key already: {', '.join(sorted(same))}",
                    where=str(self.path),
                    remedy="Put a new one in its place with --replace, or name the person or tool more closely.",
                )
            others = (replace(key, revoked=made.created) if key.id in same else key for key in content.keys)
            self._write(replace(content, keys=(*others, made)))
        return made, token

    def revoke(self, id_: str) -> Key:
        """Take a key back for good. Returns it; one that was revoked before stays as it is.

        Raises:
            NotFoundError: there is no such key.
            KeysError: the file cannot be read or written.
        """
        with self._changing() as content:
            known = next((key for key in content.keys if key.id == id_), None)
            if known is None:
                raise NotFoundError(
                    f"there is no key {id_!r}",
                    where=str(self.path),
                    remedy="policygraph keys list shows all.",
                )
            if known.revoked:
                return known
            ended = replace(known, revoked=_time())
            self._write(replace(content, keys=tuple(ended if key.id == id_ else key for key in content.keys)))
        return ended

    def _content(self) -> _Content:
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                seen = (status.st_ino, status.st_mtime_ns, status.st_size)
                kept = self._read
                if kept is not None and kept[0] == seen:
                    return kept[1]
                # Elsewhere these bits say nothing of who may read.
                if os.name == "posix" and status.st_mode & _OTHERS:
                    raise KeysError(
                        "other users of this machine may read or write this file",
                        where=str(self.path),
                        remedy=f"chmod 600 {self.path}",
                    )
                content = _parsed(file.read())
        except FileNotFoundError as error:
            raise KeysError(
                "there are no keys yet",
                where=str(self.path),
                remedy="Make one: policygraph keys add NAME --scope admin",
            ) from error
        except OSError as error:
            raise KeysError(
                f"this file cannot be read ({error.strerror})",
                where=str(self.path),
                remedy="Let the user that runs the service read it.",
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise KeysError(
                "this is no keys file, or it is damaged",
                where=str(self.path),
                remedy="Take back a copy, or name another file in the setting keys_file and make new keys.",
            ) from error
        self._read = seen, content
        return content

    @contextmanager
    def _changing(self) -> Iterator[_Content]:
        """The content, while no other process changes it."""
        try:
            with FileLock(f"{self.path}.lock", timeout=PATIENCE_S, mode=0o600):
                yield self._content() if self.path.exists() else _Content(secrets.token_bytes(32), ())
        except Timeout as error:
            raise KeysError(
                "another process is changing this file", where=str(self.path), remedy="Try again in a moment."
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error

    def _write(self, content: _Content) -> None:
        data = {
            "version": _VERSION,
            "secret": content.secret.hex(),
            "keys": [asdict(key) for key in content.keys],
        }
        partial = Path(f"{self.path}.partial")
        try:
            partial.unlink(missing_ok=True)
            file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                self._as_before(file)
                json.dump(data, out, ensure_ascii=False, indent=1)
                out.flush()
                os.fsync(out.fileno())
            partial.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise self._unwritable(error) from error

    def _as_before(self, file: int) -> None:
        """Leave the file to whom it was: an administrator's new key must not shut out the service's own user."""
        if os.name == "posix" and self.path.exists():
            old = self.path.stat()
            # Of another group it would be open to that one: where the owner cannot be kept, it is for the writer alone.
            with suppress(PermissionError):
                os.fchown(file, old.st_uid, old.st_gid)
                os.fchmod(file, stat.S_IMODE(old.st_mode) & ~_OTHERS)

    def _unwritable(self, error: OSError) -> KeysError:
        return KeysError(
            f"this file cannot be written ({error.strerror})",
            where=str(self.path),
            remedy="Name a file in a folder that you may write to, in the setting keys_file or with --keys-file.",
        )


def _parsed(data: bytes) -> _Content:
    found = json.loads(data)
    if found["version"] != _VERSION:
        raise ValueError(found["version"])
    secret = bytes.fromhex(found["secret"])
    keys = tuple(Key(**(row | {"scopes": tuple(row["scopes"])})) for row in found["keys"])
    for key in keys:
        if len(key.sha256) != 64 or not key.scopes or not set(key.scopes) <= set(SCOPES):
            raise ValueError(key.id)
        if key.expires:
            date.fromisoformat(key.expires)
    if len(secret) < 32:
        raise ValueError("secret")
    return _Content(secret, keys)


def _last_day(text: str) -> str:
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day", remedy="Write it as 2027-01-01.") from error
    if day < today():
        raise InputError(f"{text} has passed", remedy="Name a day to come, or leave it out.")
    return day.isoformat()


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
