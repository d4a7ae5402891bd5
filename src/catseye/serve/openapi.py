"""The description of all addresses in OpenAPI 3.1, made from one table."""

from __future__ import annotations

from typing import Any

from catseye._version import __version__

_REFUSALS = {
    "400": "The request is malformed.",
    "401": "A token is needed.",
    "403": "A page of another server asked.",
    "404": "There is no such model or version.",
    "408": "The body did not arrive in time.",
    "413": "The body is too large, or holds too many pictures.",
    "415": "The body is of a type, or the picture of a format, that is not read.",
    "422": "The picture cannot be used.",
    "500": "The server failed.",
    "503": "The server is busy, and Retry-After says when to try again; or it is about to end.",
    "504": "The answer took too long.",
}
_GET = ("400", "401", "403", "500")
_GET_MODEL = (*_GET, "404")
_POST = (*_GET_MODEL, "408", "413", "415", "422", "503", "504")
_FILE = {"type": "string", "format": "binary"}
_BASE64 = {"type": "string", "contentEncoding": "base64"}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_TEXT, _NUMBER, _FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
_SHAPE = _list({"type": "integer"})
_TENSOR_KIND = {"name": _TEXT, "datatype": _TEXT, "shape": _SHAPE}
_SCHEMAS: dict[str, Any] = {
    "Error": _object({"error": _TEXT}),
    "Prediction": _object(
        {
            "picture": _TEXT,
            "class": _TEXT,
            "probability": _NUMBER,
            "calibrated": _FLAG,
            "top": _list(_object({"class": _TEXT, "probability": _NUMBER})),
        },
        {"unfamiliarity": _NUMBER, "unfamiliar": _FLAG},
    ),
    "Broken": _object({"picture": _TEXT, "error": _TEXT}),
    "Predictions": _list({"anyOf": [_ref("Prediction"), _ref("Broken")]}),
    "Pictures": {
        "oneOf": [
            _object({"picture": _BASE64}),
            _object({"pictures": _list(_BASE64) | {"minItems": 1}}),
        ]
    },
    "Files": _object({"picture": _list(_FILE)}),
    "Server": _object({"name": _TEXT, "version": _TEXT, "extensions": _list(_TEXT)}),
    "Live": _object({"live": _FLAG}),
    "Ready": _object({"ready": _FLAG}, {"name": _TEXT}),
    "Models": _object({"models": _list(_object({"name": _TEXT, "versions": _list(_TEXT)}))}),
    "Model": _object(
        {
            "name": _TEXT,
            "versions": _list(_TEXT),
            "platform": _TEXT,
            "inputs": _list(_object(_TENSOR_KIND)),
            "outputs": _list(_object(_TENSOR_KIND)),
        },
        {"parameters": {"type": "object"}},
    ),
    "InferenceRequest": _object(
        {"inputs": _list(_object(_TENSOR_KIND, {"parameters": {"type": "object"}, "data": {"type": "array"}}))},
        {"id": _TEXT, "parameters": {"type": "object"}, "outputs": _list(_object({"name": _TEXT}))},
    ),
    "InferenceResponse": _object(
        {
            "model_name": _TEXT,
            "model_version": _TEXT,
            "outputs": _list(_object(_TENSOR_KIND, {"parameters": {"type": "object"}, "data": {"type": "array"}})),
        },
        {"id": _TEXT},
    ),
}
_PREDICT_BODY = {
    "image/*": {"schema": _FILE},
    "application/octet-stream": {"schema": _FILE},
    "multipart/form-data": {"schema": _ref("Files")},
    "application/json": {"schema": _ref("Pictures")},
}
_INFER_BODY = {"application/json": {"schema": _ref("InferenceRequest")}, "application/octet-stream": {"schema": _FILE}}
_IN_QUERY = [
    {"name": name, "in": "query", "description": words, "schema": _TEXT}
    for name, words in (("model", "By default the first."), ("version", "By default the newest."))
]
_JSON, _PLAIN, _HTML = "application/json", "text/plain", "text/html"

# Path, method, summary, type and schema of the answer, refusals, body.
_GETS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("/", "A page that tries it", _HTML, "", ("400", "403", "500")),
    ("/metrics", "Metrics for Prometheus", _PLAIN, "", _GET),
    ("/openapi.json", "This description", _JSON, "", _GET),
    ("/v2", "What the server is", _JSON, "Server", _GET),
    ("/v2/health/live", "Whether the server runs", _JSON, "Live", ("400", "403", "500")),
    ("/v2/health/ready", "Whether requests are welcome", _JSON, "Ready", ("400", "403", "500", "503")),
    ("/v2/models", "Names and versions", _JSON, "Models", _GET),
    ("/v2/models/{name}", "Inputs, outputs and classes of the newest version", _JSON, "Model", _GET_MODEL),
    ("/v2/models/{name}/versions/{version}", "Inputs, outputs and classes", _JSON, "Model", _GET_MODEL),
    ("/v2/models/{name}/ready", "Whether it is loaded", _JSON, "Ready", _GET_MODEL),
    ("/v2/models/{name}/versions/{version}/ready", "Whether it is loaded", _JSON, "Ready", _GET_MODEL),
)
_POSTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("/predict", "Classify pictures", "Predictions", _PREDICT_BODY),
    ("/v2/models/{name}/infer", "Open Inference Protocol, newest version", "InferenceResponse", _INFER_BODY),
    ("/v2/models/{name}/versions/{version}/infer", "Open Inference Protocol", "InferenceResponse", _INFER_BODY),
)


def describe(root_path: str) -> dict[str, Any]:
    """Return the description of an application that is mounted at ``root_path``."""
    paths: dict[str, Any] = {
        path: {"get": _operation(path, words, kind, schema, refusals)} for path, words, kind, schema, refusals in _GETS
    }
    for path, words, schema, body in _POSTS:
        operation = _operation(path, words, _JSON, schema, _POST)
        if schema == "InferenceResponse":
            operation["responses"]["200"]["content"]["application/octet-stream"] = {"schema": _FILE}
        else:
            operation["parameters"] = _IN_QUERY
        paths[path] = {"post": operation | {"requestBody": {"required": True, "content": body}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Catseye", "version": __version__, "description": "Classifies pictures."},
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(path: str, words: str, kind: str, schema: str, refusals: tuple[str, ...]) -> dict[str, Any]:
    content = {kind: {"schema": _ref(schema)} if schema else {}}
    responses: dict[str, Any] = {"200": {"description": "The answer.", "content": content}}
    for status in sorted(refusals):
        responses[status] = {"description": _REFUSALS[status], "content": {_JSON: {"schema": _ref("Error")}}}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]
    return {"summary": words, "responses": responses} | ({"parameters": parameters} if parameters else {})
