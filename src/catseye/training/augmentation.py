"""The options of a recipe that vary the training pictures."""

from __future__ import annotations

from catseye.training.defaults import LARGEST_SHIFT
from catseye.training.options import Limits, option

FLIP: bool = option(
    False,
    "Mirror half of the training pictures left to right.",
    advice="few pictures, unless left and right matter (digits, letters)",
)
SHIFT: int = option(
    0,
    "Shift training pictures at random by up to this many pixels along each axis.",
    metavar="PIXELS",
    limits=Limits(0, LARGEST_SHIFT),
    advice="few pictures",
)
RANDOM_CROP: float = option(
    0.0,
    "Train on random parts of the pictures, enlarged, of at least this share of their area; 0: on whole pictures.",
    metavar="SHARE",
    limits=Limits(0, 1),
    details="The random resized crop of Szegedy et al. 2015 (arXiv:1409.4842), torchvision's `scale=(SHARE, 1)` and "
    "`ratio=(3/4, 4/3)`, of the picture in the network's size.",
    advice="few pictures in which things differ in size and place",
)
COLOUR_JITTER: float = option(
    0.0,
    "Multiply brightness, contrast and saturation of training pictures by random factors within 1 ± this; 0: off.",
    metavar="STRENGTH",
    limits=Limits(0, 1),
    details="As torchvision's `ColorJitter` with the same strength for all three, and no change of hue.",
    advice="photographs in changing light, unless colours tell the classes apart",
)
MIXUP: float = option(
    0.0,
    "Mix training pictures in pairs, with shares drawn from a beta distribution with this alpha; 0: off.",
    metavar="ALPHA",
    limits=Limits(0, 100),
    details="Mixup (Zhang et al. 2018, arXiv:1710.09412): the loss is that of both classes, in the same shares. With "
    "every loss, with label smoothing, and with a loss of your own.",
    advice="many epochs on few pictures; 0.2",
)
CUTMIX: float = option(
    0.0,
    "Replace a rectangle of each training picture by that of another, with shares as in mixup; 0: off.",
    metavar="ALPHA",
    limits=Limits(0, 100),
    details="CutMix (Yun et al. 2019, arXiv:1905.04899). With `--mixup`, each batch takes one of the two at random.",
    advice="as mixup; 1",
)
