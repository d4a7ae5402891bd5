"""The OpenAPI 3.1 description of all endpoints, generated from tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye._version import __version__
from catseye.serve.inference_messages import output_names
from catseye.serve.openapi_schemas import FILE, make_schemas, ref

if TYPE_CHECKING:
    from catseye.serve.models import Models
    from catseye.serve.service import Service

_REFUSALS = {
    "400": "The request is malformed.",
    "401": "A token is required.",
    "403": "The request is cross-origin.",
    "404": "There is no such model or version.",
    "408": "The body did not arrive in time.",
    "413": "The body is too large.",
    "415": "The type of the body, or the format of the picture, is not supported.",
    "422": "The picture cannot be used, or there are too many in one request.",
    "500": "Internal server error.",
    "503": "The server is overloaded (Retry-After is the number of seconds to wait) or shutting down.",
    "504": "The time limit was exceeded.",
}
_GET = ("400", "401", "403", "500")
_GET_MODEL = (*_GET, "404")
_POST = (*_GET_MODEL, "408", "413", "415", "422", "503", "504")
_PREDICT_BODY = {
    "image/*": {"schema": FILE},
    "multipart/form-data": {"schema": ref("Files")},
    "application/json": {"schema": ref("Pictures")},
}
_INFER_BODY = {"application/json": {"schema": ref("InferenceRequest")}}
_IN_QUERY = (("model", "By default the first."), ("version", "By default the newest."))
_PUBLIC = {"/", "/v2/health/live", "/v2/health/ready"}  # no token is required
_JSON, _PLAIN, _HTML = "application/json", "text/plain", "text/html"

# Path, method, summary, type and schema of the answer, refusals, body.
_GETS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("/", "A page to try the server", _HTML, "", ("400", "403", "500")),
    ("/metrics", "Metrics for Prometheus", _PLAIN, "", _GET),
    ("/openapi.json", "This description", _JSON, "", _GET),
    ("/v2", "Name, version and extensions of the server", _JSON, "Server", _GET),
    ("/v2/health/live", "Whether the server is running", _JSON, "Live", ("400", "403", "500")),
    ("/v2/health/ready", "Whether the server is ready for requests", _JSON, "Ready", ("400", "403", "500", "503")),
    ("/v2/models", "Names and versions", _JSON, "Models", _GET),
    ("/v2/models/{name}", "Inputs, outputs and classes of the newest version", _JSON, "Model", _GET_MODEL),
    ("/v2/models/{name}/versions/{version}", "Inputs, outputs and classes", _JSON, "Model", _GET_MODEL),
    ("/v2/models/{name}/ready", "Whether the model is ready", _JSON, "Ready", _GET_MODEL),
    ("/v2/models/{name}/versions/{version}/ready", "Whether the model is ready", _JSON, "Ready", _GET_MODEL),
)
_POSTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("/predict", "Classify pictures", "Predictions", _PREDICT_BODY),
    ("/v2/models/{name}/infer", "Open Inference Protocol, newest version", "InferenceResponse", _INFER_BODY),
    ("/v2/models/{name}/versions/{version}/infer", "Open Inference Protocol", "InferenceResponse", _INFER_BODY),
)


def describe(service: Service, *, has_token: bool, root_path: str = "") -> dict[str, Any]:
    """Return the description of an application, mounted at ``root_path``."""
    models = service.models
    versions = [version for name in models.names for version in models.versions(name)]
    known = {"model": models.names, "name": models.names, "version": list(dict.fromkeys(versions))}
    paths = {
        path: {"get": _operation(path, words, kind, schema, refusals, known)}
        for path, words, kind, schema, refusals in _GETS
    }
    for path, words, schema, body in _POSTS:
        operation = _operation(path, words, _JSON, schema, _POST, known)
        if schema == "InferenceResponse":
            operation["responses"]["200"]["content"]["application/octet-stream"] = {"schema": FILE}
        else:
            operation["parameters"] = [_parameter(name, "query", known, words) for name, words in _IN_QUERY]
        paths[path] = {"post": operation | {"requestBody": {"required": True, "content": body}}}
    for path in paths.keys() & _PUBLIC:
        paths[path]["get"]["security"] = []
    return {
        "openapi": "3.1.0",
        "info": {"title": "Catseye", "version": __version__, "description": "Classifies pictures."},
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {
            "schemas": make_schemas(service.admission.max_pictures, _common_outputs(models)),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if has_token else [],
    }


def _common_outputs(models: Models) -> list[str]:
    """Return the names of the outputs that every model has."""
    offered = [output_names(served) for served in models]
    return [name for name in offered[0] if all(name in names for names in offered)]


def _operation(
    path: str, words: str, kind: str, schema: str, refusals: tuple[str, ...], known: dict[str, list[str]]
) -> dict[str, Any]:
    content = {kind: {"schema": ref(schema)} if schema else {}}
    responses: dict[str, Any] = {"200": {"description": "The answer.", "content": content}}
    for status in sorted(refusals):
        responses[status] = {"description": _REFUSALS[status], "content": {_JSON: {"schema": ref("Error")}}}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [_parameter(name, "path", known) for name in names]
    return {"summary": words, "responses": responses} | ({"parameters": parameters} if parameters else {})


def _parameter(name: str, place: str, known: dict[str, list[str]], words: str = "") -> dict[str, Any]:
    described = {"description": words} if words else {}
    is_required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, **described, **is_required, "schema": {"type": "string", "enum": known[name]}}
