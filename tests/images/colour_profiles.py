"""ICC profiles made from the numbers that define their colour spaces."""

from __future__ import annotations

import struct

# Colorants of red, green and blue as X, Y and Z of the D50 white point, a row each, and the exponent of the curve.
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)), 2.19921875
SRGB_COLORANTS = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)
_D50 = 0.9642, 1.0, 0.8249


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _curve(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(exponent * 256))


def _text(words: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" * 79


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        content += b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", place + len(body), len(content))
        body += content
    size = place + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", space, b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + b"".join(map(_fixed, _D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def rgb_profile(colorants: tuple[tuple[float, ...], ...], exponent: float) -> bytes:
    """Return the profile of a space with these primaries and this curve."""
    named = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, colorants), strict=True))
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(exponent))
    return _profile(b"RGB ", {b"desc": _text(b"test"), b"wtpt": _xyz(_D50), **named, **curves})


def grey_profile(exponent: float) -> bytes:
    """Return the profile of greys with this curve."""
    return _profile(b"GRAY", {b"desc": _text(b"test"), b"wtpt": _xyz(_D50), b"kTRC": _curve(exponent)})
