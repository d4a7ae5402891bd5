"""``catseye serve``: predictions over HTTP."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.completion import complete_classifier

_TOKEN = "CATSEYE_TOKEN"


def _read_seconds(value: float) -> float:
    if not 0 < value < math.inf:
        raise typer.BadParameter(f"{value:g} is not a number of seconds above 0.")
    return value


def command(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN…",
            help="Run folders, classifier files or backbone names; NAME=RUN or NAME:VERSION=RUN to name it.",
            autocompletion=complete_classifier,
        ),
    ],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 chooses a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of worker processes.")] = 1,
    token: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=f"Require this token (Authorization: Bearer …) [env: {_TOKEN}]."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Allow this name in the Host header; * for any. May be repeated."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Certificate for HTTPS (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key of the certificate (PEM).")] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append a line of JSON per picture, for catseye drift.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not log to stderr.")] = False,
    max_bytes: Annotated[int, typer.Option(min=1, help="Largest request body, in bytes.")] = 20 * 2**20,
    max_pixels: Annotated[int, typer.Option(min=1, help="Largest picture, in pixels.")] = 50_000_000,
    max_pictures: Annotated[int, typer.Option(min=1, help="Most pictures in one request.")] = 64,
    queue: Annotated[int, typer.Option(min=1, help="Queue limit: most pictures not yet answered.")] = 256,
    max_wait: Annotated[
        float, typer.Option(help="Longest expected wait of a new picture, in seconds.", callback=_read_seconds)
    ] = 1.0,
    timeout: Annotated[
        float, typer.Option(help="Time limit for a request, in seconds.", callback=_read_seconds)
    ] = 30.0,
) -> None:
    """Serve predictions over HTTP, until Ctrl+C or SIGTERM.

    POST a picture to /predict, or open / in a browser to try it. The address is printed when the server is ready. An
    overloaded server refuses requests at once, with status 503.

    Examples: catseye serve my-run; catseye serve cats=runs/cats digits=runs/digits --port 0;
    curl --data-binary @cat.jpg http://127.0.0.1:8000/predict
    """
    from catseye.serve.access import is_local
    from catseye.serve.limits import Limits
    from catseye.serve.running import serve
    from catseye.serve.settings import Settings

    token = token if token is not None else os.environ.get(_TOKEN) or None
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
