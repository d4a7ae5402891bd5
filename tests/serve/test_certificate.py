"""HTTPS: certificates that can be used, and those that cannot."""

from __future__ import annotations

import http.client
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.errors import CatseyeError
from catseye.serve.certificate import check_certificate
from tests.serve.serving import PATIENCE, running

if TYPE_CHECKING:
    from catseye.runs.run import Run

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate, its key, both in one file, the key encrypted, and the key of another."""
    folder = tmp_path_factory.mktemp("certificates")
    curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
    commands = [
        ["req", "-x509", "-newkey", "ec", *curve, "-nodes", "-subj", "/CN=localhost", "-days", "30",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
        ["genpkey", "-algorithm", "EC", *curve, "-out", "other.pem"],
        ["pkcs8", "-topk8", "-in", "key.pem", "-out", "locked.pem", "-passout", "pass:secret"],
    ]  # fmt: skip
    for command in commands:
        subprocess.run(["openssl", *command], cwd=folder, capture_output=True, check=True)
    both = (folder / "certificate.pem").read_text() + (folder / "key.pem").read_text()
    (folder / "both.pem").write_text(both)
    return folder


@pytest.mark.parametrize(
    ("certificate", "key", "says"),
    [
        ("certificate.pem", None, "if the key is in a separate file, give that with --key"),
        ("certificate.pem", "missing.pem", r"there is no file \S*missing.pem \(--key\)"),
        ("missing.pem", "key.pem", r"there is no file \S*missing.pem \(--certificate\)"),
        ("certificate.pem", "other.pem", "are not PEM files of a certificate and its private key"),
        ("certificate.pem", "locked.pem", "the private key is encrypted"),
        (None, "key.pem", "--key needs the certificate"),
    ],
)
def test_unusable_certificates_are_refused_with_a_reason(
    files: Path, certificate: str | None, key: str | None, says: str
) -> None:
    with pytest.raises(CatseyeError, match=says):
        check_certificate(*(files / name if name else None for name in (certificate, key)))


@pytest.mark.slow
@pytest.mark.parametrize("names", [["certificate.pem", "key.pem"], ["both.pem"]])
def test_the_server_answers_over_https(names: list[str], files: Path, digits_run: Run) -> None:
    words = [word for pair in zip(("--certificate", "--key"), names, strict=False) for word in pair]
    given = [str(files / word) if word in names else word for word in words]
    with running(Path(str(digits_run.folder)), "--quiet", *given) as server:
        assert server.address.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=files / "certificate.pem")
        connection = http.client.HTTPSConnection(*server.place, timeout=PATIENCE, context=trusting)
        connection.request("GET", "/v2/health/ready")
        assert connection.getresponse().status == 200
        connection.close()
