"""JSON Schemas of requests and responses for the OpenAPI description.

A schema of a request allows only what the server accepts. JSON Schema cannot express that a tensor has as many values
as its shape says, or that a base64 string is a picture. So the schema of an inference request lists a few valid
tensors, and its description states the rule.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = {"type": "string", "format": "binary"}
TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
# Groups of four base64 or base64url characters, the last one padded; whitespace is allowed anywhere.
_SPACE = "[ \\r\\n\\t]*"
_LETTER, _PADDING = f"[A-Za-z0-9+/_-]{_SPACE}", f"={_SPACE}"
_LAST = f"(?:{_LETTER}){{2}}(?:{_PADDING}){{2}}|(?:{_LETTER}){{3}}{_PADDING}"
BASE64_PATTERN = f"^(?:data:[^,]*,)?{_SPACE}(?:(?:{_LETTER}){{4}})*(?:{_LAST})?$"
_BASE64 = {"type": "string", "contentEncoding": "base64", "pattern": BASE64_PATTERN}
_BLACK_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="  # a PNG
_SHAPES = ([1, 1, 1, 3], [1, 1, 1, 1], [2, 2, 1, 3])
_INFERENCE = (
    "One input, called picture: UINT8 (N, height, width, 3 or 1), N·height·width·channels whole numbers from 0 to 255, "
    "flat or nested; or BYTES (N), N picture files in base64. JSON Schema cannot express that data must fit the "
    "shape: the tensors listed here are examples, and any other size is accepted as well. With the header "
    "Inference-Header-Content-Length, the body is JSON of that many bytes, followed by the tensor's bytes "
    "(extension binary_tensor_data)."
)


def ref(name: str) -> dict[str, str]:
    """Return a reference to a schema of `make_schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


def make_schemas(max_pictures: int, outputs: Sequence[str]) -> dict[str, Any]:
    """Return all schemas by name, given the most pictures in a request and the outputs that every model has."""
    count = {"minItems": 1, "maxItems": max_pictures}
    return _ANSWERS | {
        "Pictures": {
            "oneOf": [
                _object({"picture": _BASE64}, {"pictures": False}),
                _object({"pictures": _list(_BASE64) | count}, {"picture": False}),
            ]
        },
        "Files": _object({"picture": _list(FILE) | count}),
        "InferenceRequest": _inference_request(outputs),
    }


def _inference_request(outputs: Sequence[str]) -> dict[str, Any]:
    inputs = [_tensor("UINT8", shape, {"type": "integer", "minimum": 0, "maximum": 255}) for shape in _SHAPES]
    inputs.append(_tensor("BYTES", [1], {"enum": [_BLACK_PIXEL]}))
    output = _object({"name": {"enum": list(outputs)}}, {"parameters": _parameters("binary_data")})
    return {"description": _INFERENCE} | _object(
        {"inputs": _list({"oneOf": inputs}) | {"minItems": 1, "maxItems": 1}},
        {
            "id": {"type": ["string", "null"], "maxLength": 200},
            "parameters": _parameters("binary_data_output"),
            "outputs": _list(output) | {"type": ["array", "null"]},
        },
    )


def _tensor(kind: str, shape: list[int], value: dict[str, Any]) -> dict[str, Any]:
    return _object(
        {
            "name": {"const": "picture"},
            "datatype": {"const": kind},
            "shape": {"const": shape},
            "data": {"anyOf": [_lists(value, [math.prod(shape)]), *([_lists(value, shape)] if len(shape) > 1 else [])]},
        },
        {"parameters": _parameters("binary_data_size", {"type": "null"})},
    )


def _lists(value: dict[str, Any], shape: list[int]) -> dict[str, Any]:
    """Return the schema of nested lists with this shape."""
    for length in reversed(shape):
        value = _list(value) | {"minItems": length, "maxItems": length}
    return value


def _parameters(name: str, schema: dict[str, Any] = FLAG) -> dict[str, Any]:
    return {"type": ["object", "null"], "properties": {name: schema}}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_TENSOR_KIND = {"name": TEXT, "datatype": TEXT, "shape": _list({"type": "integer"})}
_ANSWERS: dict[str, Any] = {
    "Error": _object({"error": TEXT}),
    "Prediction": _object(
        {
            "picture": TEXT,
            "class": TEXT,
            "probability": NUMBER,
            "calibrated": FLAG,
            "top": _list(_object({"class": TEXT, "probability": NUMBER})),
        },
        {"unfamiliarity": NUMBER, "unfamiliar": FLAG},
    ),
    "Broken": _object({"picture": TEXT, "error": TEXT}),
    "Predictions": _list({"anyOf": [ref("Prediction"), ref("Broken")]}),
    "Server": _object({"name": TEXT, "version": TEXT, "extensions": _list(TEXT)}),
    "Live": _object({"live": FLAG}),
    "Ready": _object({"ready": FLAG}, {"name": TEXT}),
    "Models": _object({"models": _list(_object({"name": TEXT, "versions": _list(TEXT)}))}),
    "Model": _object(
        {
            "name": TEXT,
            "versions": _list(TEXT),
            "platform": TEXT,
            "inputs": _list(_object(_TENSOR_KIND)),
            "outputs": _list(_object(_TENSOR_KIND)),
        },
        {"parameters": {"type": "object"}},
    ),
    "InferenceResponse": _object(
        {
            "model_name": TEXT,
            "model_version": TEXT,
            "outputs": _list(_object(_TENSOR_KIND, {"parameters": {"type": "object"}, "data": {"type": "array"}})),
        },
        {"id": TEXT},
    ),
}
