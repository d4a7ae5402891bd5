"""Pictures as the bytes of a file, and as text that a page can hold."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


def encode_png(image: Image.Image) -> bytes:
    """Return an 8-bit image as the bytes of a PNG file, without loss."""
    return _encode(image, "PNG")


def encode_jpeg(image: Image.Image, quality: int = 75) -> bytes:
    """Return an 8-bit image as the bytes of a JPEG file; ``quality`` is Pillow's, 1 to 95."""
    return _encode(image, "JPEG", quality=quality)


def data_uri(content: bytes, kind: str) -> str:
    """Return the bytes of a ``"png"`` or ``"jpeg"`` file as a data URI."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _encode(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
