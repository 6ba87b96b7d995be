"""A language model behind OpenAI's chat API as an adviser: vLLM, Ollama, Xinference, a hosted service …

The statements and tasks in question leave this machine for that server. What a plan says is data: it is sent as JSON
between two marks that it cannot write itself, and an answer in any other form than the one asked for is no answer.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache, cached_property
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final

import httpx

from embeddings.encoder import ENDPOINT_TIMEOUT_S, Progress
from embeddings.endpoint import Endpoint
from embeddings.opinion import CONCURRENCY, MEASURES_READ, Opinion, Question
from graph.errors import EncoderError

PROMPT: Final = "judge.zh.txt"
"""The rules that the model judges by; a file of the package's data."""

REASON: Final = 200
"""Characters of a reason that are kept."""

_AGAIN: Final = "上一次的回答不合要求。请只输出一个 JSON 对象，只含 reason 和 probability 两项。"
_SCHEMA: Final = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "probability": {"type": "number"}},
    "required": ["reason", "probability"],
    "additionalProperties": False,
}
_STEADY: Final = {"temperature": 0}
_AS_SCHEMA: Final = {
    "type": "json_schema", "json_schema": {"name": "opinion", "strict": True, "schema": _SCHEMA},
}  # fmt: skip
_MANNERS: Final[tuple[dict[str, Any], ...]] = (
    _STEADY | {"response_format": _AS_SCHEMA},
    _STEADY | {"response_format": {"type": "json_object"}},
    _STEADY,
    {},
)
"""Ways of asking, the strictest first: a server that refuses one is asked in the next."""

_REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_TRIES: Final = 2
_NAMED: Final = 40


class Judge:
    """Opinions of a language model on a server, with reasons.

    Args:
        model: ``MODEL@URL``; the questions are asked at ``URL/chat/completions``.
        key: sent as bearer token; where empty, ``OPENAI_API_KEY`` of the environment, which goes to ``https`` and
            loopback addresses only.
        timeout: seconds without a sign of life before an attempt counts as failed.
        concurrency: how many questions are asked at a time.
        sleep: waits the given seconds between two attempts.

    Raises:
        SettingsError: no model and address, an address that carries credentials, or an impossible key.
    """

    def __init__(
        self,
        model: str,
        *,
        key: str = "",
        timeout: float = ENDPOINT_TIMEOUT_S,
        concurrency: int = CONCURRENCY,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = Endpoint(
            model,
            "chat/completions",
            key=key,
            key_variable="POLICYGRAPH_ADVISER_KEY",
            timeout=timeout,
            example="qwen3",
            lighter="a smaller adviser_concurrency",
            sleep=sleep,
        )
        self.name = self._endpoint.name
        self._concurrency = concurrency
        self._manner = 0

    @cached_property
    def fingerprint(self) -> str:
        """Hash of model, address and rules. Another model that answers under the same name is not noticed."""
        asked = [self._endpoint.model, str(self._endpoint.url), prompt(), _AGAIN, MEASURES_READ, _MANNERS]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]

    def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
        """See :class:`embeddings.opinion.Adviser`.

        Raises:
            EncoderError: the server cannot be reached, refuses, or twice answers a question with what is no opinion.
        """
        unique = list(dict.fromkeys(questions))
        if not unique:
            return []
        with self._endpoint.client() as client, ThreadPoolExecutor(self._concurrency) as pool:
            asked = {question: pool.submit(self._opinion, client, question) for question in unique}
            try:
                for done, answered in enumerate(as_completed(asked.values()), start=1):
                    answered.result()
                    if progress is not None:
                        progress(done, len(unique))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                client.close()  # what is under way makes no further attempt
                raise
        return [asked[question].result() for question in questions]

    def close(self) -> None:
        """Nothing is held between two calls of :meth:`ask`."""

    def _opinion(self, client: httpx.Client, question: Question) -> Opinion:
        said = ""
        for attempt in range(_TRIES):
            said = self._completion(client, messages(question, again=attempt > 0), self._manner)
            if (opinion := read_opinion(said)) is not None:
                return opinion
        raise self._endpoint.error(
            f"the endpoint's answer is no opinion ({self._endpoint.shown(said) or 'it is empty'}) on whether "
            f"“{question.local[:_NAMED]}” implements “{question.upper_title[:_NAMED]}”",
            remedy="Choose a model that follows instructions, or no adviser.",
        )

    def _completion(self, client: httpx.Client, asked: list[dict[str, str]], manner: int) -> str:
        """What the model says, empty where it says nothing; asked in ``manner`` or the first after it that works."""
        body = {"model": self._endpoint.model, "messages": asked, "stream": False}
        response = self._endpoint.post(client, body | _MANNERS[manner])
        if response.status_code in _REFUSALS and manner + 1 < len(_MANNERS):
            return self._completion(client, asked, manner + 1)
        if not response.is_success:
            raise self._endpoint.refused(response)
        self._manner = max(self._manner, manner)
        return self._content(response)

    def _content(self, response: httpx.Response) -> str:
        try:
            content = response.json()["choices"][0]["message"].get("content")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise self._no_completion(response) from error
        if isinstance(content, list):
            parts = [part.get("text") for part in content if isinstance(part, dict)]
            return "".join(text for text in parts if isinstance(text, str))
        return content if isinstance(content, str) else ""

    def _no_completion(self, response: httpx.Response) -> EncoderError:
        return self._endpoint.error(
            f"the endpoint's answer holds no chat completion{self._endpoint.detail(response)}",
            remedy="The address must be that of an OpenAI-compatible API; it often ends in /v1.",
        )


@cache
def prompt() -> str:
    """The rules that the model judges by, in Chinese."""
    return files("embeddings").joinpath("data", PROMPT).read_text("utf-8")


def messages(question: Question, *, again: bool = False) -> list[dict[str, str]]:
    """What a server is sent for one question; ``again`` after an answer that was none."""
    data = {
        "地方语句": question.local,
        "语句所在的标题": question.local_headings,
        "上级任务": question.upper_title,
        "上级任务的举措": question.upper_measures[:MEASURES_READ],
    }
    # A plan that writes the closing mark must not end the data.
    quoted = json.dumps(data, ensure_ascii=False, indent=1).replace("<", r"\u003c").replace(">", r"\u003e")
    asked = f"<资料>\n{quoted}\n</资料>"
    return [
        {"role": "system", "content": prompt()},
        {"role": "user", "content": f"{asked}\n{_AGAIN}" if again else asked},
    ]


def read_opinion(said: str) -> Opinion | None:
    """The opinion in a model's words, or None where they hold none, or several that differ.

    Code fences, thoughts and other words around the JSON object are passed over.
    """
    found = [opinion for answer in _objects(said.rpartition("</think>")[2]) if (opinion := _checked(answer))]
    return found[-1] if len({opinion.probability for opinion in found}) == 1 else None


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in ``text`` that have a probability."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        end = start + 1
        try:
            found, after = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            pass
        else:
            if "probability" in found:
                end = after
                yield found
        start = text.find("{", end)


def _checked(answer: dict[str, Any]) -> Opinion | None:
    probability, reason = answer["probability"], answer.get("reason")
    if isinstance(probability, str):
        try:
            probability = float(probability)
        except ValueError:
            return None
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 <= probability <= 1:
        return None
    words = " ".join(reason.split()) if isinstance(reason, str) else ""
    return Opinion(float(probability), "".join(c for c in words if c.isprintable())[:REASON])
