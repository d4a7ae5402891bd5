"""``catseye export``: write a classifier for another runtime."""

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
    input: Annotated[  # noqa: A002 (as the library calls it, whose messages name it)
        str,
        typer.Option(
            "--input",
            metavar="KIND",
            help="What the file takes: picture (any size) or tensor (preprocessed already).",
            autocompletion=choose_from(_INPUTS),
        ),
    ] = "picture",
    quantise: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE",
            help="int8: a smaller, faster network; what that costs is measured (onnx, openvino). [with --calibrate]",
            autocompletion=choose_from(_TYPES),
        ),
    ] = None,
    calibrate: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="Pictures for --quantise: a data set, or a folder with one folder a class. Its training pictures set "
            "the ranges of values; its test pictures measure the accuracy.",
            autocompletion=complete_data,
        ),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            metavar="TGZ",
            help="For web, your own copy of onnxruntime-web: its .tgz or a folder [default: fetched once].",
        ),
    ] = None,
    weights: Weights = None,
    data_dir: DataDir = None,
    archives: Archives = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write a classifier as one file for another runtime, and check that it answers there as it does here.

    Cropping, resizing, normalisation, network, temperature, names of classes and the unfamiliarity score are all in
    the file. It is run on at least 64 pictures; unless its answers are the classifier's, nothing is written.

    catseye export my-run --to onnx -o cats.onnx
    """
    from catseye.system.progress_bar import progress

    with progress("loading what exports", 0):
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
