"""How fast each part of a network learns."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.names import BACKBONES
from catseye.networks.registry import backbone
from catseye.training.choices import OPTIMIZERS, Optimizer
from catseye.training.optimizer import build_optimizers
from catseye.training.recipe import Recipe
from tests.training.backbones import Tiny


def test_without_decay_all_parameters_are_one_group_in_their_own_order() -> None:
    network = Tiny(classes=2)
    ((group,),) = (rule.param_groups for rule in build_optimizers(network, Recipe(optimizer="adamw")))
    assert [id(weight) for weight in group["params"]] == [id(weight) for weight in network.parameters()]
    assert group["share"] == 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_stage_learns_at_its_share_of_the_next_ones_rate(name: Optimizer) -> None:
    network = Tiny(classes=2)
    rules = build_optimizers(network, Recipe(optimizer=name, layer_decay=0.5))
    shares = {id(weight): group["share"] for rule in rules for group in rule.param_groups for weight in group["params"]}
    parts = [network.stage1, network.stage2, network.between, network.head]
    for share, part in zip([0.125, 0.25, 0.5, 1], parts, strict=True):
        assert {shares.pop(id(weight)) for weight in part.parameters()} == {share}
    assert not shares


@pytest.mark.parametrize("name", BACKBONES)
def test_every_parameter_of_every_backbone_is_in_one_group_and_the_head_in_the_last(name: str) -> None:
    with torch.device("meta"):
        network = backbone(name, (32, 32, 3), 5)
    (rule,) = build_optimizers(network, Recipe(optimizer="sgd", layer_decay=0.9))
    groups = rule.param_groups
    grouped = [id(weight) for group in groups for weight in group["params"]]
    assert sorted(grouped) == sorted(id(weight) for weight in network.parameters())
    assert [id(weight) for weight in groups[-1]["params"]] == [id(weight) for weight in network.head.parameters()]
    assert len(groups) > len(network.stages())


def test_a_network_without_stages_has_one_rate() -> None:
    network = build("fashion_convnet", (8, 8, 1), 2)
    assert not isinstance(network, Backbone)
    assert isinstance(network, nn.Module)
    with pytest.raises(UsageError, match="layer_decay needs a backbone"):
        build_optimizers(network, Recipe(layer_decay=0.9))
