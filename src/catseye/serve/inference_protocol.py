"""The Open Inference Protocol, version 2, over HTTP, with the binary tensor extension.

KServe, Triton and OpenVINO Model Server also speak it:
https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from catseye._version import __version__
from catseye.errors import PictureError
from catseye.serve.inference_messages import CLASS, INPUT, PROBABILITIES, UNFAMILIARITY, read_request, write_response
from catseye.serve.predict_endpoint import answer_pictures, json_response
from catseye.serve.refusal import BUSY, RefusalError, unusable
from catseye.serve.request_body import hold_body
from catseye.serve.tensors import BYTES, FP32, UINT8

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from catseye.serve.models import ServedModel
    from catseye.serve.service import Service

# A model's metadata has one type for each input; the other types are stated in its parameters.
_INPUT, *_OTHERS = (
    {"name": INPUT, "datatype": kind, "shape": shape}
    for kind, shape in ((UINT8, [-1, -1, -1, 3]), (UINT8, [-1, -1, -1, 1]), (BYTES, [-1]))
)
HEADER_LENGTH = "Inference-Header-Content-Length"


async def _describe_server(_request: Request) -> Response:
    return json_response({"name": "catseye", "version": __version__, "extensions": ["binary_tensor_data"]})


async def _report_live(_request: Request) -> Response:
    return json_response({"live": True})


async def _report_ready(request: Request) -> Response:
    """Report ready until the server shuts down: all models were loaded before it began to listen."""
    if request.state.is_draining:
        raise RefusalError(BUSY, "The server is shutting down; send the request to another one.")
    return json_response({"ready": True})


async def _list_models(request: Request) -> Response:
    models = _service_of(request).models
    return json_response({"models": [{"name": name, "versions": models.versions(name)} for name in models.names]})


async def _describe_model(request: Request) -> Response:
    served = _find_model(request)
    count = len(served.classifier.classes)
    outputs = [{"name": PROBABILITIES, "datatype": FP32, "shape": [-1, count]}]
    if served.classifier.unfamiliarity:
        outputs.append({"name": UNFAMILIARITY, "datatype": FP32, "shape": [-1]})
    return json_response(
        {
            "name": served.name,
            "versions": _service_of(request).models.versions(served.name),
            "platform": "catseye",
            "inputs": [_INPUT],
            "outputs": [*outputs, {"name": CLASS, "datatype": BYTES, "shape": [-1]}],
            "parameters": {"classes": list(served.classifier.classes), "other_inputs": _OTHERS},
        }
    )


async def _report_model_ready(request: Request) -> Response:
    return json_response({"name": _find_model(request).name, "ready": True})


async def _infer(request: Request) -> Response:
    service, served = _service_of(request), _find_model(request)
    async with hold_body(request, service) as body:
        inference = read_request(body, request.headers.get(HEADER_LENGTH), served, service.admission.max_pictures)
        del body
        named = [(f"picture {number}", sent) for number, sent in enumerate(inference.pictures)]
        answers = await answer_pictures(request, served, named)
    for number, answer in enumerate(answers):
        if isinstance(answer, PictureError):
            raise unusable(answer, f"Picture {number}")
    found: list[Any] = list(answers)
    return write_response(inference, served, found)


def _service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _find_model(request: Request) -> ServedModel:
    return _service_of(request).models.find(request.path_params["name"], request.path_params.get("version"))


_MODEL = "/v2/models/{name}"
_VERSION = f"{_MODEL}/versions/{{version}}"
PROTOCOL_ROUTES = [
    Route("/v2", _describe_server),
    Route("/v2/health/live", _report_live),
    Route("/v2/health/ready", _report_ready),
    Route("/v2/models", _list_models),
    *(Route(place, _describe_model) for place in (_MODEL, _VERSION)),
    *(Route(f"{place}/ready", _report_model_ready) for place in (_MODEL, _VERSION)),
    *(Route(f"{place}/infer", _infer, methods=["POST"]) for place in (_MODEL, _VERSION)),
]
