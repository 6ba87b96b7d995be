"""An adviser is asked about what is uncertain, and its opinion is weighed."""

from collections.abc import Sequence

import pytest

from embeddings import open_encoder
from embeddings.counsel import ADVISER, Counsel
from embeddings.encoder import Progress
from embeddings.features import MeasureText
from embeddings.linker import Links, decide
from embeddings.opinion import Opinion, Question
from embeddings.scoring import shipped_scoring
from graph.errors import EncoderError

TITLES = ("保障农村饮水安全", "治理河湖生态")
WORDS = (("新建农村供水工程", "改造老旧水厂"), ("清理河道乱占乱建", "建立河湖健康档案"))


def upper() -> list[MeasureText]:
    found = []
    for number, (title, measures) in enumerate(zip(TITLES, WORDS, strict=True), start=1):
        found.append(MeasureText(f"n.{number}#0", f"n.{number}", title, title, (), True))
        for place, text in enumerate(measures, start=1):
            found.append(MeasureText(f"n.{number}#{place}", f"n.{number}", text, text, (title,), False))
    return found


def local() -> list[MeasureText]:
    texts = ("新建农村供水工程60处", "开展河湖岸线巡查", "举办渔业美食节", "完善水质监测网络")
    return [MeasureText(f"p.1#{i}", "p.1", text, text, (), False) for i, text in enumerate(texts, start=1)]


class Says:
    """An adviser that always says the same, and remembers what it was asked."""

    name = "openai:stub@http://127.0.0.1"
    fingerprint = "f"

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.asked: list[Question] = []

    def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
        self.asked += questions
        if progress is not None:
            progress(len(questions), len(questions))
        return [Opinion(self.probability, "因为如此")] * len(questions)

    def close(self) -> None: ...


def links(counsel: Counsel | None) -> Links:
    return decide(local(), upper(), open_encoder("policy-zh"), shipped_scoring(), counsel=counsel)


def pairs(found: Links) -> set[tuple[str, str]]:
    return {(d.source, d.target) for d in found.measures}


def test_only_the_band_is_asked_and_never_more_than_most() -> None:
    everything, nothing = Says(0.5), Says(0.5)
    assert links(Counsel(everything, 0.0, 1.0, 500)).asked == len(everything.asked) == 8
    assert links(Counsel(nothing, 0.9999, 0.99999, 500)).asked == len(nothing.asked) == 0
    assert links(Counsel(Says(0.5), 0.0, 1.0, 3)).asked == 3


def test_the_question_holds_both_texts() -> None:
    adviser = Says(0.5)
    links(Counsel(adviser, 0.0, 1.0, 500))
    asked = {(q.local, q.upper_title): q for q in adviser.asked}
    question = asked["新建农村供水工程60处", TITLES[0]]
    assert question.upper_measures[0] == "新建农村供水工程"
    assert set(question.upper_measures) == set(WORDS[0])


def test_yes_adds_links_and_no_takes_them() -> None:
    alone = pairs(links(None))
    assert ("p.1#1", "n.1") in alone
    assert pairs(links(Counsel(Says(0.5), 0.0, 1.0, 500))) == alone
    assert pairs(links(Counsel(Says(1.0), 0.0, 1.0, 500))) > alone
    assert pairs(links(Counsel(Says(0.0), 0.0, 1.0, 500))) < alone


def test_the_opinion_is_a_share_and_its_reason_the_note() -> None:
    found = links(Counsel(Says(0.9), 0.0, 1.0, 500)).measures
    assert {d.shares[ADVISER] for d in found} == {2.197}
    assert {d.advice for d in found} == {"因为如此"}
    assert all(ADVISER not in d.shares and d.advice == "" for d in links(None).measures)


def test_an_adviser_that_fails_decides_nothing() -> None:
    class Fails(Says):
        def ask(self, questions: Sequence[Question], *, progress: Progress | None = None) -> list[Opinion]:
            raise EncoderError(f"down at question 1 of {len(questions)}, {progress}")

    with pytest.raises(EncoderError):
        links(Counsel(Fails(0.5), 0.0, 1.0, 500))
