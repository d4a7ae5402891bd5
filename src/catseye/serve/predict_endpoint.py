"""``POST /predict``: pictures in, the JSON of ``catseye predict`` out."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from catseye.classifier.prediction import Prediction, Predictions
from catseye.errors import PictureError
from catseye.serve.refusal import unusable
from catseye.serve.request_body import hold_body
from catseye.serve.request_pictures import read_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from catseye.serve.models import ServedModel
    from catseye.serve.request_log import RequestLog
    from catseye.serve.service import PictureInput, Service


def json_response(value: Any, status: int = 200) -> Response:
    """Return JSON in ASCII, which is valid in every encoding."""
    return Response(json.dumps(value, allow_nan=False).encode(), status, media_type="application/json")


async def answer_pictures(
    request: Request, served: ServedModel, named: Sequence[tuple[str, PictureInput]]
) -> list[Prediction | PictureError]:
    """Classify the pictures of a request, and log the predictions."""
    service: Service = request.app.state.service
    log: RequestLog = request.app.state.log
    began = time.perf_counter()
    answers = await service.predict(served, named)
    log.write_predictions(request.state.request_id, served, answers, 1000 * (time.perf_counter() - began))
    return answers


async def predict(request: Request) -> Response:
    """Respond with a list of predictions, one per picture, or with the reason why the only picture cannot be used."""
    service: Service = request.app.state.service
    served = service.models.find(request.query_params.get("model"), request.query_params.get("version"))
    async with hold_body(request, service) as body:
        sent = read_pictures(body, request.headers.get("content-type", ""), service.admission.max_pictures)
        del body
        answers = await answer_pictures(request, served, sent.named)
    if sent.is_alone and isinstance(answers[0], PictureError):
        raise unusable(answers[0])
    return json_response(Predictions(tuple(answers)).to_json())
