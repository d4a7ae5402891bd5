"""What the shell completes when Tab is pressed: names, known without loading PyTorch, and the runs that lie here."""

from __future__ import annotations

from pathlib import Path

LESSONS = ("dense", "convnet", "convnet_without_pooling", "fashion_convnet")
BACKBONES = (
    *(f"efficientnet_lite{number}" for number in range(5)),
    "mobilenet_v2",
    *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152)),
    *(f"vgg{depth}{kind}" for depth in (11, 13, 16, 19) for kind in ("", "_bn")),
)
DATA_SETS = ("digits", "mnist", "fashion_mnist", "kmnist", "cats_vs_dogs", "oxford_iiit_pet")
_CLASSIFIER = "classifier.safetensors"


def complete_data(incomplete: str) -> list[str]:
    """Return the data sets whose names begin so; where there is none, the shell offers files."""
    return [name for name in DATA_SETS if name.startswith(incomplete)]


def complete_backbone(incomplete: str) -> list[str]:
    """Return the backbones whose names begin so."""
    return [name for name in BACKBONES if name.startswith(incomplete)]


def complete_classifier(incomplete: str) -> list[str]:
    """Return the runs here and in ``runs``, and backbones."""
    return [name for name in (*_runs(), *BACKBONES) if name.startswith(incomplete)]


def complete_network(incomplete: str) -> list[str]:
    """Return small networks, and what is a classifier."""
    return [name for name in (*LESSONS, *_runs(), *BACKBONES) if name.startswith(incomplete)]


def _runs() -> list[str]:
    return sorted(str(file.parent) for pattern in ("*", "runs/*") for file in Path().glob(f"{pattern}/{_CLASSIFIER}"))
