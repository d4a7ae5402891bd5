"""``catseye train``: from data to a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    Data,
    DataDir,
    Device,
    Json,
    Label,
    Strict,
    console,
    default_folder,
    parse_epsilon,
    parse_sides,
    percent,
    print_json,
    tell_notes,
)
from catseye.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from catseye.runs.run import Run

_Flag = typer.Option


def train(
    data: Data,
    network: Annotated[
        str | None, _Flag(help="dense, convnet, …, or a backbone, untrained: see catseye summary.")
    ] = None,
    out: Annotated[Path | None, _Flag(metavar="RUN", help="The run's folder [default: runs/DATA-NETWORK].")] = None,
    recipe: Annotated[str | None, _Flag(help="default, lesson (the lessons' own), or a saved recipe.json.")] = None,
    resume: Annotated[bool, _Flag("--resume", help="Go on with the run in --out where it stopped.")] = False,
    epochs: Annotated[int | None, _Flag(help="How often every picture is seen.")] = None,
    batch_size: Annotated[int | None, _Flag(help="Pictures a step.")] = None,
    optimizer: Annotated[str | None, _Flag(help="sgd, rmsprop, adam, adamw or muon.")] = None,
    lr: Annotated[float | None, _Flag(help="Largest learning rate.")] = None,
    schedule: Annotated[str | None, _Flag(help="constant, cosine or one_cycle: how the learning rate changes.")] = None,
    momentum: Annotated[
        float | None, _Flag(help="Of sgd and rmsprop: the share of the last step kept in the next.")
    ] = None,
    weight_decay: Annotated[float | None, _Flag(help="Pull of the weights towards 0, against overfitting.")] = None,
    label_smoothing: Annotated[float | None, _Flag(help="Share of the target spread over all classes.")] = None,
    gradient_clip: Annotated[float | None, _Flag(help="Largest norm of the gradient; 0 is off.")] = None,
    early_stopping: Annotated[int | None, _Flag(help="Stop after this many epochs without progress; 0 is off.")] = None,
    validation: Annotated[float | None, _Flag(help="Share set aside for calibration and early stopping.")] = None,
    flip: Annotated[bool | None, _Flag("--flip/--no-flip", help="Mirror half of the pictures.")] = None,
    shift: Annotated[int | None, _Flag(help="Move pictures by up to this many pixels.")] = None,
    normalise: Annotated[bool | None, _Flag("--normalise/--no-normalise", help="To mean 0 and deviation 1.")] = None,
    initialisation: Annotated[
        str | None, _Flag(help="he_normal, he_uniform, glorot_normal, glorot_uniform, orthogonal.")
    ] = None,
    batch_norm: Annotated[bool | None, _Flag("--batch-norm/--no-batch-norm", help="Normalise between layers.")] = None,
    dropout: Annotated[float | None, _Flag(help="Share of values dropped before dense layers.")] = None,
    layer_decay: Annotated[
        float | None, _Flag(help="Of backbones: each stage's learning rate, as a share of the next one's.")
    ] = None,
    frozen_statistics: Annotated[
        bool | None,
        _Flag("--frozen-statistics/--no-frozen-statistics", help="Batch normalisation keeps its means and variances."),
    ] = None,
    adversarial: Annotated[
        str | None, _Flag(metavar="EPSILON", help="Train on pictures attacked with this size, e.g. 0.3; 0 is off.")
    ] = None,
    precision: Annotated[str | None, _Flag(help="fp32 or bf16 [default: bf16 where the processor has it].")] = None,
    time_limit: Annotated[float | None, _Flag(metavar="SECONDS", help="Stop training then; 0 is no limit.")] = None,
    seed: Annotated[int | None, _Flag(help="Decides everything random.")] = None,
    device: Device = "auto",
    size: Annotated[str | None, _Flag(metavar="HxW", help="Bring pictures to this size, e.g. 64x64.")] = None,
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Train a network, measure it on the test pictures, and save classifier and report in a run's folder.

    Recipe options that are left out are those of the default recipe, which suits the number of pictures.
    """
    from catseye.runs.train import train as run_train

    asked = {
        "epochs": epochs,
        "batch_size": batch_size,
        "optimizer": optimizer,
        "learning_rate": lr,
        "schedule": schedule,
        "momentum": momentum,
        "weight_decay": weight_decay,
        "label_smoothing": label_smoothing,
        "gradient_clip": gradient_clip,
        "early_stopping": early_stopping,
        "validation": validation,
        "flip": flip,
        "shift": shift,
        "normalise": normalise,
        "initialisation": initialisation,
        "batch_norm": batch_norm,
        "dropout": dropout,
        "layer_decay": layer_decay,
        "frozen_statistics": frozen_statistics,
        "adversarial": None if adversarial is None else _adversarial(adversarial),
        "precision": precision,
        "time_limit": time_limit,
        "seed": seed,
    }
    folder = out or default_folder(data, network)
    try:
        run = run_train(
            data,
            network,
            out=folder,
            recipe=recipe,
            size=_size(size),
            resume=resume,
            data_dir=data_dir,
            archives=archives,
            strict=strict,
            label=label,
            device=device,
            **{name: value for name, value in asked.items() if value is not None},
        )
    except KeyboardInterrupt:
        raise StoppedError(f"stopped; the same command with --out {folder} --resume goes on.") from None
    if json:
        print_json(run.result)
    else:
        _tell(run)


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    sides = parse_sides(text if "x" in text or "×" in text else f"{text}x{text}", ("H", "W"))
    return sides[0], sides[1]


def _tell(run: Run) -> None:
    result = run.result
    tell_notes(result["notes"], result["left_out"])
    trained = f"{result['epochs']} epoch{'s' if result['epochs'] > 1 else ''} in {result['seconds']:.1f} s"
    lines = [f"{result['network']}: {result['parameters']:,} parameters, {trained}"]
    lines += [f"stopped early: {result['stopped']}"] if result["stopped"] else []
    if result["test"]:
        test = result["test"]
        low, high = test["accuracy_interval"]
        between = f"95 % interval {percent(low)} to {percent(high)}, n = {test['examples']:,}"
        lines.append(f"test accuracy {percent(test['accuracy'])} ({between}), loss {test['loss']:.4f}")
    else:
        lines.append("too few pictures to set any aside for a test: nothing is known of how it fares on new ones")
    if result["robustness"]:
        last = result["robustness"]["attacked"][-1]
        low, high = last["interval"]
        between = f"95 % interval {percent(low)} to {percent(high)}, n = {last['examples']:,}"
        lines.append(f"under attack of {last['at']:.3g}: {percent(last['accuracy'])} at most ({between})")
    lines += [f"classifier {result['classifier']}", f"report     {result['report']}"]
    console().print("\n".join(lines), soft_wrap=True)


def _adversarial(text: str) -> float:
    epsilon = parse_epsilon(text)
    if not 0 < epsilon <= 1:  # a recipe's 0 is no attack, which nobody asks for by this option
        raise UsageError(f"--adversarial is above 0 and at most 1, such as 0.3 or 8/255; got {text!r}.")
    return epsilon
