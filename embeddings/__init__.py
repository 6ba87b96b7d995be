"""From texts to vectors to links.

Read :mod:`embeddings.encoder` first (what an encoder is and which there are), then :mod:`embeddings.linker` (how
links are decided) and :mod:`embeddings.link` (how a plan in the store is linked to the plans above it).
"""

from embeddings.encoder import Encoder, Thresholds, Vectors, open_encoder
from embeddings.link import LinkResult, link_plan, upper_plans

__all__ = ["Encoder", "LinkResult", "Thresholds", "Vectors", "link_plan", "open_encoder", "upper_plans"]
