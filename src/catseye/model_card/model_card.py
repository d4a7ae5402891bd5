"""A classifier's model card (Mitchell et al. 2019, arXiv:1810.03993): what is known of it, and what is not."""

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
        What the classifier is called.
    path : str
        What ``catseye predict`` is given to use it.
    description : Description
        What its file says.
    digest : str
        SHA-256 of its file, in hexadecimal digits; empty without a file.
    result : Result or None
        The run's numbers; ``None`` where only the classifier's file is there.
    command : str
        The shell command that repeats the run; empty if it is not known.
    exported : ExportedFile or None
        A file that it was exported to.
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
        """The network's name; of one that is a text without a name, its beginning."""
        return network_title(self.description.network_name)

    @property
    def data(self) -> dict[str, Any]:
        """What the file says of the training data: ``name``, ``licence``, ``fingerprint``, …."""
        return read_mapping(self.description.provenance, "data")

    @property
    def scores(self) -> dict[str, Score]:
        """What was measured, by split; as far as it is known."""
        if self.result:
            own = {TRAIN: self.result.train, VALIDATION: self.result.validation, TEST: self.result.test}
        else:
            measured = read_mapping(self.description.provenance, "measured")
            count = len(self.description.classes)
            own = {split: read_score(measured, split, count) for split in (TRAIN, VALIDATION, TEST)}
        return {split: score for split, score in own.items() if score}

    @property
    def per_class(self) -> tuple[ClassAccuracy, ...]:
        """The accuracy of each class on the test pictures; empty if it is not known."""
        test, train = self.scores.get(TEST), self.scores.get(TRAIN)
        if test is None or not test.per_class:
            return ()
        learned = [count for _, count in train.per_class] if train and train.per_class else [None] * len(test.per_class)
        rows = zip(self.description.classes, test.per_class, learned, strict=True)
        return tuple(ClassAccuracy(name, right, count, known) for name, (right, count), known in rows)

    @property
    def weights(self) -> str:
        """Where the pretrained weights are from, as the file says; empty for random ones."""
        return read_text(read_mapping(self.description.provenance, "weights"), "origin")

    @property
    def licences(self) -> dict[str, str]:
        """The licences in words, of ``weights`` and ``data``; ``data`` is empty if none is stated."""
        weights = describe_weights_licence(self.weights) if self.has_origin else ""
        return {"weights": weights, "data": read_text(self.data, "licence")}

    @property
    def data_name(self) -> str:
        """The data set, and which part of it if not all: ``"mnist"``, ``"mnist (train[:10%])"``; empty if unknown."""
        name, split = read_text(self.data, "name"), read_text(self.data, "split")
        return f"{name} ({split})" if name and split else name

    @property
    def has_origin(self) -> bool:
        """Whether the file says at all how the classifier was made."""
        return bool(self.data)

    @property
    def limits(self) -> tuple[str, ...]:
        """What the numbers do not cover, in sentences."""
        notes = self.result.notes if self.result else ()
        return tuple(list_limits(self.description, self.scores.get(TEST), self.per_class, notes))

    @property
    def recipe(self) -> dict[str, Any]:
        """Every choice of the training, by name."""
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
            Its ending says what is written: .md is Markdown, .html a page that needs nothing but itself.
        force
            Replace a file, which somebody may have edited.

        Raises
        ------
        UsageError
            The path has another ending or exists already, or there is no such folder.
        CatseyeError
            The file cannot be written.
        """
        from catseye.drawing.figure_file import check_ending  # on use, as it draws

        path, view = Path(path), self.view()
        check_ending(path, tuple(view.writers))
        view.write(new_output(path, force=force))
        return path

    def to_json(self) -> dict[str, Any]:
        """Return everything that is known as JSON values; what is not known is ``null``."""
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
