"""What a person or a tool may do: four scopes, and which of them another one brings along."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

Scope = Literal["read", "review", "ingest", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_BRINGS: Final[dict[Scope, frozenset[Scope]]] = {
    "read": frozenset({"read"}),
    "review": frozenset({"read", "review"}),
    "ingest": frozenset({"read", "ingest"}),
    "admin": frozenset(SCOPES),
}


def closed(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """``scopes`` with those that they bring along: who reviews or ingests also reads, an administrator does all."""
    return frozenset[Scope]().union(*(_BRINGS[scope] for scope in scopes))
