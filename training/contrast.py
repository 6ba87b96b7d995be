"""The contrastive step: vectors of pieces trained so that texts that belong together are nearer than others.

A sentence-transformers StaticEmbedding (the mean of a text's pieces) under MultipleNegativesRankingLoss (Henderson et
al. 2017): of a batch of pairs, each left text is to find its right one.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer

from embeddings.search import Dense
from training.corpus import Pairs

LOG: Final = logging.getLogger(__name__)
EVERY: Final = 50
_WARM_UP: Final = 50
_LAST_RATE: Final = 0.1


def trained(
    tokenizer: Tokenizer, vectors: Dense, pairs: Pairs, score: Callable[[Dense], float], *,
    steps: int, batch: int, rate: float, patience: int = 3,
) -> tuple[Dense, float]:  # fmt: skip
    """The best vectors by ``score``, looked at every :data:`EVERY` steps, and their score.

    Ends after ``steps``, or once ``patience`` looks in a row brought nothing better.
    """
    torch.manual_seed(0)
    module = StaticEmbedding(tokenizer, embedding_weights=vectors.copy())
    loss = MultipleNegativesRankingLoss(SentenceTransformer(modules=[module], device="cpu"))
    optimiser = torch.optim.Adam(module.parameters(), lr=rate)
    best, best_score, waited = vectors, score(vectors), 0
    LOG.info("step 0: development %.4f", best_score)
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, step / _WARM_UP) * (1 - (1 - _LAST_RATE) * step / steps)
        left, right = pairs.draw(batch)
        value = loss([_features(left), _features(right)], None)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        if step % EVERY == 0:
            now = module.embedding.weight.detach().numpy().copy()
            found = score(now)
            LOG.info("step %d: loss %.3f, development %.4f", step, value.item(), found)
            waited = 0 if found > best_score else waited + 1
            if found > best_score:
                best, best_score = now, found
            if waited == patience:
                break
    return best, best_score


def _features(texts: Sequence[NDArray[np.int32]]) -> dict[str, torch.Tensor]:
    offsets = np.cumsum([0, *(len(text) for text in texts[:-1])])
    return {
        "input_ids": torch.from_numpy(np.concatenate(texts).astype(np.int64)),
        "offsets": torch.from_numpy(offsets.astype(np.int64)),
    }
