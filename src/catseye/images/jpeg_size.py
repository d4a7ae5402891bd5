"""How large a JPEG file is decoded: no larger than is needed, and than memory allows."""

from __future__ import annotations

# Of 89 million pixels, 256 MB as RGB, any decoder could ask for much more memory on the way; JPEG's can skip them.
LARGEST_PIXELS = 89_478_485
LARGEST_JPEG_PIXELS = 4 * LARGEST_PIXELS  # cameras of telephones make up to 200 million
_SCALES = (8, 4, 2, 1)  # by which a decoder can divide a size


def jpeg_scale(width: int, height: int, at_least: int, most_pixels: int = LARGEST_PIXELS) -> int:
    """Return by how much to divide the size of a JPEG: 1, 2, 4 or 8.

    Parameters
    ----------
    width, height
        In pixels, as stored.
    at_least
        If positive, both sides keep this many pixels if they have them.
    most_pixels
        More than these are never decoded.
    """
    wanted = next(scale for scale in _SCALES if scale == 1 or (at_least and min(height, width) >= at_least * scale))
    return next(scale for scale in sorted(_SCALES) if scale >= wanted and width * height <= most_pixels * scale**2)
