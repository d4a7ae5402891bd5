"""How good a classifier is on labelled pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import read_epsilons, with_checked_arguments
from catseye.classifier.renaming import read_names_map, rename_classes
from catseye.datasets import Pictures, open_dataset
from catseye.datasets.changed_files import change_notes, look_again_at
from catseye.errors import UsageError, with_short_traceback
from catseye.system.home import home_folder
from catseye.verbs.detection import measure_detection, require_unfamiliarity
from catseye.verbs.measured import choose_measured
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.loading import DataSource
    from catseye.evaluation.metrics import Evaluation
    from catseye.insight.robustness.robustness import Robustness
    from catseye.verbs.sources import ClassifierSource

_SMALL = 64  # pixels
_SMALL_EXAMPLES, _LARGE_EXAMPLES = 500, 100  # pictures that are attacked, unless told


@with_short_traceback
@with_checked_arguments
def evaluate(
    classifier: ClassifierSource,
    data: DataSource | Pictures,
    *,
    split: str | None = None,
    label: str | None = None,
    rename: Mapping[str, str] | Sequence[str] | str | None = None,
    robust: float | str | Sequence[float | str] | None = None,
    examples: int | None = None,
    against: DataSource | Pictures | None = None,
    seed: int = 0,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
    weights: str | Path | None = None,
) -> Evaluation:
    """Measure a classifier on labelled pictures: accuracy with its interval, errors by class, calibration.

    Parameters
    ----------
    classifier
        A classifier or run, the path of either, or a backbone's name.
    data
        As for :func:`catseye.train`, or a split of a data set. The classes are matched by name.
    split
        The pictures to use, such as ``"test"``, ``"train[:100]+test"`` or ``"all"``; ignored if ``data`` is a
        split. By default the test split; all pictures if there is none and they were not used for training.
    label
        Label to use where pictures have several.
    rename
        The classifier's names for classes that the pictures call otherwise, such as ``{"cats": "cat"}`` or
        ``"cats=cat"``. Several names may mean one class.
    robust
        Attack sizes, such as ``[1 / 255, 4 / 255]`` or ``"1/255,4/255"``, at which robustness is measured as well.
    examples
        Number of pictures to attack; by default 500, or 100 if they are large.
    against
        Other pictures, which the classifier should detect as unlike its training pictures (out-of-distribution
        detection): a folder with or without classes, a data set or a split.
    seed
        Random seed for choosing and attacking the pictures.
    strict, archives, data_dir
        As for :func:`catseye.load`.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or the classifier does not know a class.
    CatseyeError
        Data or classifier cannot be obtained.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> catseye.evaluate("my-run", "digits").examples
    359
    """
    if robust is None and examples is not None:
        raise UsageError("examples is the number of pictures to attack, and needs robust.")
    if examples is not None and examples < 1:
        raise UsageError(f"examples must be at least 1; got {examples}.")
    epsilons = None if robust is None else read_epsilons("robust", robust)
    opened, name = open_classifier(classifier, weights)
    if against is not None:
        require_unfamiliarity(opened)
    names = read_names_map(rename) if rename is not None else {}
    if isinstance(data, Pictures):
        now = look_again_at(data, home_folder(data_dir))
        pictures, words = now if label is None else now.labelled(label), "pictures"
        pictures = rename_classes(pictures, opened.classes, names) if names else pictures
        evaluation = replace(opened.evaluate(pictures), notes=change_notes(data, now), pictures=_names(pictures))
    else:
        dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        dataset.info.require_classes()
        measured = choose_measured(opened, dataset, split)
        pictures, words = measured.pictures, measured.words
        pictures = rename_classes(pictures, opened.classes, names) if names else pictures
        notes = measured.notes + _range_note(opened, pictures)
        evaluation = replace(opened.evaluate(pictures), data=words, notes=notes, pictures=_names(pictures))
    if against is not None and evaluation.unfamiliarity is not None:
        found, notes = measure_detection(
            opened, evaluation.unfamiliarity, against, strict=strict, archives=archives, data_dir=data_dir
        )
        evaluation = replace(evaluation, detection=found, notes=(*evaluation.notes, *notes))
    if epsilons is None:
        return evaluation
    robustness = _robustness(opened, pictures, epsilons, examples, seed)
    return replace(evaluation, robustness=replace(robustness, name=f"{name} on {words}"))


def _range_note(classifier: Classifier, pictures: Pictures) -> tuple[str, ...]:
    """Return the note that pictures are scaled like the training pictures, not by their own range."""
    own = classifier.preprocess.value_range
    differs = own and pictures.value_range and own != pictures.value_range
    note = f"the classifier was trained on another range of values, which is used here too: {own}."
    return (note,) if differs else ()


def _names(pictures: Pictures) -> tuple[str, ...]:
    return tuple(pictures.name(index) for index in range(len(pictures)))


def _robustness(
    classifier: Classifier, pictures: Pictures, epsilons: Sequence[float], examples: int | None, seed: int
) -> Robustness:
    from catseye.insight.robustness.robustness import measure_robustness

    usual = _SMALL_EXAMPLES if max(classifier.preprocess.covers) <= _SMALL else _LARGE_EXAMPLES
    return measure_robustness(classifier, pictures, epsilons, examples=examples or usual, seed=seed)
