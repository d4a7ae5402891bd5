"""``catseye export``: a classifier as a file for another runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catseye.cli.common import Archives, ClassifierPath, DataDir, Force, Json, Weights
from catseye.cli.completion import choose_from, complete_data
from catseye.cli.printing import tell_written, write_and_print

_FORMATS, _INPUTS, _TYPES = (
    ("onnx", "openvino", "torch", "keras", "web"),
    ("picture", "tensor"),
    ("int8",),
)  # as the library's


def command(
    classifier: ClassifierPath,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="FORMAT", help=f"Format: {', '.join(_FORMATS)}.", autocompletion=choose_from(_FORMATS)
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="File: .onnx, .xml or a folder (OpenVINO), .pt2, .keras; a new folder (web).",
        ),
    ],
    input: Annotated[  # noqa: A002 (as in the library, whose messages name it)
        str,
        typer.Option(
            "--input",
            metavar="KIND",
            help="Input of the file: picture (any size) or tensor (already preprocessed).",
            autocompletion=choose_from(_INPUTS),
        ),
    ] = "picture",
    quantise: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE",
            help="int8: a smaller, faster network, whose accuracy is measured (onnx, openvino). [with --calibrate]",
            autocompletion=choose_from(_TYPES),
        ),
    ] = None,
    calibrate: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Pictures for --quantise: a data set, or a folder with one folder per class. Training pictures set "
            "the ranges of activations; test pictures measure the accuracy.",
            autocompletion=complete_data,
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            metavar="TGZ",
            help="For web, your own copy of onnxruntime-web: its .tgz or a folder [default: downloaded once].",
        ),
    ] = None,
    weights: Weights = None,
    data_dir: DataDir = None,
    archives: Archives = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Export a classifier to one file for another runtime, and check that its answers are the same there.

    The file includes cropping, resizing, normalisation, network, temperature, class names and the unfamiliarity score.
    It is run on at least 64 pictures; nothing is written unless its answers agree with the classifier's.

    catseye export my-run --to onnx -o cats.onnx
    """
    from catseye.system.progress_bar import progress

    with progress("loading the exporters", 0):
        from catseye.verbs.exporting import export

    found = export(
        classifier,
        to,
        output,
        input=input,
        quantise=quantise,
        calibrate=calibrate,
        runtime=runtime,
        force=force,
        weights=weights,
        data_dir=data_dir,
        archives=archives,
    )
    write_and_print(found, json=json, names_figure=False)
    if not json:
        tell_written(found.file)
