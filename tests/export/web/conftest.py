"""The browser's runtime, and a page that is served under its own path."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from platformdirs import user_cache_path

import catseye
from catseye.export.onnx_model import build_onnx_model
from catseye.export.web.folder import write_page_files
from catseye.export.web.runtime import FILES, PACKAGE, VERSION, WebRuntime, obtain_runtime
from tests.conftest import bring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from catseye.classifier.classifier import Classifier


@pytest.fixture(scope="session")
def runtime() -> WebRuntime:
    """The runtime kept in the user's home folder; nothing is downloaded."""
    kept = user_cache_path("catseye") / "web" / f"onnxruntime-web-{VERSION}"
    if not all((kept / name).is_file() for name in FILES):
        bring(f"{PACKAGE}: run `catseye export RUN --to web -o page` once, without CATSEYE_HOME")
    return obtain_runtime(kept, kept)


@pytest.fixture(scope="session")
def digits() -> Classifier:
    """A small classifier with every part that an export has to carry."""
    return catseye.train("digits", epochs=1).classifier


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Do not log requests."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """The address of a plain static host that serves the test's folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(digits: Classifier, runtime: WebRuntime, tmp_path: Path) -> Path:
    folder = tmp_path / "some" / "where"
    folder.mkdir(parents=True)
    model = build_onnx_model(digits.network, digits.description).SerializeToString()
    write_page_files(folder, model, digits.description, "<i>digits</i> & more", runtime)
    return folder
