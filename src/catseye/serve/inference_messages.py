"""Requests and responses of the Open Inference Protocol: JSON, optionally followed by binary tensors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.responses import Response

from catseye.serve.refusal import BAD, RefusalError, too_many_pictures
from catseye.serve.request_pictures import read_json
from catseye.serve.tensors import BYTES, FP32, UINT8, read_files, read_pixels, read_shape, to_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.prediction import Prediction
    from catseye.serve.models import ServedModel
    from catseye.serve.service import PictureInput

INPUT, PROBABILITIES, UNFAMILIARITY, CLASS = "picture", "probabilities", "unfamiliarity", "class"
_LONGEST_ID = 200


@dataclass(frozen=True)
class InferenceRequest:
    """A request for inference.

    Attributes
    ----------
    id : str or None
        Repeated in the response.
    pictures : list of bytes, or of uint8 (H, W, 1 or 3)
    outputs : dict of str to bool
        Names of the requested outputs, and whether each is to be binary.
    """

    id: str | None
    pictures: Sequence[PictureInput]
    outputs: dict[str, bool]


def read_request(body: bytes, header_length: str | None, served: ServedModel, most: int) -> InferenceRequest:
    """Parse a request to a model.

    Parameters
    ----------
    body
    header_length
        How many bytes of the body are JSON, according to the client's header; ``None``: all.
    served
    most
        Most pictures that the request may hold.

    Raises
    ------
    RefusalError
        It is malformed.
    """
    size = _header_length(header_length, len(body))
    given, rest = read_json(body[:size]), body[size:]
    if not isinstance(given, dict):
        raise RefusalError(BAD, 'Expected an object with "inputs".')
    inputs = given.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise RefusalError(BAD, f'Expected "inputs" with one input, called "{INPUT}".')
    name = given.get("id")
    if name is not None and not (isinstance(name, str) and len(name) <= _LONGEST_ID):
        raise RefusalError(BAD, f"The id must be a string of at most {_LONGEST_ID} characters.")
    return InferenceRequest(name, _pictures(inputs[0], rest, most), _outputs(given, served))


def _header_length(stated: str | None, size: int) -> int:
    if stated is None:
        return size
    if not (stated.isascii() and stated.isdigit() and len(stated) < 12 and int(stated) <= size):
        raise RefusalError(
            BAD, f"Inference-Header-Content-Length must be a number of bytes, at most the body's {size}."
        )
    return int(stated)


def _pictures(given: dict[str, Any], rest: bytes, most: int) -> Sequence[PictureInput]:
    if given.get("name") != INPUT:
        raise RefusalError(BAD, f'The input must be called "{INPUT}".')
    shape, kind = read_shape(given.get("shape")), given.get("datatype")
    if shape[0] > most:
        raise too_many_pictures(most, shape[0])
    data = _data(given, rest)
    if kind == BYTES:
        return read_files(data, shape)
    if kind != UINT8:
        raise RefusalError(BAD, f"The input's datatype must be {UINT8} (pixels) or {BYTES} (picture files).")
    return list(read_pixels(data, shape))


def _data(given: dict[str, Any], rest: bytes) -> Any:
    """Return the numbers or strings in the JSON, or the bytes that follow it."""
    size = _parameters(given).get("binary_data_size")
    if size is None:
        if rest:
            raise RefusalError(BAD, "Bytes follow the JSON, but the input has no binary_data_size.")
        if "data" not in given:
            raise RefusalError(BAD, "The input has neither data nor binary_data_size.")
        return given["data"]
    if type(size) is not int or size != len(rest):
        raise RefusalError(BAD, f"binary_data_size must be the number of bytes after the JSON, {len(rest)}.")
    if "data" in given:
        raise RefusalError(BAD, "The input has both data and binary_data_size.")
    return rest


def output_names(served: ServedModel) -> list[str]:
    """Return the names of a model's outputs."""
    return [PROBABILITIES, *([UNFAMILIARITY] if served.classifier.unfamiliarity else []), CLASS]


def _outputs(given: dict[str, Any], served: ServedModel) -> dict[str, bool]:
    offered = output_names(served)
    as_bytes = _flag(_parameters(given), "binary_data_output", otherwise=False)
    wanted = given.get("outputs")
    if wanted is None or wanted == []:
        return dict.fromkeys(offered, as_bytes)
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise RefusalError(BAD, '"outputs" must be a list of objects, each with a name.')
    if not all(isinstance(one.get("name"), str) and one["name"] in offered for one in wanted):
        raise RefusalError(BAD, f"The outputs are {', '.join(offered)}.")
    return {one["name"]: _flag(_parameters(one), "binary_data", otherwise=as_bytes) for one in wanted}


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    found = given.get("parameters")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise RefusalError(BAD, '"parameters" must be an object.')
    return found


def _flag(parameters: dict[str, Any], name: str, *, otherwise: bool) -> bool:
    value = parameters.get(name, otherwise)
    if not isinstance(value, bool):
        raise RefusalError(BAD, f"{name} must be true or false.")
    return value


def write_response(inference: InferenceRequest, served: ServedModel, answers: Sequence[Prediction]) -> Response:
    """Return the outputs for the pictures of a request, (N, K), (N,) and (N,)."""
    values: dict[str, tuple[str, Any]] = {
        PROBABILITIES: (FP32, np.stack([answer.probabilities for answer in answers]).astype(np.float32)),
        UNFAMILIARITY: (FP32, np.array([answer.unfamiliarity or 0 for answer in answers], np.float32)),
        CLASS: (BYTES, [answer.class_name for answer in answers]),
    }
    outputs, binary = [], []
    for name, as_bytes in inference.outputs.items():
        kind, found = values[name]
        shape = [len(found)] if isinstance(found, list) else list(found.shape)
        output: dict[str, Any] = {"name": name, "datatype": kind, "shape": shape}
        if as_bytes:
            binary.append(to_bytes(found))
            output["parameters"] = {"binary_data_size": len(binary[-1])}
        else:
            output["data"] = found if isinstance(found, list) else found.ravel().tolist()
        outputs.append(output)
    content: dict[str, Any] = {"model_name": served.name, "model_version": served.version, "outputs": outputs}
    if inference.id is not None:
        content["id"] = inference.id
    header = json.dumps(content, allow_nan=False).encode()
    if not binary:
        return Response(header, media_type="application/json")
    lengths = {"Inference-Header-Content-Length": str(len(header))}
    return Response(b"".join([header, *binary]), headers=lengths, media_type="application/octet-stream")
