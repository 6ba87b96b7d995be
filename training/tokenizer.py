"""The tokenizer: a Unigram model (Kudo 2018) over runs of Chinese characters and of Latin letters.

Figures, masks, dates and punctuation are left out, as in :mod:`embeddings.char_ngrams`: they tell how much and when,
not what. Pieces are short, so that 城镇老旧小区 and 老旧小区 share what they share.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Lowercase, Replace
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.trainers import UnigramTrainer

PAD: Final = "[PAD]"
UNKNOWN: Final = "[UNK]"
SPECIALS: Final = (PAD, UNKNOWN)
LONGEST_PIECE: Final = 4
SAMPLE: Final = 4_000_000
"""Characters that the pieces are learned from; more changes little and takes long."""

_NUMBER: Final = "[0-9０-９xX*×]{1,4}"
DATES: Final = (
    rf"(?:(?:{_NUMBER}|[今明本])年(?:{_NUMBER}月(?:{_NUMBER}日)?)?|{_NUMBER}月(?:{_NUMBER}日)?)(?:[底末初中])?(?:以?前)?|"
    "年[底末](?:以?前)?|全年|年内|[上下]半年"
)
MASKS: Final = r"(?<![A-Za-z])[xX]+(?![A-Za-z])"
OTHERS: Final = r"[^\x{4e00}-\x{9fff}A-Za-z]+"


def train(documents: Sequence[Sequence[str]], size: int) -> Tokenizer:
    """A tokenizer of ``size`` pieces, learned from a random part of ``documents``."""
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = Normalizers(
        [Replace(Regex(DATES), " "), Replace(Regex(MASKS), " "), Replace(Regex(OTHERS), " "), Lowercase()]
    )
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = UnigramTrainer(
        vocab_size=size, special_tokens=list(SPECIALS), unk_token=UNKNOWN, max_piece_length=LONGEST_PIECE,
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(_sample(documents), trainer)
    return tokenizer


def _sample(documents: Sequence[Sequence[str]]) -> Iterator[str]:
    order = list(range(len(documents)))
    random.Random(1).shuffle(order)
    seen = 0
    for index in order:
        for paragraph in documents[index]:
            yield paragraph
            seen += len(paragraph)
        if seen > SAMPLE:
            return
