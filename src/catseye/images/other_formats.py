"""Common files among pictures that are not supported: what they are, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OtherFormat:
    """An unsupported format.

    Attributes
    ----------
    what, advice : str
        What such a file is, and what to do about it.
    suffixes : str
        Endings of names, separated by blanks.
    starts : tuple of bytes
        Possible first bytes of a file.
    """

    what: str
    advice: str
    suffixes: str = ""
    starts: tuple[bytes, ...] = ()


_EXPORT, _AS_PNG = "export it as JPEG or PNG", "export it as PNG"
RAW = OtherFormat(
    "a camera's raw file",
    "export it as JPEG or TIFF with your camera's program",
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2 .rwl .sr2 "
    ".srf .srw .x3f",
    (b"FUJIFILMCCD-RAW", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"FOVb", b"\x00MRM"),
)
_VIDEO = OtherFormat(
    "a video",
    "save frames of it as pictures",
    ".3gp .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .webm .wmv",
    (b"\x1aE\xdf\xa3", b"FLV\x01", b"0&\xb2u\x8ef\xcf\x11", b"\x00\x00\x01\xba"),
)
_AUDIO = OtherFormat("an audio file", "remove it", ".mp3 .wav .ogg .m4a .flac", (b"OggS", b"ID3"))
_VECTOR = OtherFormat("a vector drawing", _AS_PNG, ".svg .svgz .ai")
_PAGE = OtherFormat("a web page left by a failed download", "download the picture again", ".html .htm .xhtml .mhtml")
_MEDICAL = OtherFormat("a medical image (DICOM)", _AS_PNG, ".dcm .dicom")
_OFFICE = OtherFormat(
    "an office document", "export its pictures", ".doc .docx .ppt .pptx .odt .odp", (b"\xd0\xcf\x11\xe0",)
)
_ARCHIVE = OtherFormat(
    "an archive",
    "unpack it",
    ".7z .gz .rar .tar .tgz .zip .xz .bz2 .zst",
    (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ\x00"),
)
_OTHERS = (
    *(RAW, _VIDEO, _AUDIO, _VECTOR, _PAGE, _MEDICAL, _OFFICE, _ARCHIVE),
    OtherFormat("a Photoshop file", _EXPORT, ".psd .psb", (b"8BPS",)),
    OtherFormat("a GIMP file", _EXPORT, ".xcf", (b"gimp xcf",)),
    OtherFormat("a PDF document", "export its pages as PNG", ".pdf", (b"%PDF",)),
    OtherFormat("a PostScript file", _AS_PNG, ".eps .ps", (b"%!PS", b"\xc5\xd0\xd3\xc6")),
    OtherFormat("a JPEG XL picture", _EXPORT, ".jxl", (b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
    OtherFormat("a JPEG XR picture", _EXPORT, ".jxr .wdp", (b"II\xbc\x01",)),
    OtherFormat("an icon", _EXPORT, ".ico .cur .icns", (b"\x00\x00\x01\x00", b"icns")),
    OtherFormat("a Targa picture", _EXPORT, ".tga"),
    OtherFormat("a texture (DDS)", _EXPORT, ".dds", (b"DDS ",)),
    OtherFormat("a high-dynamic-range picture", _EXPORT, ".exr .hdr", (b"v/1\x01", b"#?RADIANCE")),
    OtherFormat("an astronomical image (FITS)", "export it as TIFF", ".fits .fit", (b"SIMPLE  =",)),
    OtherFormat("a DjVu document", "export its pages as PNG", ".djvu", (b"AT&TFORM",)),
    OtherFormat("a Windows metafile", _AS_PNG, ".emf .wmf", (b"\xd7\xcd\xc6\x9a",)),
    OtherFormat("a Git LFS pointer, not the file itself", "run `git lfs pull`", "", (b"version https://git-lfs",)),
    OtherFormat(
        "a file of numbers",
        "pass its pictures as arrays, or save them as PNG",
        ".npy .npz .h5 .hdf5 .mat .nii .nrrd .mha",
        (b"\x89HDF", b"\x93NUMPY"),
    ),
)
_BY_SUFFIX = {suffix: other for other in _OTHERS for suffix in other.suffixes.split()}


def find_other_format(start: bytes, suffix: str = "") -> OtherFormat | None:
    """Return what an unsupported file is; ``None`` if it is not known.

    Parameters
    ----------
    start
        Its first bytes.
    suffix
        The ending of its name, used if the bytes do not tell.
    """
    named = _BY_SUFFIX.get(suffix)
    for other in _OTHERS:
        if start.startswith(other.starts):
            return named or other if other is _ARCHIVE else other  # office documents are zip files
    return _by_content(start) or named


def _by_content(start: bytes) -> OtherFormat | None:
    if start[4:8] == b"ftyp":
        return RAW if start[8:11] == b"crx" else _VIDEO
    if start.startswith(b"RIFF"):
        return _VIDEO if start[8:12] == b"AVI " else _AUDIO
    if start[:4] in (b"II*\x00", b"MM\x00*") and start[8:10] == b"CR":
        return RAW
    if start[128:132] == b"DICM":
        return _MEDICAL
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text):
        return _VECTOR
    return _PAGE if text.startswith((b"<!doctype html", b"<html", b"<head")) else None


def is_raw(suffix: str) -> bool:
    """Say whether an ending is that of a camera's raw files, whose content can look like that of a TIFF file."""
    return _BY_SUFFIX.get(suffix) is RAW
