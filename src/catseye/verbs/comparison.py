"""Runs compared by their results, or two classifiers on the same pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from catseye.arguments import received, with_checked_arguments
from catseye.classifier.comparison.class_matching import read_name_pairs
from catseye.classifier.comparison.paired_comparison import PairedComparison, compare_classifiers
from catseye.datasets import Pictures, open_dataset
from catseye.datasets.changed_files import change_notes, look_again_at
from catseye.errors import UsageError, with_short_traceback
from catseye.runs.comparison import MOST_RUNS, Comparison, compare_results
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.verbs.measured import choose_measured
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catseye.datasets.loading import DataSource
    from catseye.verbs.sources import ClassifierSource

_ON_PICTURES = "split", "label", "rename"  # options that need pictures


@overload
def compare(*runs: ClassifierSource | Iterable[ClassifierSource], on: None = None) -> Comparison: ...
@overload
def compare(
    *runs: ClassifierSource | Iterable[ClassifierSource],
    on: DataSource | Pictures,
    split: str | None = None,
    label: str | None = None,
    rename: Mapping[str, str | Sequence[str]] | Sequence[str] | str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
) -> PairedComparison: ...
@with_short_traceback
@with_checked_arguments
def compare(
    *runs: ClassifierSource | Iterable[ClassifierSource],
    on: DataSource | Pictures | None = None,
    split: str | None = None,
    label: str | None = None,
    rename: Mapping[str, str | Sequence[str]] | Sequence[str] | str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
) -> Comparison | PairedComparison:
    """Compare the results of finished runs; or, with ``on``, two classifiers on the same pictures, picture by picture.

    Parameters
    ----------
    runs
        Runs of training or transfer, or the paths of their folders; at most 6, one after the other or in a list. With
        ``on`` exactly two, each of which may be any classifier: a run, a classifier's file, a backbone's name.
    on
        Pictures to classify with both: as for :func:`catseye.train`, or a split of a data set. The classes are matched
        by name; pictures of a class that one of the two does not know are left out, as a note says.
    split
        The pictures of ``on`` to use, such as ``"test"`` or ``"all"``. By default the test split; all pictures if there
        is none and neither classifier was trained on them.
    label
        Label to use where pictures have several.
    rename
        Names by which the classifiers know a class of the pictures, such as ``{"cats": "cat"}`` or ``"cats=cat"``. Each
        classifier uses those that it has. The probabilities of several are added:
        ``{"cat": ["tabby", "Persian cat"]}``.
    strict, archives, data_dir
        As for :func:`catseye.load`.

    Returns
    -------
    Comparison or PairedComparison

    Raises
    ------
    UsageError
        There are too few or too many, a folder does not hold a finished run, the two classifiers have no class of the
        pictures in common, or something asked for does not exist.
    CatseyeError
        A run, a classifier or the data cannot be read.

    Examples
    --------
    With the folders of two runs of ``catseye train``:

    >>> import catseye
    >>> catseye.compare("my-run", "my-run").same_data
    True
    >>> comparison = catseye.compare("my-run", "my-run", on="digits")
    >>> comparison.counts.examples, comparison.counts.difference, comparison.counts.p_value
    (359, 0.0, 1.0)
    """
    several = [one for given in runs for one in _each(given)]
    if on is None:
        for name, value in zip(_ON_PICTURES, (split, label, rename), strict=True):
            if value is not None:
                raise UsageError(f"{name} applies only to pictures; name them with on.")
        _require_runs(several)
        return compare_results(several)
    if len(several) != 2:
        raise UsageError(
            f"--on (in Python, on) compares exactly two classifiers; got {len(several)}. Without it, the "
            f"results of up to {MOST_RUNS} runs are compared."
        )
    pairs = read_name_pairs(rename)
    opened = [open_classifier(one) for one in several]
    (first, one), (second, other) = opened
    names = _tell_apart(one, other, several)
    if isinstance(on, Pictures):
        now = look_again_at(on, home_folder(data_dir))
        pictures, words = now if label is None else now.labelled(label), "pictures"
        notes = change_notes(on, now)
    else:
        dataset = open_dataset(on, data_dir=data_dir, archives=archives, strict=strict, label=label)
        dataset.info.require_classes()
        measured = choose_measured({names[0]: first, names[1]: second}, dataset, split)
        pictures, words, notes = measured.pictures, measured.words, measured.notes
    found = compare_classifiers((first, second), names, pictures, pairs)
    return replace(found, data=words, notes=(*notes, *found.notes))


def _each(given: Any) -> Iterable[Any]:
    from catseye.runs.run import Run

    single = isinstance(given, Run | str | Path) or not isinstance(given, Iterable)
    return (given,) if single else given


def _require_runs(several: Sequence[Any]) -> None:
    """Raise `UsageError` for a classifier that is not a run: it has no results that could be compared."""
    from catseye.classifier.classifier import Classifier

    for one in several:
        is_file = isinstance(one, str | Path) and is_there(one) and not is_folder(one)
        if isinstance(one, Classifier) or is_file:
            named = received(str(one) if is_file else one)
            raise UsageError(
                f"{named} is a classifier without a run's results; to compare two classifiers, name the pictures: "
                "--on DATA (in Python, on=)."
            )


def _tell_apart(one: str, other: str, given: Sequence[Any]) -> tuple[str, str]:
    """Return what two classifiers are called: their short names, or longer ones if these are the same."""
    short = tuple(Path(name).name if is_there(Path(name)) else name for name in (one, other))
    for first, second in (short, (one, other)):
        if first != second:
            return first, second
    folders = [str(getattr(source, "folder", "") or "") for source in given]
    if all(folders) and folders[0] != folders[1]:
        return folders[0], folders[1]
    return f"{one} (first)", f"{other} (second)"
