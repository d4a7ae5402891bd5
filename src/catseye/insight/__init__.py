"""Insight: what a network sees, how it is fooled, and why it answers as it does, one room per topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.insight.convolution.worked_example import WorkedExample
    from catseye.insight.equivariance.equivariance import Equivariance
    from catseye.insight.explanation.explanation import Explanation
    from catseye.insight.hierarchy.hierarchy import Hierarchy
    from catseye.insight.ideal.ideals import Ideals, find_ideals
    from catseye.insight.integral.integral import SlidingIntegral
    from catseye.insight.maps.maps import FeatureMaps, compute_feature_maps
    from catseye.insight.maps.receptive_field import ReceptiveFields, measure_receptive_fields
    from catseye.insight.maps.top_pictures import TopPictures, find_top_pictures
    from catseye.insight.robustness.fool import AdversarialExample, create_adversarial_example
    from catseye.insight.robustness.robustness import Robustness, measure_robustness

__all__ = [
    "AdversarialExample",
    "Equivariance",
    "Explanation",
    "FeatureMaps",
    "Hierarchy",
    "Ideals",
    "ReceptiveFields",
    "Robustness",
    "SlidingIntegral",
    "TopPictures",
    "WorkedExample",
    "compute_feature_maps",
    "create_adversarial_example",
    "find_ideals",
    "find_top_pictures",
    "measure_receptive_fields",
    "measure_robustness",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "AdversarialExample": "catseye.insight.robustness.fool",
        "Equivariance": "catseye.insight.equivariance.equivariance",
        "Explanation": "catseye.insight.explanation.explanation",
        "FeatureMaps": "catseye.insight.maps.maps",
        "Hierarchy": "catseye.insight.hierarchy.hierarchy",
        "Ideals": "catseye.insight.ideal.ideals",
        "ReceptiveFields": "catseye.insight.maps.receptive_field",
        "Robustness": "catseye.insight.robustness.robustness",
        "SlidingIntegral": "catseye.insight.integral.integral",
        "TopPictures": "catseye.insight.maps.top_pictures",
        "WorkedExample": "catseye.insight.convolution.worked_example",
        "compute_feature_maps": "catseye.insight.maps.maps",
        "create_adversarial_example": "catseye.insight.robustness.fool",
        "find_ideals": "catseye.insight.ideal.ideals",
        "find_top_pictures": "catseye.insight.maps.top_pictures",
        "measure_receptive_fields": "catseye.insight.maps.receptive_field",
        "measure_robustness": "catseye.insight.robustness.robustness",
    },
)
