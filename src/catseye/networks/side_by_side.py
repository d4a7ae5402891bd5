"""Two pretrained backbones as one, without loading PyTorch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from catseye.networks.names import PAIR
from catseye.networks.pretrained import Pretrained, build_network, digest, summarise_network

_HEAD = "classifier"


def join_backbones(first: Pretrained, second: Pretrained) -> Pretrained:
    """Return two backbones side by side, with the preprocess of the one that takes larger pictures.

    Networks for smaller pictures gain by larger ones rather than lose (Touvron et al. 2019, arXiv:1906.06423). The
    head for ImageNet's classes returns the mean of both backbones' logits.
    """
    larger = max((first, second), key=lambda found: found.preprocess.height)
    preprocess = replace(larger.preprocess, value_range=first.preprocess.value_range)
    parts = replace(first, preprocess=preprocess), replace(second, preprocess=preprocess)
    arrays = {
        f"maps.{place}.{name}": values
        for place, part in zip(("first", "second"), parts, strict=True)
        for name, values in part.arrays.items()
        if not name.startswith(f"{part.head_name}.")
    }
    weight, bias = ([part.arrays[f"{part.head_name}.{kind}"] / 2 for part in parts] for kind in ("weight", "bias"))
    arrays |= {f"{_HEAD}.weight": np.concatenate(weight, axis=1), f"{_HEAD}.bias": np.add(*bias)}
    name = f"{first.name}{PAIR}{second.name}"
    load = cache(lambda: build_network(name, arrays, preprocess, _HEAD))
    shared = sum(part.classes for part in parts) - first.classes  # biases of the two heads that one replaces
    return Pretrained(
        name=name,
        preprocess=preprocess,
        origin=f"{first.origin}; {second.origin}",
        digest=digest(arrays),
        arrays=arrays,
        head_name=_HEAD,
        parameters=first.parameters + second.parameters - shared,
        load=load,
        summarise=cache(lambda: summarise_network(name, load(), preprocess)),
        parts=parts,
    )
