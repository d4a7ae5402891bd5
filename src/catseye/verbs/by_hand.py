"""What a learner follows number by number: pooling, and the tensors of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.arguments import read_pair, with_checked_arguments
from catseye.errors import with_short_traceback
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import input_name, read_input
from catseye.insight.tensors.picture_tensors import PictureTensors
from catseye.insight.tensors.placement import choose_place, choose_zoom, read_place
from catseye.insight.tensors.reading import form_batch, read_pictures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catseye.images.inputs import Picture
    from catseye.networks.windows import Padding, Pair

_PADDINGS = ("valid", "same")


@with_short_traceback
@with_checked_arguments
def pool(
    source: Any = "drawing",
    *,
    kind: str = "max",
    size: int | Pair | str = 2,
    stride: int | Pair | str | None = None,
    padding: Padding | tuple[Padding, Padding] | str = "valid",
    colour: bool = False,
    steps: int | None = None,
) -> PooledExample:
    """Pool a picture or a matrix, show every step, and compare max and average pooling and sampling by stride.

    Parameters
    ----------
    source
        What :func:`catseye.convolve` takes: ``"drawing"``, a picture, a matrix, or the path of one.
    kind
        ``"max"``, ``"average"``, or ``"stride"``: every so many values, as a convolution with a stride keeps them.
    size
        The window: a number, two (down and across), also as text such as ``"2x1"``, or ``"global"``: the whole input.
    stride
        Step of the window; by default its size.
    padding
        By how much windows may extend beyond the edge, on each side: a number, ``"valid"``, ``"same"``, or two of
        these. What lies outside is not counted.
    colour
        Pool red, green and blue separately, as a layer does, instead of converting to grey.
    steps
        Largest number of steps to show, evenly spaced.

    Raises
    ------
    UsageError
        The input or a number is invalid, or the window does not fit into the input.
    PictureError
        The picture cannot be used.

    Examples
    --------
    >>> import catseye
    >>> catseye.pool([[1, 5, 0, 2], [2, 3, 1, 1]]).output
    array([[5., 2.]])
    """
    values = read_input(source, colour=colour)
    whole = values.shape[-2], values.shape[-1]
    window = whole if isinstance(size, str) and size == "global" else read_pair("size", size, ("global",))
    step = None if stride is None else read_pair("stride", stride)
    pooling = Pooling(kind, window, step, read_pair("padding", padding, _PADDINGS))
    return PooledExample(input_name(source), values, pooling, steps)


@with_short_traceback
@with_checked_arguments
def tensors(
    pictures: Picture | Iterable[Picture],
    *,
    at: tuple[int, int] | str | None = None,
    zoom: int | None = None,
) -> PictureTensors:
    """Show what arrays a picture is made of: scalar, vector, matrix, volume and batch, down to the numbers.

    Parameters
    ----------
    pictures
        A picture, or several that form a batch: paths, Pillow images or arrays. A single one becomes a batch of four
        versions of itself; of several, those of another size are cropped and resized to the first one's.
    at
        Row and column of the pixel that is followed, from 0, as two numbers or as text such as ``"12,30"``; by default
        in the middle of the region with the most contrast.
    zoom
        Rows and columns whose numbers are shown, 1 to 16; by default 8 of a grey picture and 6 of a colour picture.

    Raises
    ------
    UsageError
        There is no such pixel, or a number is out of range.
    PictureError
        A picture cannot be used.

    Examples
    --------
    >>> import catseye, numpy
    >>> picture = catseye.tensors(numpy.array([[0, 255], [137, 9]], "uint8"), at=(1, 0))
    >>> picture.scalar.item(), picture.vector.shape, picture.volume.shape, picture.batch.shape
    (137, (2,), (2, 2, 1), (4, 2, 2, 1))
    """
    names, images, notes = read_pictures(pictures)
    batch, batched = form_batch(names, images)
    place = read_place(at, batch[0])
    side = choose_zoom(zoom, batch[0].shape[2])
    return PictureTensors(names[0], batch, place or choose_place(batch[0], side), side, batched, tuple(notes))
