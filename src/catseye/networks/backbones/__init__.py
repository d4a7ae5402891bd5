"""Backbones: networks pretrained on ImageNet, as stages with names."""
