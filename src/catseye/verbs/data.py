"""Data sets described, drawn and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.datasets.loading import describe, open_dataset
from catseye.datasets.picture_grid import make_grid
from catseye.errors import with_short_traceback

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats
    from catseye.datasets import Info, Pictures
    from catseye.datasets.loading import DataSource
    from catseye.datasets.picture_grid import PictureGrid
    from catseye.quality import Checkup


@with_short_traceback
@with_checked_arguments
def info(data: DataSource, *, strict: bool = False, data_dir: str | Path | None = None) -> Info:
    """Describe a data set: one from the catalogue without downloading it, or your own by reading it.

    Parameters
    ----------
    data
        A name, folder or archive, as for :func:`catseye.load`; a data set or split that it returned; or arrays
        ``(images, labels)``.
    strict
        Make a broken picture an error instead of leaving it out.
    data_dir
        As for :func:`catseye.load`.

    Raises
    ------
    UsageError
        Nothing has that name or version.
    CatseyeError
        It cannot be read.

    Examples
    --------
    >>> import catseye
    >>> catseye.info("fashion_mnist").features["label"].names[:2]
    ('T-shirt/top', 'Trouser')
    """
    if isinstance(data, str | Path):
        return describe(data, data_dir=data_dir, strict=strict)
    return open_dataset(data, whole=True).info


@with_short_traceback
@with_checked_arguments
def show(
    data: DataSource,
    *,
    split: str = "train",
    count: int = 40,
    seed: int = 0,
    label: str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
) -> PictureGrid:
    """Show a grid of pictures with the names of their classes, taking the classes in turn; of a slice, in its order.

    Parameters
    ----------
    data
        A name, folder or archive, as for :func:`catseye.load`; a data set or split that it returned; or arrays
        ``(images, labels)``.
    split
        ``"train"``, ``"test"``, ``"train[:80%]"``, ….
    count
        Number of pictures, 1 to 400; or all if there are fewer.
    seed
        Random seed for choosing the pictures.
    label, strict, archives, data_dir
        As for :func:`catseye.load`.

    Raises
    ------
    UsageError
        Nothing has that name, split or label, or the count is out of range.
    CatseyeError
        The data cannot be obtained, or a picture cannot be read.

    Examples
    --------
    >>> import catseye
    >>> grid = catseye.show("digits", split="test", count=12)
    >>> grid
    PictureGrid(digits, test: 12 of 359 pictures)
    >>> grid.save("grid.png")
    PosixPath('grid.png')
    """
    dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label, whole=True)
    return make_grid(dataset, split, count=count, seed=seed)


@with_short_traceback
@with_checked_arguments
def check(
    data: DataSource,
    *,
    labels: bool = False,
    backbone: str = "efficientnet_lite0",
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
) -> Checkup:
    """Find duplicates across splits and classes, broken and unusual pictures, and unbalanced classes.

    Nothing is changed. ``save("check.html")`` writes a page with thumbnails.

    Parameters
    ----------
    data
        A name, folder or archive, as for :func:`catseye.load`; a data set or split that it returned; or arrays
        ``(images, labels)``.
    labels
        Also look for wrong labels, using a pretrained backbone; slower.
    backbone
        Name of that backbone.
    archives, data_dir
        As for :func:`catseye.load`.

    Raises
    ------
    UsageError
        Nothing has that name, or there is no such backbone.
    CatseyeError
        The data or the backbone's weights cannot be obtained.

    Examples
    --------
    With a folder of pictures, ``photos/circle/1.png``, ``photos/square/1.png`` and so on:

    >>> import catseye
    >>> catseye.check("photos")
    Checkup(photos, 180 pictures: the same picture in several splits ×1, near duplicates ×3)
    """
    from catseye.quality.checkup import check_dataset

    dataset = open_dataset(data, data_dir=data_dir, archives=archives, whole=True)
    return check_dataset(dataset, judge=_make_judge(backbone, data_dir) if labels else None)


def _make_judge(backbone: str, data_dir: str | Path | None) -> Callable[[Pictures], Floats]:
    from catseye.networks.pretrained_weights import pretrained
    from catseye.system.home import home_folder
    from catseye.transfer_learning.cross_validation import cross_validate

    home = home_folder(data_dir)
    found = pretrained(backbone, None, home)
    return lambda pictures: cross_validate(found, pictures, home)
