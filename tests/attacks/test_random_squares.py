"""Random search stays within epsilon and succeeds without a gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.projected_gradient_descent import margins
from catseye.attacks.random_squares import random_search

if TYPE_CHECKING:
    pass


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_random_search_stays_within_epsilon_and_fools_without_a_gradient(digits: Any) -> None:
    classifier, pictures, labels = digits
    model = differentiable_model(classifier.network, classifier.preprocess)
    with torch.no_grad():
        found = random_search(model, pictures, labels, 0.3, 100, generator())
        noise = (pictures + 76.5 * (2.0 * torch.randint(2, pictures.shape, generator=generator()) - 1)).clamp(0, 255)
        fooled, by_noise = ((margins(model(tried), labels) > 0).sum() for tried in (found, noise))
    assert (found - pictures).abs().max() <= 76.5 + 1e-3
    assert fooled > by_noise
