"""From texts to vectors to links.

Read :mod:`embeddings.encoder` first (what an encoder is and which there are), then :mod:`embeddings.features` (what
is compared), :mod:`embeddings.scoring` (how that becomes probabilities), :mod:`embeddings.linker` (how links are
decided) and :mod:`embeddings.link` (how a plan in the store is linked to the plans above it).
"""

from embeddings.encoder import Encoder, Vectors, open_encoder
from embeddings.scoring import Scoring

__all__ = ["Encoder", "Scoring", "Vectors", "open_encoder"]
