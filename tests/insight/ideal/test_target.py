"""Channels that can be targets, and those that cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catseye.classifier.classifier import Classifier
from catseye.errors import UsageError
from catseye.insight.ideal.target import channel_target

if TYPE_CHECKING:
    pass


@pytest.fixture(scope="module")
def lite() -> Classifier:
    return Classifier.pretrained("efficientnet_lite0")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stage4", "LAYER:NUMBER"),
        ("stage4:x", "LAYER:NUMBER"),
        ("stgae4:7", "did you mean stage4"),
        ("stage4:80", "80 channels, 0 to 79; got 80"),
    ],
)
def test_channels_that_do_not_exist_are_refused(lite: Classifier, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        channel_target(lite, text)
