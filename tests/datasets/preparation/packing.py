"""Archives written byte by byte, as programs other than Python's write them."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

UTF8_FLAG = 0x800


def png(seed: int) -> bytes:
    """Return a small picture of noise."""
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (16, 16, 3), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def write_zip(
    path: Path, names: list[bytes], *, flags: int = 0, unicode_path: dict[bytes, bytes] | None = None
) -> Path:
    """Write a .zip with pictures under these names, byte for byte; some with an Info-ZIP Unicode Path."""
    out, directory = io.BytesIO(), b""
    for number, name in enumerate(names):
        content, start = png(number), out.tell()
        extra = b""
        if unicode_path and name in unicode_path:
            better = unicode_path[name]
            extra = struct.pack("<HHBL", 0x7075, 5 + len(better), 1, zlib.crc32(name)) + better
        sizes = zlib.crc32(content), len(content), len(content), len(name), len(extra)
        out.write(struct.pack("<4sHHHHHLLLHH", b"PK\3\4", 20, flags, 0, 0, 33, *sizes) + name + extra + content)
        directory += struct.pack("<4sHHHHHHLLLHH", b"PK\1\2", 20, 20, flags, 0, 0, 33, *sizes)
        directory += struct.pack("<HHHLL", 0, 0, 0, 0, start) + name + extra
    count, start = len(names), out.tell()
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(out.getvalue() + directory + end)
    return path


def write_zip_members(path: Path, members: dict[str, bytes | str]) -> Path:
    """Write a .zip as a Unix program does; a text is the target of a symbolic link."""
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (0o120777 if isinstance(content, str) else 0o100644) << 16
            file.writestr(info, content)
    return path


def write_tar(path: Path, members: list[tuple[str, bytes | tuple[bytes, str]]], mode: str = "w") -> Path:
    """Write a .tar; what is not content is a kind of member and what it links to."""
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size = len(content)
                file.addfile(info, io.BytesIO(content))
            else:
                info.type, info.linkname = content
                file.addfile(info)
    return path


FOUR = [(f"{name}/{number}.png", png(ord(name) + number)) for name in "ab" for number in range(2)]
