"""The convolutional networks of the lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

    from catseye.networks.lessons.stack import Stack


def convnet(stack: Stack, classes: int) -> nn.Sequential:
    """Three convolutions with pooling between them; 104,202 parameters for 28×28×1 and ten classes."""
    stack.conv(32, pool=True).conv(64, pool=True).conv(128)
    return stack.flatten().dense(classes, relu=False).network()


def convnet_without_pooling(stack: Stack, classes: int) -> nn.Sequential:
    """The same without pooling: small receptive fields, 712,202 parameters, and so it overfits."""
    stack.conv(32).conv(64).conv(128)
    return stack.flatten().dense(classes, relu=False).network()


def fashion_convnet(stack: Stack, classes: int) -> nn.Sequential:
    """Two padded convolutions with pooling and a hidden dense layer; 421,642 parameters for 28×28×1, ten classes."""
    stack.conv(32, padding="same", pool=True).conv(64, padding="same", pool=True)
    return stack.flatten().dense(128).dense(classes, relu=False).network()
