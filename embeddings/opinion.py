"""A second opinion on uncertain links: does this local statement implement that upper task?

====================  =======================================================================================
name                  adviser
====================  =======================================================================================
``st:PATH_OR_NAME``   a cross-encoder that sentence-transformers reads, with ``@REVISION`` to pin one; no reasons
``openai:MODEL@URL``  a language model that a server with OpenAI's chat API runs; gives a reason in Chinese
====================  =======================================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from embeddings.encoder import ENDPOINT_TIMEOUT_S, Progress
from graph.errors import SettingsError
from graph.store import redacted

FORMS: Final = "st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL"
"""What a user may write to choose an adviser."""

MEASURES_READ: Final = 8
"""How many of an upper task's measures an adviser reads, the first ones."""

CONCURRENCY: Final = 4
"""How many questions a server is asked at a time, where nothing else is set."""


@dataclass(frozen=True, slots=True)
class Question:
    """One uncertain link.

    Attributes:
        local: the local statement.
        local_headings: the titles above it, outermost first.
        upper_title: the upper task's title.
        upper_measures: its measures, the nearest to the statement first; :data:`MEASURES_READ` of them count.
    """

    local: str
    local_headings: tuple[str, ...]
    upper_title: str
    upper_measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """An answer.

    Attributes:
        probability: from 0 to 1, that the local statement implements the upper task.
        reason: in Chinese, 200 characters at most; empty where the adviser gives none.
    """

    probability: float
    reason: str


class Adviser(Protocol):
    """Answers questions about uncertain links."""

    @property
    def name(self) -> str:
        """What a user writes to choose it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides its answers and can be known."""
        ...

    def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
        """One opinion a question, in their order. Equal questions are asked, and counted by ``progress``, once.

        Raises:
            PolicyGraphError: the adviser cannot be used; there are no opinions then.
        """
        ...

    def close(self) -> None:
        """Give back what it holds; it can be asked again."""
        ...


def open_adviser(
    name: str,
    *,
    device: str = "",
    batch_size: int = 32,
    local_files_only: bool = False,
    key: str = "",
    timeout: float = ENDPOINT_TIMEOUT_S,
    concurrency: int = CONCURRENCY,
) -> Adviser:
    """The adviser called ``name``.

    Args:
        name: see the table above.
        device, batch_size, local_files_only: for a cross-encoder; the size in pairs of texts a step.
        key, timeout, concurrency: for a server; the timeout in seconds.

    Raises:
        SettingsError: no adviser has that name.
    """
    if name.startswith("st:") and len(name) > 3:
        from embeddings.cross_encoder import CrossEncoderAdviser

        return CrossEncoderAdviser(
            name[3:], device=device, batch_size=batch_size, local_files_only=local_files_only
        )
    if name.startswith("openai:"):
        from embeddings.judge import Judge

        return Judge(name[7:], key=key, timeout=timeout, concurrency=concurrency)
    raise SettingsError(f"there is no adviser {redacted(name)!r}", remedy=f"Use {FORMS}.")
