"""The endpoints of the application: what is answered, and what is refused in which words."""

from __future__ import annotations

import base64
import io
import itertools
import json
import math
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import catseye
from catseye.errors import UsageError
from catseye.serve import Limits, create_application
from tests.serve.serving import draw_digit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def classifier(digits_run: Run) -> catseye.Classifier:
    return digits_run.classifier


@pytest.fixture(scope="module")
def client(classifier: catseye.Classifier) -> Iterator[TestClient]:
    limits = Limits(body_bytes=200_000, pixels=10_000, pictures=4)
    app = create_application({"digits": classifier, "other": classifier}, limits=limits)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def digit(tmp_path: Path) -> bytes:
    return draw_digit(tmp_path / "digit.png")


def is_same(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Say whether answers agree: computed in batches, numbers may differ in the last digits of single precision."""
    close = all(found[name] == pytest.approx(expected[name], abs=1e-5) for name in ("probability", "unfamiliarity"))
    names = [[one["class"] for one in answer["top"]] for answer in (found, expected)]
    numbers = {"probability", "unfamiliarity", "top"}
    others = [{name: value for name, value in answer.items() if name not in numbers} for answer in (found, expected)]
    return close and names[0] == names[1] and others[0] == others[1]


def png(width: int, height: int, pixels: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


_GOOD = base64.b64encode(png(1, 1, bytes(2))).decode()


def test_pictures_are_accepted_as_a_body_a_form_and_base64(
    client: TestClient, digit: bytes, classifier: catseye.Classifier, tmp_path: Path
) -> None:
    expected = classifier.predict(tmp_path / "digit.png")[0].to_json()
    alone = client.post("/predict", content=digit, headers={"Content-Type": "image/png"})
    assert alone.json() == [expected | {"picture": "picture 0"}]
    files = [("a", ("one.png", digit)), ("b", ("<b>\x1b.png", digit)), ("c", ("c.txt", b"text"))]
    form = client.post("/predict", files=files).json()
    assert is_same(form[0], expected | {"picture": "one.png"})
    assert form[2] == {"picture": "c.txt", "error": "not a picture in a supported format"}
    assert "\x1b" not in form[1]["picture"]
    text = base64.b64encode(digit).decode()
    assert client.post("/predict", json={"picture": text}).json() == alone.json()
    several = client.post("/predict", json={"pictures": [text, f"data:image/png;base64,{text}"]}).json()
    assert [one["picture"] for one in several] == ["picture 0", "picture 1"]
    assert all(is_same(one, expected | {"picture": one["picture"]}) for one in several)


JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"", {}, 400, "empty"),
        (b"text", {}, 415, "The picture is not a picture in a supported format."),
        (b"\x89PNG\r\n\x1a\n", {}, 422, "The picture is truncated: its end is missing; "),
        (png(100_000, 100_000, bytes(10**6)), {}, 422, "The picture claims too many pixels; "),
        (png(101, 100, bytes(101 * 101)), {}, 422, "The picture has 101×100 pixels; the limit is 10,000."),
        (bytes(200_001), {}, 413, "200,000 bytes"),
        (b"x", {"Content-Length": str(10**15)}, 413, "200,000 bytes"),
        (b"x", {"Content-Encoding": "gzip"}, 415, "Compressed bodies"),
        (b"x", {"Content-Type": "text/html"}, 415, "Send one picture"),
        (b"{", JSON, 400, "not valid JSON"),
        (b"NaN", JSON, 400, "not valid JSON"),
        (b"\xff", JSON, 400, "not valid JSON"),
        (b"[" * 100_000, JSON, 400, "nested too deeply"),
        (b"[]", JSON, 400, 'Expected {"picture"'),
        (b'{"pictures": []}', JSON, 400, "at least one"),
        (b'{"pictures": [1]}', JSON, 400, "base64 string"),
        (b'{"picture": "?"}', JSON, 400, "Picture 0 is not valid base64"),
        (b'{"picture": "data:AAAA"}', JSON, 400, "Picture 0 is not valid base64"),
        (b'{"picture": "", "pictures": [""]}', JSON, 400, "either"),
        (b'{"pictures": ["", "", "", "", ""]}', JSON, 422, "at most 4 pictures; this one has 5"),
        (b"", {"Content-Type": "multipart/form-data"}, 400, "boundary"),
        (b"nonsense", FORM, 400, "malformed"),
        (PART + b"abc", FORM, 400, "truncated"),
        (b"--x--\r\n", FORM, 400, "no files"),
        ((PART + b"abc\r\n") * 5 + b"--x--\r\n", FORM, 422, "at most 4 pictures; this one has more"),
    ],
)
def test_unusable_input_is_refused_in_one_sentence(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, says: str
) -> None:
    answer = client.post("/predict", content=body, headers=headers)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert says in answer.json()["error"]


def test_unknown_endpoints_methods_and_models_are_refused(client: TestClient, digit: bytes) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.put("/predict").status_code == 405
    assert client.put("/predict").json() == {"error": "Use POST."}
    assert client.post("/predict?model=nothing", content=digit).json()["error"].endswith("; available: digits, other.")
    other_version = client.post("/predict?version=9", content=digit)
    assert other_version.status_code == 404
    assert other_version.json() == {"error": "digits does not have that version; available: 1."}
    assert client.get("/static/..%2fguard.py").status_code == 404
    page_of_another = client.post("/predict", content=digit, headers={"Origin": "http://evil.example"})
    assert page_of_another.status_code == 403


def test_a_token_is_required_for_everything_but_the_page_and_probes(
    classifier: catseye.Classifier, digit: bytes
) -> None:
    client = TestClient(create_application(classifier, token="secret"))
    for path in ("/", "/static/page.js", "/v2/health/live", "/v2/health/ready"):
        assert client.get(path).status_code == 200, path
    for path in ("/metrics", "/openapi.json", "/v2", "/v2/models", "/nothing"):
        assert client.get(path).status_code == 401, path
    for given in ("", "secret", "Basic secret", "Bearer secre", "Bearer secret2", "Bearer \xe9"):
        assert (
            client.post("/predict", content=digit, headers={b"Authorization": given.encode("latin-1")}).status_code
            == 401
        )
    assert client.post("/predict", content=digit, headers={"Authorization": "Bearer secret"}).status_code == 200


@pytest.mark.parametrize("token", ["", " ", "two words", "é", "a\n", 5])
def test_a_token_that_clients_cannot_send_is_refused(classifier: catseye.Classifier, token: Any) -> None:
    with pytest.raises(UsageError, match=r"ASCII letters|token must be text"):
        create_application(classifier, token=token)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"limits": 5}, r"limits must be catseye.serve.Limits"),
        ({"log": 5}, "log must be a path"),
        ({"quiet": "no"}, "quiet must be True or False"),
    ],
)
def test_options_of_the_wrong_type_are_refused(classifier: catseye.Classifier, options: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        create_application(classifier, **options)


def test_the_log_may_be_a_string_and_a_model_must_have_a_valid_name(
    classifier: catseye.Classifier, digit: bytes, tmp_path: Path
) -> None:
    app: Any = create_application(classifier, log=str(tmp_path / "log"))
    TestClient(app).post("/predict", content=digit)
    assert json.loads((tmp_path / "log").read_text())["event"] == "prediction"
    app._app.state.log._file.close()
    for name in ("my cats", "", "a/b", 5):
        with pytest.raises(UsageError, match="a model's name is 1 to 64 ASCII letters"):
            create_application({name: classifier})  # type: ignore[dict-item]


def tensor(content: Any, kind: str, shape: list[int]) -> dict[str, Any]:
    return {"name": "picture", "datatype": kind, "shape": shape, "data": content}


def test_the_inference_protocol_answers_in_json_and_in_bytes(
    client: TestClient, digit: bytes, classifier: catseye.Classifier, tmp_path: Path
) -> None:
    expected = classifier.predict(tmp_path / "digit.png")[0]
    place = "/v2/models/digits/versions/1/infer"
    text = base64.b64encode(digit).decode()
    answer = client.post(place, json={"id": "7", "inputs": [tensor([text], "BYTES", [1])]}).json()
    assert (answer["model_name"], answer["model_version"], answer["id"]) == ("digits", "1", "7")
    outputs = {output["name"]: output for output in answer["outputs"]}
    assert outputs["probabilities"]["shape"] == [1, 10]
    assert np.array_equal(np.float32(outputs["probabilities"]["data"]), expected.probabilities.astype(np.float32))
    assert outputs["class"]["data"] == [expected.class_name]

    pixels = np.asarray(Image.open(tmp_path / "digit.png").convert("RGB"))
    raw = np.stack([pixels, pixels]).tobytes()
    head = json.dumps(
        {
            "inputs": [
                {
                    "name": "picture", "datatype": "UINT8", "shape": [2, 8, 8, 3],
                    "parameters": {"binary_data_size": len(raw)},
                }
            ],
            "outputs": [{"name": "probabilities", "parameters": {"binary_data": True}}, {"name": "class"}],
        }
    ).encode()  # fmt: skip
    length = {"Inference-Header-Content-Length": str(len(head))}
    both = client.post("/v2/models/digits/infer", content=head + raw, headers=length)
    own = int(both.headers["Inference-Header-Content-Length"])
    said = json.loads(both.content[:own])["outputs"]
    assert said[0] == {
        "name": "probabilities", "datatype": "FP32", "shape": [2, 10], "parameters": {"binary_data_size": 80},
    }  # fmt: skip
    found = np.frombuffer(both.content[own:], "<f4").reshape(2, 10)
    assert np.allclose(found, np.stack([expected.probabilities] * 2), atol=1e-5)


INFER = "/v2/models/digits/infer"
_NARROW = [1, 2, 3, 4, 5, 40]


@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_of_any_narrow_shape_get_the_same_answer_as_a_file(client: TestClient, channels: int) -> None:
    generator = np.random.default_rng(channels)
    for height, width in itertools.product(_NARROW, _NARROW):
        pixels = generator.integers(0, 256, (height, width, channels), np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels if channels == 3 else pixels[:, :, 0]).save(file, "PNG")
        expected = client.post("/predict", content=file.getvalue()).json()[0]
        given = tensor(pixels[None].tolist(), "UINT8", [1, height, width, channels])
        outputs = {one["name"]: one["data"] for one in client.post(INFER, json={"inputs": [given]}).json()["outputs"]}
        assert outputs["class"] == [expected["class"]], (height, width)
        assert max(outputs["probabilities"]) == pytest.approx(expected["probability"], abs=1e-6)


def test_every_kind_of_input_in_a_models_metadata_is_answered(client: TestClient, digit: bytes) -> None:
    said = client.get("/v2/models/digits").json()
    kinds = [*said["inputs"], *said["parameters"]["other_inputs"]]
    assert [(kind["datatype"], kind["shape"]) for kind in kinds] == [
        ("UINT8", [-1, -1, -1, 3]), ("UINT8", [-1, -1, -1, 1]), ("BYTES", [-1]),
    ]  # fmt: skip
    for kind in kinds:
        shape = [2 if side == -1 else side for side in kind["shape"]]
        content: list[Any] = [7.0] * math.prod(shape)  # whole numbers, however JSON writes them
        if kind["datatype"] == "BYTES":
            content = [base64.b64encode(digit).decode()] * 2
        answer = client.post(INFER, json={"inputs": [kind | {"shape": shape, "data": content}]})
        assert answer.status_code == 200, answer.json()
    rows = tensor([[_GOOD], [_GOOD]], "BYTES", [2, 1])
    assert client.post(INFER, json={"inputs": [rows]}).status_code == 200


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], 'Expected an object with "inputs"'),
        ({"inputs": []}, "one input"),
        ({"inputs": [1]}, "one input"),
        ({"inputs": [tensor([1], "UINT8", [1]) | {"name": "x"}]}, 'called "picture"'),
        ({"inputs": [tensor([1], "UINT8", [1, 1, 1, 3])]}, "needs 3 values; got 1"),
        ({"inputs": [tensor([1, 2, 300], "UINT8", [1, 1, 1, 3])]}, "whole numbers from 0 to 255"),
        ({"inputs": [tensor([1, 2, 0.5], "UINT8", [1, 1, 1, 3])]}, "whole numbers from 0 to 255"),
        ({"inputs": [tensor([[1], 2], "UINT8", [1, 1, 1, 3])]}, "lists nested like the shape"),
        ({"inputs": [tensor([[1], [2], [3]], "UINT8", [1, 1, 1, 3])]}, "lists nested like the shape"),
        ({"inputs": [tensor([[[[1, True, 3]]]], "UINT8", [1, 1, 1, 3])]}, "whole numbers from 0 to 255"),
        ({"inputs": [tensor([False, 2, 3], "UINT8", [1, 1, 1, 3])]}, "whole numbers from 0 to 255"),
        ({"inputs": [tensor(1, "UINT8", [1, 1, 1, 1])]}, "whole numbers from 0 to 255"),
        ({"inputs": [tensor([[_GOOD]], "BYTES", [1])]}, "base64 strings"),
        ({"inputs": [tensor(_GOOD, "BYTES", [1])]}, "base64 strings"),
        ({"inputs": [tensor([1], "UINT8", [1, 2**30, 2**30, 3])]}, "needs 3,458,764,513,820,540,928 values"),
        ({"inputs": [tensor([], "UINT8", [0, 1, 1, 3])]}, "has the shape"),
        ({"inputs": [tensor([1], "FP32", [1, 1, 1, 1])]}, "datatype must be UINT8"),
        ({"inputs": [tensor([1], "BYTES", [1])]}, "base64 strings"),
        ({"inputs": [tensor(["AAAA"], "BYTES", [2])]}, "needs 2 elements; got 1"),
        ({"inputs": [tensor([1], "UINT8", [-1])]}, "whole numbers"),
        ({"inputs": [tensor([1], "UINT8", [True])]}, "whole numbers"),
        ({"inputs": [tensor([1], "UINT8", [99, 1, 1, 3])]}, "at most 4 pictures; this one has 99"),
        ({"inputs": [tensor([0] * 10_201, "UINT8", [1, 101, 101, 1])]}, "Picture 0 has 101×101 pixels; the limit"),
        ({"inputs": [tensor([_GOOD, "AAAA"], "BYTES", [2])]}, "Picture 1 is not a picture in a supported format"),
        ({"id": 7, "inputs": [tensor([0] * 3, "UINT8", [1, 1, 1, 3])]}, "id must be a string"),
        ({"outputs": [{"name": "x"}], "inputs": [tensor([0] * 3, "UINT8", [1, 1, 1, 3])]}, "outputs are"),
        (
            {"inputs": [tensor([0], "UINT8", [1, 1, 1, 1]) | {"parameters": {"binary_data_size": 5}}]},
            "binary_data_size",
        ),
    ],
)
def test_a_malformed_inference_request_is_refused_in_one_sentence(client: TestClient, given: Any, says: str) -> None:
    answer = client.post(INFER, json=given)
    assert 400 <= answer.status_code < 500
    assert says in answer.json()["error"]


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x05\0\0\0abc", b"\xff\xff\xff\xff"])
def test_bytes_that_do_not_add_up_are_refused(client: TestClient, content: bytes) -> None:
    given = {"name": "picture", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": len(content)}}
    head = json.dumps({"inputs": [given]}).encode()
    headers = {"Inference-Header-Content-Length": str(len(head))}
    assert client.post(INFER, content=head + content, headers=headers).status_code == 400
    assert client.post(INFER, content=head, headers={"Inference-Header-Content-Length": "99999"}).status_code == 400


def test_metrics_count_requests_classes_and_broken_pictures(classifier: catseye.Classifier, digit: bytes) -> None:
    client = TestClient(create_application({"m": classifier}))
    said = client.post("/predict", content=digit).json()[0]
    client.post("/predict", content=b"no")
    counted = client.get("/metrics").text
    assert f'catseye_predictions_total{{class="{said["class"]}",model="m",version="1"}} 1.0' in counted
    assert 'catseye_broken_pictures_total{model="m",version="1"} 1.0' in counted
    assert 'catseye_requests_total{method="POST",route="/predict",status="415"} 1.0' in counted
    assert "catseye_queue_pictures 0.0" in counted
    assert "_created" not in counted


def test_the_application_can_be_mounted_in_another(classifier: catseye.Classifier, digit: bytes) -> None:
    client = TestClient(Starlette(routes=[Mount("/cats", create_application(classifier, token="t"))]))
    allowed = {"Authorization": "Bearer t"}
    assert client.post("/cats/predict", content=digit, headers=allowed).status_code == 200
    assert client.get("/cats/").status_code == 200
    assert client.get("/cats/v2/health/live").status_code == 200
    assert client.get("/cats/openapi.json", headers=allowed).json()["servers"] == [{"url": "/cats"}]


def test_internal_errors_are_not_disclosed(classifier: catseye.Classifier, digit: bytes) -> None:
    app = create_application({"m": classifier})
    client = TestClient(app, raise_server_exceptions=False)
    service = app._app.state.service  # type: ignore[attr-defined]
    service.metrics = None
    answer = client.post("/predict", content=digit)
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "Internal server error; the server's log has the reason."},
    )
