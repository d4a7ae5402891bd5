"""The pictures in the body of a request: a single file, a multipart form, or base64 in JSON."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NamedTuple

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from catseye.serve.refusal import BAD, UNSUPPORTED, RefusalError, too_many_pictures

_LONGEST_NAME = 200  # letters of a file's name in an answer
_PICTURE_TYPES = ("image/", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded")


class RequestPictures(NamedTuple):
    """Pictures of a request.

    Attributes
    ----------
    named : list of (str, bytes)
        The name in the response, and the content of the file.
    is_alone : bool
        Whether the body is a single picture file.
    """

    named: list[tuple[str, bytes]]
    is_alone: bool


def read_pictures(body: bytes, content_type: str, most: int) -> RequestPictures:
    """Return the pictures in a body of this type.

    Parameters
    ----------
    body
    content_type
        The header; a picture's format is recognised by its bytes, not by this.
    most
        Most pictures that are accepted.

    Raises
    ------
    RefusalError
        There are none, or the body has another type or is malformed.
    """
    kind, options = parse_options_header(content_type)
    name = kind.decode("latin-1").lower()
    if name == "multipart/form-data":
        return RequestPictures(_in_form(body, options.get(b"boundary", b""), most), False)
    if name == "application/json":
        return RequestPictures(_in_json(body), False)
    # curl's --data-binary declares whatever it sends as a form.
    if name and not name.startswith(_PICTURE_TYPES):
        raise RefusalError(
            UNSUPPORTED,
            "Send one picture as the body (Content-Type: image/…), several as multipart/form-data, or base64 in JSON.",
        )
    if not body:
        raise RefusalError(BAD, "The body is empty; send a picture.")
    return RequestPictures([("picture 0", body)], True)


def clean_name(name: str) -> str:
    """Return a client's name for a picture as a short line without control characters."""
    plain = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name[: 2 * _LONGEST_NAME])
    return plain[:_LONGEST_NAME]


class _Form:
    """Collects the files of a form as they are parsed."""

    def __init__(self, most: int) -> None:
        self.named: list[tuple[str, bytes]] = []
        self.is_complete = False
        self._most = most
        self._field, self._value, self._disposition = b"", b"", b""
        self._parts: list[bytes] = []

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self._parts.append(data[start:end]),
            "on_part_end": self._end,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_end": self._complete,
        }

    def _begin(self) -> None:
        self._disposition, self._parts = b"", []

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" not in options:
            return  # a text field
        if len(self.named) >= self._most:
            raise too_many_pictures(self._most)
        given = options[b"filename"].decode(errors="replace")
        self.named.append((clean_name(given) or f"picture {len(self.named)}", b"".join(self._parts)))

    def _complete(self) -> None:
        self.is_complete = True


def _in_form(body: bytes, boundary: bytes, most: int) -> list[tuple[str, bytes]]:
    if not boundary:
        raise RefusalError(BAD, "The Content-Type multipart/form-data needs a boundary.")
    form = _Form(most)
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its types want a dict's keys
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise RefusalError(BAD, f"The form is malformed: {str(error).rstrip('.')}.") from None
    if not form.is_complete:
        raise RefusalError(BAD, "The form is truncated: its last boundary is missing.")
    if not form.named:
        raise RefusalError(BAD, "The form holds no files; send each picture as a file.")
    return form.named


def _in_json(body: bytes) -> list[tuple[str, bytes]]:
    given = read_json(body)
    if not isinstance(given, dict) or not set(given) & {"picture", "pictures"}:
        raise RefusalError(BAD, 'Expected {"picture": BASE64} or {"pictures": [BASE64, …]}.')
    if {"picture", "pictures"} <= set(given):
        raise RefusalError(BAD, 'Give either "picture" or "pictures".')
    texts = given["pictures"] if "pictures" in given else [given["picture"]]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise RefusalError(BAD, "Pictures must be a list of at least one base64 string.")
    return [(f"picture {number}", read_base64(text, number)) for number, text in enumerate(texts)]


def read_json(body: bytes) -> Any:
    """Return the value of a JSON document; raise `RefusalError` if it is not one."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise RefusalError(BAD, "The JSON cannot be read: its brackets are nested too deeply.") from None
    except ValueError:
        raise RefusalError(BAD, "The body is not valid JSON in UTF-8.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def read_base64(text: str, number: int) -> bytes:
    """Decode base64, which may be in a data URI; raise `RefusalError` if it is invalid."""
    try:
        if text.startswith("data:"):
            text = text[text.index(",") + 1 :]
        plain = text.translate(_WITHOUT_SPACE)
        if len(plain) % 4 or plain.endswith("==="):  # superfluous padding, which Python accepts
            raise ValueError
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        raise RefusalError(BAD, f"Picture {number} is not valid base64.") from None


_WITHOUT_SPACE = str.maketrans("-_", "+/", " \r\n\t")
