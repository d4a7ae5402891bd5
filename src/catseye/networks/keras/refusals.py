"""What to do about Keras's layers that a network's text has no words for."""

from __future__ import annotations

_CHAIN = "joins several paths; only models whose layers follow one another can be read"
_RESCALE = "is arithmetic; use a Rescaling layer for what is done to the pictures"
_REMEDIES = {
    "Lambda": "holds code, which is never run; build the model with Keras's own layers, such as Rescaling",
    "PReLU": "learns its slopes, which no text has; use ReLU or LeakyReLU",
    "Conv2DTranspose": "has no words in a text; use UpSampling2D and Conv2D",
    "Permute": "has no words in a text; give the model pictures in the order height, width, channels",
    "GroupNormalization": "has no words in a text; use BatchNormalization or LayerNormalization",
    "UnitNormalization": "has no words in a text; use BatchNormalization or LayerNormalization",
    "SpectralNormalization": "acts in training only; save the layer that it wraps",
    "TimeDistributed": "has no words in a text; use the layer that it wraps, which does the same for maps",
    "TFSMLayer": "holds a program of TensorFlow's, which is never run; save the Keras model itself",
    **dict.fromkeys(("TrueDivide", "Divide", "Multiply", "Subtract", "GetItem", "Cast"), _RESCALE),
    **dict.fromkeys(("Add", "Concatenate", "Average", "Maximum", "Minimum", "Dot"), _CHAIN),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional", "Conv1D", "Embedding"), "is not for pictures"),
    **dict.fromkeys(("MultiHeadAttention", "Attention", "AdditiveAttention"), "attends, which no text says"),
}


def refusal(kind: str) -> str:
    """Return what is said behind the name of a layer that cannot be read."""
    return _REMEDIES.get(
        kind, "has no words in a network's text; leave it out or replace it (docs/weights.md lists what is read)"
    )
