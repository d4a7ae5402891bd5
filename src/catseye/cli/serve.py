"""``catseye serve``: answer over HTTP."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.completion import complete_classifier
from catseye.errors import UsageError

_TOKEN = "CATSEYE_TOKEN"


def command(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="Run folder, classifier file or backbone name; NAME=RUN or NAME:VERSION=RUN to call it by a name.",
            autocompletion=complete_classifier,
        ),
    ],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen at; 0.0.0.0 is all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 chooses a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    token: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=f"Require this token (Authorization: Bearer …) [env: {_TOKEN}]."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Further name of this server in the Host header; * is any. May be repeated."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate for HTTPS (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key of the certificate (PEM).")] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append a line of JSON for each picture; read by drift.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Write no lines to stderr.")] = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of a request's body.")] = 20 * 2**20,
    max_pixels: Annotated[int, typer.Option(min=1, help="Pixels of a picture.")] = 50_000_000,
    max_pictures: Annotated[int, typer.Option(min=1, help="Pictures of a request.")] = 64,
    queue: Annotated[int, typer.Option(min=1, help="Pictures accepted and not yet answered.")] = 256,
    max_wait: Annotated[float, typer.Option(help="Seconds that a new picture may wait behind others.")] = 1.0,
    timeout: Annotated[float, typer.Option(help="Seconds until a request is answered.")] = 30.0,
) -> None:
    """Answer over HTTP what predict answers, until Ctrl+C or SIGTERM.

    POST a picture to /predict; / is a page that tries it. The address is printed when the first request can be
    answered. When the server is overloaded, requests are refused at once, with status 503.

    Examples: catseye serve my-run; catseye serve cats=runs/cats digits=runs/digits --port 0;
    curl --data-binary @cat.jpg http://127.0.0.1:8000/predict
    """
    from catseye.serve.access import is_local
    from catseye.serve.limits import Limits
    from catseye.serve.running import serve
    from catseye.serve.settings import Settings

    token = token if token is not None else os.environ.get(_TOKEN) or None
    if token is not None and not token.strip():
        raise UsageError("the token is empty; leave it out, or give a text that is hard to guess.")
    limits = Limits(max_bytes, max_pixels, max_pictures, queue, max_wait, timeout)
    if token is None and not is_local(host):
        print(
            f"warning: anyone who can reach {host} can use this server; require a token with --token or {_TOKEN}.",
            file=sys.stderr,
            flush=True,
        )
    allowed = tuple(allow_host or ())
    settings = Settings(host, port, workers, token, allowed, certificate, key, log, quiet, limits)
    serve(runs, settings, lambda address: print(address, flush=True))
