"""A classifier's model card (Mitchell et al. 2019, arXiv:1810.03993): what is known about it, and what is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import with_checked_arguments
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.drawing.answer import Answer
from catseye.errors import with_short_traceback
from catseye.model_card.class_accuracy import ClassAccuracy
from catseye.model_card.licences import describe_weights_licence
from catseye.model_card.limits import list_limits
from catseye.model_card.provenance import read_mapping, read_score, read_text, to_line
from catseye.networks.titles import network_title
from catseye.system.files import new_output

if TYPE_CHECKING:
    from catseye.classifier.description import Description
    from catseye.export.exported_file import ExportedFile
    from catseye.runs.result import Result
    from catseye.runs.score import Score


@dataclass(frozen=True, eq=False, repr=False)
class ModelCard(Answer):
    """What a classifier is for, how it was made, how far to trust it, and how to use it.

    Attributes
    ----------
    name : str
        The classifier's name.
    path : str
        The argument with which ``catseye predict`` uses it.
    description : Description
        The description in its file.
    digest : str
        SHA-256 checksum of its file, in hexadecimal digits; empty without a file.
    result : Result or None
        The run's result; ``None`` if there is only the classifier's file.
    command : str
        The shell command that reproduces the run; empty if unknown.
    exported : ExportedFile or None
        A file to which it was exported.
    """

    name: str
    path: str
    description: Description
    digest: str = ""
    result: Result | None = None
    command: str = ""
    exported: ExportedFile | None = None

    def __repr__(self) -> str:
        test = self.scores.get(TEST)
        return f"ModelCard({self.name}: {f'test accuracy {test.accuracy_in_words}' if test else 'not tested'})"

    @property
    def network(self) -> str:
        """The network's name; for a text without a name, its beginning."""
        return network_title(self.description.network_name)

    @property
    def data(self) -> dict[str, Any]:
        """The file's information about the training data: ``name``, ``licence``, ``fingerprint``, …."""
        return read_mapping(self.description.provenance, "data")

    @property
    def scores(self) -> dict[str, Score]:
        """The known scores, by split."""
        if self.result:
            own = {TRAIN: self.result.train, VALIDATION: self.result.validation, TEST: self.result.test}
        else:
            measured = read_mapping(self.description.provenance, "measured")
            count = len(self.description.classes)
            own = {split: read_score(measured, split, count) for split in (TRAIN, VALIDATION, TEST)}
        return {split: score for split, score in own.items() if score}

    @property
    def per_class(self) -> tuple[ClassAccuracy, ...]:
        """The accuracy of each class on the test pictures; empty if unknown."""
        test, train = self.scores.get(TEST), self.scores.get(TRAIN)
        if test is None or not test.per_class:
            return ()
        learned = [count for _, count in train.per_class] if train and train.per_class else [None] * len(test.per_class)
        rows = zip(self.description.classes, test.per_class, learned, strict=True)
        return tuple(ClassAccuracy(name, right, count, known) for name, (right, count), known in rows)

    @property
    def weights(self) -> str:
        """The origin of the pretrained weights, according to the file; empty for random ones."""
        return read_text(read_mapping(self.description.provenance, "weights"), "origin")

    @property
    def licences(self) -> dict[str, str]:
        """The licences of ``weights`` and ``data``, in words; ``data`` is empty if none is stated."""
        weights = describe_weights_licence(self.weights) if self.has_origin else ""
        return {"weights": weights, "data": read_text(self.data, "licence")}

    @property
    def data_name(self) -> str:
        """The data set, with the part of it if not all: ``"mnist"``, ``"mnist (train[:10%])"``; empty if unknown."""
        name, split = read_text(self.data, "name"), read_text(self.data, "split")
        return f"{name} ({split})" if name and split else name

    @property
    def has_origin(self) -> bool:
        """Whether the file records how the classifier was made."""
        return bool(self.data)

    @property
    def limits(self) -> tuple[str, ...]:
        """The limits of the numbers, in sentences."""
        notes = self.result.notes if self.result else ()
        return tuple(list_limits(self.description, self.scores.get(TEST), self.per_class, notes))

    @property
    def recipe(self) -> dict[str, Any]:
        """All training settings, by name."""
        return self.result.recipe.to_json() if self.result else read_mapping(self.description.provenance, "recipe")

    @property
    def versions(self) -> dict[str, str]:
        """The versions of Python and of the packages that the classifier was made with."""
        found = read_mapping(self.description.provenance, "versions")
        return {to_line(name): read_text(found, name) for name in found}

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the card to a file, completely or not at all, and return its path.

        Parameters
        ----------
        path
            The extension selects the format: .md for Markdown, .html for a self-contained page.
        force
            Replace an existing file, which may have been edited.

        Raises
        ------
        UsageError
            The path has another extension or exists already, or its folder does not exist.
        CatseyeError
            The file cannot be written.
        """
        from catseye.drawing.figure_file import check_ending  # only when used, as it draws

        path, view = Path(path), self.view()
        check_ending(path, tuple(view.writers))
        view.write(new_output(path, force=force))
        return path

    def to_json(self) -> dict[str, Any]:
        """Return everything that is known as JSON values; ``null`` for the unknown."""
        own, scores, data = self.description, self.scores, self.data
        height, width, channels = own.preprocess.shape
        test = scores.get(TEST)
        robustness = self.result.robustness if self.result else None
        error = test.expected_calibration_error if test else None
        known = {
            name: data.get(name) or None for name in ("name", "version", "split", "licence", "citation", "fingerprint")
        }
        return {
            "name": self.name,
            "classifier": self.path,
            "sha256": self.digest or None,
            "network": own.network_name,
            "classes": list(own.classes),
            "picture": {"height": height, "width": width, "channels": channels},
            "data": known | {"training_pictures": data.get("training_pictures")},
            "recipe": self.recipe or None,
            "versions": self.versions or None,
            "command": self.command or None,
            "accuracy": {split: score.to_json() for split, score in scores.items()},
            "per_class": [row.to_json() for row in self.per_class] or None,
            "calibration": own.calibration.to_json() | {"expected_calibration_error": error},
            "robustness": robustness.to_json() if robustness else None,
            "unfamiliarity": own.unfamiliarity.to_json() if own.unfamiliarity else None,
            "exported": self.exported.to_json() if self.exported else None,
            "limits": list(self.limits),
            "licences": {"classifier": None} | {name: words or None for name, words in self.licences.items()},
        }
