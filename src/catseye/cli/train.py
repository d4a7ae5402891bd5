"""``catseye train``: train a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catseye.cli.common import (
    Archives,
    Data,
    DataDir,
    Device,
    Json,
    Label,
    Resume,
    Strict,
    TrainingSplit,
    console,
    default_folder,
    parse_sides,
    percent,
    print_json,
    stopped_error,
    tell_notes,
)
from catseye.cli.completion import RECIPES, choose_from, complete_trainable
from catseye.cli.label_options import Given, open_training_data, with_label_options
from catseye.cli.next_step import tell_next
from catseye.cli.recipe_options import with_recipe_options
from catseye.cli.scores import NOT_TESTED, accuracy_line, interval_in_words
from catseye.short_repr import counted
from catseye.training.recipe import OPTIONS

if TYPE_CHECKING:
    from catseye.runs.run import Run

_Option = typer.Option


@with_recipe_options(OPTIONS.values())
@with_label_options
def command(
    data: Data,
    labelling: dict[str, Given],
    network: Annotated[
        str | None,
        _Option(
            metavar="NETWORK",
            help="dense, convnet, …; layers such as 'conv 32, pool, flatten, dense 10', or a .toml file of them; or a "
            "backbone with random weights [default: the network of the data set's lesson, or convnet].",
            autocompletion=complete_trainable,
        ),
    ] = None,
    out: Annotated[Path | None, _Option(metavar="RUN", help="Folder of the run [default: runs/DATA-NETWORK].")] = None,
    recipe: Annotated[
        str | None,
        _Option(
            metavar="NAME|FILE",
            help="default, lesson (as in the course that Catseye follows) or a saved recipe.json.",
            autocompletion=choose_from(RECIPES),
        ),
    ] = None,
    resume: Resume = False,
    size: Annotated[str | None, _Option(metavar="HxW", help="Resize pictures to this size, e.g. 64x64.")] = None,
    split: TrainingSplit = None,
    label: Label = None,
    device: Device = "auto",
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
    **changes: Any,
) -> None:
    """Train a network, evaluate it on the test pictures, and save the classifier and a report.

    The options from --epochs on change single values of the recipe. The default recipe depends on the network and on
    the number of pictures; RUN/recipe.json holds the one that was used.
    """
    from catseye.runs.training import train as run_train

    folder = out or default_folder(data, network)
    try:
        opened = open_training_data(
            data, labelling, split, label=label, strict=strict, archives=archives, data_dir=data_dir
        )
        run = run_train(
            opened,
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
            **changes,
        )
    except KeyboardInterrupt:
        raise stopped_error(folder) from None
    if json:
        print_json(run.result.to_json())
    else:
        _tell(run)


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    sides = parse_sides(text if "x" in text or "×" in text else f"{text}x{text}", ("H", "W"))
    return sides[0], sides[1]


def _tell(run: Run) -> None:
    result = run.result
    tell_notes(result.notes, [out.to_json() for out in result.left_out])
    trained = f"{result.epochs} epoch{'s' if result.epochs > 1 else ''} in {result.seconds.training:.1f} s"
    lines = [f"{result.network_title}: {counted(result.parameters, 'parameter')}, {trained}"]
    lines += [f"stopped early: {result.stopped}"] if result.stopped else []
    lines.append(
        f"{accuracy_line('test', result.test)}, log loss {result.test.loss:.4f}" if result.test else NOT_TESTED
    )
    if result.robustness:
        attacked = result.robustness.attacked[-1]
        between = interval_in_words(attacked.interval, attacked.examples)
        lines.append(
            f"accuracy under attack (epsilon {attacked.at:.3g}): at most {percent(attacked.accuracy)} ({between})"
        )
    lines += [f"classifier {result.classifier_path}", f"report     {result.report_path}"]
    console().print("\n".join(lines), soft_wrap=True)
    tell_next("predict", result.run_path, "PICTURE")
