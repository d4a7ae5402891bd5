"""Figures for steps of a lesson: convolution as an integral, equivariance, the hierarchy of features."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import read_pair, received, with_checked_arguments
from catseye.datasets import open_dataset
from catseye.errors import UsageError, with_short_traceback
from catseye.insight.equivariance.detectors import compare_by_channel, compare_by_kernel
from catseye.insight.hierarchy.build import Wanted, build_hierarchy
from catseye.insight.integral.functions import read_function
from catseye.insight.integral.integral import AUTOCORRELATION, CONVOLUTION, SlidingIntegral
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.datasets.loading import DataSource
    from catseye.images.inputs import Picture
    from catseye.insight.equivariance.equivariance import Equivariance, Shift
    from catseye.insight.hierarchy.hierarchy import Hierarchy
    from catseye.verbs.sources import ClassifierSource

_SLIDES = "ramp"  # unless told: a function that is not its own mirror image, so that flipping it is seen
_KERNEL = "sobel_x"


@with_short_traceback
@with_checked_arguments
def convolve_functions(f: Any = "box", g: Any = None, *, kind: str = CONVOLUTION) -> SlidingIntegral:
    """Show convolution as an integral: one function slides over another, and the area of their product is the result.

    ``save(path)`` writes a figure or, as .gif, a film of the sliding.

    Parameters
    ----------
    f, g
        ``"box"``, ``"triangle"``, ``"gaussian"``, ``"ramp"``, ``"exponential"`` or ``"step"``; one of these with how
        many times as wide it should be, ``"gaussian:0.5"``; or at most 512 numbers as text, in a list, in an array (N,)
        or in a .csv or .txt file, each of which holds for the unit around its whole number. By default ``g`` is
        ``"ramp"``.
    kind
        ``"convolution"``, ∫ f(z) g(x−z) dz; ``"cross-correlation"``, ∫ f(z) g(z−x) dz; or ``"autocorrelation"``, the
        cross-correlation of f with itself, which takes no ``g``.

    Raises
    ------
    UsageError
        There is no such function or kind, or the integral is infinite.

    Examples
    --------
    >>> import catseye
    >>> catseye.convolve_functions("box", "box").at(0.25)
    0.75
    >>> catseye.convolve_functions([1, 2], [3, 4]).at(1)  # 1·4 + 2·3, the discrete convolution
    10.0
    """
    kind = kind.strip().lower().replace("_", "-").replace(" ", "-")
    if kind == AUTOCORRELATION and g is not None:
        raise UsageError("the autocorrelation is of one function: leave out g.")
    first = read_function(f)
    second = first if kind == AUTOCORRELATION else read_function(_SLIDES if g is None else g)
    return SlidingIntegral(first, second, kind)


@with_short_traceback
@with_checked_arguments
def equivariance(
    picture: Picture,
    *,
    classifier: ClassifierSource | None = None,
    layer: str | None = None,
    channel: int | None = None,
    kernel: Any = None,
    shift: Shift | str | None = None,
    pool: int = 2,
) -> Equivariance:
    """Show that moving an object moves its feature map, and how pooling changes that.

    Parameters
    ----------
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`. What comes in at the edge when
        it moves has the median colour of its edge.
    classifier
        A classifier, a run, the path of either, or a backbone's name. Without one, a kernel is applied to the grey
        picture, shrunk to at most 256 pixels per side.
    layer, channel
        Of the classifier: by default the first layer behind an activation, and its channel with the most contrast.
    kernel
        Instead of a classifier: a kernel as for :func:`catseye.convolve`, by default ``"sobel_x"``.
    shift
        Pixels down and right, negative for up and left, also as text such as ``"3x2"``; by default about a ninth of
        the side, a whole number of the steps of the map and, unless these are too long, of the pooled map.
    pool
        Side of the max pooling that follows, at least 2.

    Raises
    ------
    UsageError
        There is no such classifier, layer, channel or kernel, options do not go together, or a number is out of range.
    PictureError
        The picture cannot be used.

    Examples
    --------
    With a picture of a handwritten digit:

    >>> import catseye
    >>> found = catseye.equivariance("digit.png", shift=(1, 1))
    >>> found.map.largest_inside, found.map.whole, found.pooled.whole
    (0.0, True, False)
    """
    moved = _read_shift(shift)
    if classifier is None:
        if layer is not None or channel is not None:
            raise UsageError("layer and channel are those of a classifier: name one.")
        return compare_by_kernel(picture, _KERNEL if kernel is None else kernel, moved, pool)
    if kernel is not None:
        raise UsageError("either a classifier or a kernel makes the map; got both.")
    opened, name = open_classifier(classifier)
    return compare_by_channel(opened, name, picture, layer, channel, moved, pool)


@with_short_traceback
@with_checked_arguments
def hierarchy(
    classifier: ClassifierSource,
    data: DataSource,
    *,
    class_name: str | int | None = None,
    split: str = "test",
    levels: int = 4,
    channels: int = 3,
    count: int = 3,
    steps: int | None = None,
    seed: int = 0,
    label: str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
) -> Hierarchy:
    """Show in one figure what layers from first to last look for, up to a class: edges, textures, parts, cat.

    Each row is a layer with the channels that contribute most to the class, each with its ideal picture and the patches
    of pictures that activate it most.

    Parameters
    ----------
    classifier
        A classifier, a run, the path of either, or a backbone's name.
    data, split
        A data set, as for :func:`catseye.train`; and which of its pictures to search: 400 at most, evenly spread.
    class_name
        A class of the classifier, by name or number; by default the one with the largest mean probability over the
        pictures. The command's option is ``--class``, which Python reserves.
    levels, channels, count
        Number of layers, spread over the depth, at most 6; of channels in each, at most 4; and of patches, at most 6.
    steps
        Steps of gradient ascent to a channel's ideal picture; by default 48.
    seed
        Random seed of the ideal pictures.
    label, strict, archives, data_dir
        As for :func:`catseye.load`, if ``data`` is not loaded yet.

    Raises
    ------
    UsageError
        There is no such classifier, class or data set, the network has no convolution, or a number is out of range.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> found = catseye.hierarchy("my-run", "digits", class_name=3, channels=1, count=1, steps=1)
    >>> [len(level.examples) for level in found.levels]
    [1, 1]
    """
    wanted = Wanted(levels, channels, count, steps, seed)
    wanted.check()
    opened, name = open_classifier(classifier)
    if class_name is not None:
        opened.class_index(class_name)  # says if there is none, before data are prepared
    dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
    called = str(data) if isinstance(data, str | Path) else dataset.info.name
    found = build_hierarchy(opened, name, dataset[split], f"{called}, {split}", class_name, wanted)
    return replace(found, notes=dataset.notes, left_out=dataset.left_out)


def _read_shift(value: object) -> Shift | None:
    """Return pixels down and right; one number is both."""
    if value is None:
        return None
    pair = read_pair("shift", value.replace(",", "x").replace(" ", "") if isinstance(value, str) else value)
    both = (pair, pair) if isinstance(pair, int) else pair
    if not isinstance(both, tuple | list) or len(both) != 2 or not all(type(one) is int for one in both):
        raise UsageError(f"shift is two whole numbers of pixels, down and right, e.g. (3, 2); got {received(value)}.")
    return both[0], both[1]
