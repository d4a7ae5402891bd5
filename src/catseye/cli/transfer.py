"""``catseye transfer``: train a classifier on the features of a pretrained backbone."""

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
    Resume,
    Strict,
    TrainingSplit,
    Weights,
    console,
    default_folder,
    make_table,
    print_json,
    stopped_error,
    tell_notes,
)
from catseye.cli.completion import choose_from, complete_run
from catseye.cli.label_options import Given, open_training_data, with_label_options
from catseye.cli.next_step import tell_next
from catseye.cli.recipe_options import with_recipe_options
from catseye.cli.scores import NOT_TESTED, accuracy_line
from catseye.short_repr import counted
from catseye.system.files import find_free
from catseye.transfer_learning.recipe import DEFAULT_BACKBONE, FINE_TUNING_OPTIONS

if TYPE_CHECKING:
    from catseye.runs.result import Result
    from catseye.runs.run import Run
    from catseye.runs.search import Search

_Option = typer.Option
_LIMIT = "time_limit"
_SIZES = ("small", "best")


@with_recipe_options(
    (option for name, option in FINE_TUNING_OPTIONS.items() if name != _LIMIT), note=" [with --fine-tune]"
)
@with_label_options
def command(
    data: Data,
    labelling: dict[str, Given],
    backbone: Backbone = DEFAULT_BACKBONE,
    out: Annotated[Path | None, _Option(metavar="RUN", help="Folder of the run [default: runs/DATA-BACKBONE].")] = None,
    weights: Weights = None,
    mirrored: Annotated[bool, _Option("--mirrored", help="Also learn from each picture's mirror image.")] = False,
    balanced: Annotated[
        bool, _Option("--balanced", help="Weight all classes equally, however many pictures each has.")
    ] = False,
    fine_tune: Annotated[
        bool,
        _Option("--fine-tune", help="Then train the whole network, and keep the better one; takes minutes."),
    ] = False,
    time_limit: Annotated[
        float,
        _Option(
            metavar="SECONDS",
            help="Within so many seconds for the whole command, try other installed backbones, pairs of them, mirrored "
            "pictures and fine-tuning, and keep the best, judged on the training pictures alone. With --fine-tune: "
            f"{FINE_TUNING_OPTIONS[_LIMIT].sentence}",
        ),
    ] = 0.0,
    size: Annotated[
        str | None,
        _Option(
            metavar="SIZE",
            help="Try other classifiers: small: none that costs more per prediction; best: all.",
            autocompletion=choose_from(_SIZES),
        ),
    ] = None,
    seed: Annotated[int, _Option(help="Random seed.")] = 0,
    update: Annotated[
        Path | None,
        _Option(
            metavar="RUN",
            help="Retrain this transfer run, with the same choices, on its own pictures plus the new ones in DATA "
            "(old and new pictures together, or only new ones), and report what changed [default --out: RUN-2].",
            autocompletion=complete_run,
        ),
    ] = None,
    resume: Resume = False,
    split: TrainingSplit = None,
    label: Label = None,
    device: Device = "auto",
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
    **changes: Any,
) -> None:
    """Train a classifier on the features of a pretrained backbone: takes seconds and needs no GPU.

    The options from --epochs on change the recipe of fine-tuning and need --fine-tune. For the best classifier that can
    be made in a minute: catseye transfer DATA --time-limit 60
    """
    from catseye.runs.transfer.pipeline import transfer as run_transfer

    folder = out or (find_free(update) if update else default_folder(data, backbone))
    try:
        opened = open_training_data(
            data, labelling, split, label=label, strict=strict, archives=archives, data_dir=data_dir
        )
        run = run_transfer(
            opened,
            backbone,
            out=folder,
            weights=weights,
            mirrored=mirrored,
            balanced=balanced,
            fine_tune=fine_tune,
            time_limit=time_limit,
            size=size,
            seed=seed,
            resume=resume,
            label=label,
            device=device,
            data_dir=data_dir,
            archives=archives,
            strict=strict,
            update=update,
            **changes,
        )
    except KeyboardInterrupt:
        raise stopped_error(folder) from None
    if json:
        print_json(run.result.to_json())
    else:
        _tell(run)


def _tell(run: Run) -> None:
    result = run.result
    tell_notes(result.notes, [out.to_json() for out in result.left_out])
    if result.search:
        _tell_search(result.search)
    lines = [_timing(result)]
    lines += [result.fine_tuning.why] if result.fine_tuning else []
    if result.validation:
        kind = "cross-validated" if result.head and result.head.cross_validated else "validation"
        lines.append(accuracy_line(kind, result.validation))
    lines.append(accuracy_line("test", result.test) if result.test else NOT_TESTED)
    lines += result.update.words if result.update else ()
    lines += [f"classifier {result.classifier_path}", f"report     {result.report_path}"]
    console().print("\n".join(lines), soft_wrap=True)
    tell_next("predict", result.run_path, "PICTURE")


def _tell_search(search: Search) -> None:
    """Print a table of what was tried, by number, and below what each is and why it was chosen or not."""
    from catseye.runs.search_table import COLUMNS, describe_bounds, make_rows

    tell_notes(search.notes, [])
    rows = list(enumerate(make_rows(search), 1))
    tried = [(number, *row[1:-1]) for number, row in rows if search.trials[number - 1].seconds is not None]
    console().print(make_table(("#>", *COLUMNS[1:-1]), tried))
    for number, (name, *_, why) in rows:
        console().print(f"{number:>2}  {name}: {why}", soft_wrap=True)
    console().print(describe_bounds(search), soft_wrap=True)


def _timing(result: Result) -> str:
    assert result.features
    seconds, pictures = result.seconds, result.features.pictures
    parts = [f"features {seconds.extract:.1f} s", f"head {seconds.head:.1f} s"]
    parts += [f"fine-tuning {seconds.fine_tune:.0f} s"] if seconds.fine_tune else []
    parts = [f"trying {result.search.seconds:.1f} s"] if result.search else parts
    cached = pictures - result.features.computed
    line = f"{result.network}: {counted(pictures, 'picture')} in {seconds.total:.1f} s ({', '.join(parts)})"
    return line + (f"; features of {cached:,} were cached" if cached > 0 else "")
