"""sentence-transformers on the weights that script/setup installed. Never asks the hub."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

ROOT = Path(__file__).resolve().parent.parent.parent
WEIGHTS = ROOT / "models" / "base" / "all-MiniLM-L6-v2"
# The model's own limit (sentence_bert_config.json); Herald cuts at the same place.
MAX_TOKENS = 256


def load(dtype="float32"):
    """The model as its authors put it together: transformer, mean over tokens, length 1."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    transformer = Transformer(str(WEIGHTS), max_seq_length=MAX_TOKENS, model_kwargs={"dtype": getattr(torch, dtype)})
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")


def versions():
    """What decided the figures."""
    import platform
    from importlib.metadata import version

    packages = ("sentence-transformers", "transformers", "tokenizers", "torch")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
