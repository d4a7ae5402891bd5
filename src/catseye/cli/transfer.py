"""``catseye transfer``: from a few pictures to a classifier, by what a pretrained backbone makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import (
    Archives,
    Backbone,
    Data,
    DataDir,
    Device,
    Json,
    Label,
    Strict,
    Weights,
    console,
    default_folder,
    percent,
    print_json,
    tell_notes,
)
from catseye.errors import StoppedError

if TYPE_CHECKING:
    from catseye.runs.run import Run

_Flag = typer.Option


def transfer(
    data: Data,
    backbone: Backbone = "efficientnet_lite0",
    out: Annotated[Path | None, _Flag(metavar="RUN", help="The run's folder [default: runs/DATA-BACKBONE].")] = None,
    weights: Weights = None,
    mirrored: Annotated[bool, _Flag("--mirrored", help="Learn from every picture mirrored as well.")] = False,
    balanced: Annotated[bool, _Flag("--balanced", help="Let every class count the same, however few it has.")] = False,
    fine_tune: Annotated[
        bool, _Flag("--fine-tune", help="Train the whole network on afterwards; minutes, kept if it does better.")
    ] = False,
    epochs: Annotated[int | None, _Flag(help="Of fine-tuning: how often every picture is seen.")] = None,
    batch_size: Annotated[int | None, _Flag(help="Of fine-tuning: pictures a step.")] = None,
    lr: Annotated[float | None, _Flag(help="Of fine-tuning: largest learning rate.")] = None,
    time_limit: Annotated[float | None, _Flag(metavar="SECONDS", help="Of fine-tuning: stop then.")] = None,
    seed: Annotated[int, _Flag(help="Decides everything random.")] = 0,
    resume: Annotated[bool, _Flag("--resume", help="Go on with the run in --out where it stopped.")] = False,
    device: Device = "auto",
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Learn your classes from what a pretrained backbone makes of the pictures: seconds, without a GPU."""
    from catseye.runs.transfer.transfer import transfer as run_transfer

    folder = out or default_folder(data, backbone)
    asked = {"epochs": epochs, "batch_size": batch_size, "learning_rate": lr, "time_limit": time_limit}
    try:
        run = run_transfer(
            data,
            backbone,
            out=folder,
            weights=weights,
            mirrored=mirrored,
            balanced=balanced,
            fine_tune=fine_tune,
            seed=seed,
            resume=resume,
            label=label,
            device=device,
            data_dir=data_dir,
            archives=archives,
            strict=strict,
            **{name: value for name, value in asked.items() if value is not None},
        )
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; the same command with --out {folder} --resume goes on.") from None
    if json:
        print_json(run.result)
    else:
        _tell(run)


def _tell(run: Run) -> None:
    result = run.result
    tell_notes(result["notes"], result["left_out"])
    seconds = result["seconds"]
    parts = [f"features {seconds['extract']:.1f} s", f"head {seconds['head']:.1f} s"]
    parts += [f"fine-tuning {seconds['fine_tune']:.0f} s"] if seconds["fine_tune"] else []
    kept = result["pictures"] - result["computed"]
    lines = [
        f"{result['backbone']}: {result['pictures']:,} pictures in {seconds['total']:.1f} s ({', '.join(parts)})"
        + (f"; features of {kept:,} were kept from before" if kept > 0 else ""),
    ]
    lines += [result["fine_tuning"]["why"]] if result["fine_tuning"] else []
    if result["validation"]:
        how = "cross-validated" if result["cross_validated"] else "validation"
        lines.append(_told(how, result["validation"]))
    if result["test"]:
        lines.append(_told("test", result["test"]))
    else:
        lines.append("too few pictures to set any aside for a test: nothing is known of how it fares on new ones")
    lines += [f"classifier {result['classifier']}", f"report     {result['report']}"]
    console().print("\n".join(lines), soft_wrap=True)


def _told(what: str, numbers: dict[str, Any]) -> str:
    low, high = numbers["accuracy_interval"]
    between = f"95 % interval {percent(low)} to {percent(high)}, n = {numbers['examples']:,}"
    return f"{what} accuracy {percent(numbers['accuracy'])} ({between})"
