"""A classifier: everything that turns a picture into a class with a probability, in one safe file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.classifier.classes import find_class, match_labels
from catseye.classifier.description import Description
from catseye.classifier.logits import compute_batch_outputs, compute_scored
from catseye.classifier.prediction import Prediction, mark_uncalibrated
from catseye.classifier.stated import Classes, Numbers, read_stated
from catseye.classifier.storage import read_backbone, read_classifier, require_classes, write_classifier
from catseye.classifier.stored_network import NetworkField
from catseye.classifier.stream import predict_stream, read_pixels, read_whole, require_answer, require_finite
from catseye.drawing.answer import Answer
from catseye.errors import UsageError, with_short_traceback
from catseye.evaluation.calibration import softmax
from catseye.evaluation.metrics import evaluate_logits
from catseye.images.inputs import Picture
from catseye.networks.names import is_backbone
from catseye.networks.titles import network_title
from catseye.short_repr import counted
from catseye.system.files import is_there
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.arrays import Floats, Integers, Pixels
    from catseye.classifier.unfamiliarity import Unfamiliarity
    from catseye.datasets.pictures import Pictures
    from catseye.errors import PictureError
    from catseye.evaluation.calibration import Calibration
    from catseye.evaluation.metrics import Evaluation
    from catseye.images.preprocess import Preprocess
    from catseye.networks.custom import CustomNetwork


@dataclass(frozen=True, eq=False, repr=False)
class Classifier(Answer):
    """Network, preprocess, class names, calibration, and where it all came from; in a notebook, a table.

    Attributes
    ----------
    network : torch.nn.Module
        Network from pictures (B, C, H, W) to logits (B, K).
    network_name, network_options, preprocess, classes, calibration, provenance, unfamiliarity
        As in its :class:`~catseye.classifier.description.Description`.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten 4:

    >>> from catseye import Classifier
    >>> classifier = Classifier.load("my-run")
    >>> classifier.predict("digit.png")[0].class_name
    '4'
    """

    network: nn.Module
    network_name: str
    network_options: dict[str, Any]
    preprocess: Preprocess
    classes: tuple[str, ...]
    calibration: Calibration
    provenance: dict[str, Any]
    unfamiliarity: Unfamiliarity | None = None

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.preprocess.shape))
        classes = counted(len(self.classes), "class", "classes")
        return f"Classifier({network_title(self.network_name)}, {classes}, pictures of {shape})"

    @property
    def description(self) -> Description:
        """Everything but the network's weights, as it is written to the header of the file."""
        return Description(**{field.name: getattr(self, field.name) for field in fields(Description)})

    @classmethod
    @with_short_traceback
    @with_checked_arguments
    def load(
        cls,
        path: str | Path,
        network: CustomNetwork | str | None = None,
        *,
        classes: Classes = None,
        shape: tuple[int, int, int] | str | None = None,
        mean: Numbers = None,
        std: Numbers = None,
    ) -> Self:
        """Return the classifier in a file or in a run's folder, or a backbone with ImageNet's classes by its name.

        Parameters
        ----------
        path
            Of a run, of a classifier's file, or of another framework's: Keras 3's ``.keras`` or ``.weights.h5``,
            PyTorch's state dict as ``.pth``, ``.pt`` or ``.safetensors``. The others describe these alone.
        network
            For files of weights alone: its name or text. For PyTorch's, and for a classifier whose network was written
            in Python, also the module, which is copied, or the function ``(shape, classes)`` that makes it.
        classes
            Their names, in a list or as comma-separated text, or their number.
        shape
            Height, width and channels of the pictures, also as text such as ``"28x28x1"``.
        mean, std
            One, or one a channel, by default 0 and 1: the network is given ``(x - mean) / std`` for x from 0 to 1.

        Raises
        ------
        UsageError
            There is no such file or backbone, or what the file leaves open is missing or does not fit.
        CatseyeError
            It is damaged, is not a classifier, or does not fit its description; or weights cannot be obtained.
        """
        stated = read_stated(network if isinstance(network, str) else None, classes, shape, mean, std)
        if is_backbone(str(path)) and not is_there(path):
            return cls.pretrained(str(path))
        found, description = read_classifier(Path(path), stated, None if isinstance(network, str) else network)
        return cls(found, **vars(description))  # type: ignore[arg-type]  # see NetworkField

    @classmethod
    @with_short_traceback
    @with_checked_arguments
    def pretrained(
        cls, backbone: str, *, weights: str | Path | None = None, data_dir: str | Path | None = None
    ) -> Self:
        """Return a backbone as a classifier of the thousand ImageNet classes.

        Parameters
        ----------
        backbone
            Name of the backbone, such as ``"efficientnet_lite0"`` or ``"timm:NAME"``.
        weights
            A safetensors or .pth file; by default the official weights.
        data_dir
            Folder for downloads; by default ``CATSEYE_HOME``, else the user's cache folder.

        Raises
        ------
        UsageError
            There is no such backbone or file, or its weights are for other classes than ImageNet's.
        CatseyeError
            The weights cannot be obtained, or are another network's.
        """
        found, description = read_backbone(backbone, weights, home_folder(data_dir))
        return cls(found, **vars(description))  # type: ignore[arg-type]  # see NetworkField

    def to_json(self) -> dict[str, Any]:
        """Return everything but the network's weights as JSON values."""
        return self.description.to_json()

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path) -> Path:
        """Write the classifier to one file and return its path; an old file stays until it is complete.

        A ``.safetensors`` file holds all of it. ``.keras`` holds a model from pictures (B, H, W, C) of values 0 to 255
        to the probabilities of :meth:`probabilities`. ``.weights.h5``, ``.pth`` and ``.pt`` hold the weights alone,
        without the network, the names of classes and the normalisation, as a note says; :meth:`load` needs them again.

        Raises
        ------
        UsageError
            The path has another ending, there is no such folder, or Keras has no such network.
        CatseyeError
            The file cannot be written.
        """
        return write_classifier(Path(path), vars(self)["network"], self.description)

    @with_short_traceback
    def logits(self, pictures: Pictures) -> Floats:
        """Return the logits of a split's pictures, float32 (N, K)."""
        require_classes(self.network_name, self.classes)
        return require_finite(compute_scored(self, pictures)[0])

    @with_short_traceback
    def probabilities(self, pictures: Picture | Pictures | Iterable[Picture]) -> Floats:
        """Return calibrated probabilities (N, K) of one picture or many, as for :meth:`predict`; each row sums to 1.

        Raises
        ------
        PictureError
            A picture cannot be used; the error says which.
        """
        own = self.preprocess.channels, self.preprocess.height, self.preprocess.width
        if isinstance(pictures, np.ndarray) and pictures.dtype == np.uint8 and pictures.shape[1:] == own:
            return self._judge_batch(pictures)[0]
        rows = [prediction.probabilities for prediction in self.predict(pictures)]
        return np.stack(rows) if rows else np.empty((0, len(self.classes)))

    def _judge_batch(self, batch: Pixels) -> tuple[Floats, Floats | None]:
        """Return the same for uint8 (B, C, H, W) of the preprocess's own size, and its unfamiliarity (B,) if known."""
        require_classes(self.network_name, self.classes)
        logits, features = compute_batch_outputs(self, batch)
        unlike = None if self.unfamiliarity is None or features is None else self.unfamiliarity.score(features)
        return softmax(require_finite(logits), self.calibration.temperature), unlike

    @with_short_traceback
    def unfamiliarities(self, pictures: Pictures) -> Floats | None:
        """Return the unfamiliarity of a split's pictures, float64 (N,); ``None`` if there is no such score."""
        return compute_scored(self, pictures)[1]

    @with_short_traceback
    def pixels(self, picture: Picture) -> Pixels:
        """Return one picture as the network is given it, uint8 (C, H, W); see :meth:`predict` for what it can be.

        Raises
        ------
        PictureError
            It cannot be used.
        """
        return require_answer(read_pixels((0, picture), self.preprocess))

    @with_short_traceback
    def whole(self, picture: Picture) -> Pixels:
        """Return one picture at its own size, uint8 (H, W, C), in the channels that the classifier looks at.

        Raises
        ------
        PictureError
            It cannot be used.
        """
        return read_whole(picture, self.preprocess)

    @with_short_traceback
    def class_index(self, name: str | int) -> int:
        """Return the number of a class, given its name or number, or raise `UsageError`; see `find_class`."""
        return find_class(self.classes, name)

    @with_short_traceback
    def predict(self, pictures: Picture | Pictures | Iterable[Picture]) -> list[Prediction]:
        """Return a prediction for each picture.

        Parameters
        ----------
        pictures
            One picture or many: paths, Pillow images, or arrays (H, W), (H, W, C), C 1, 3 or 4, or (C, H, W), C 1 or
            3, uint8 or floats from 0 to 1. An array (N, H, W, C), (N, C, H, W), or (N, H, W) where W is above 4, holds
            N pictures. Other numbers are scaled like those of the training pictures, if these had more than 8 bits
            per channel.
            A split of a data set gives its labels to the predictions as ``true_class``. A large JPEG given by its path
            is decoded at a reduced size, so its probabilities can differ slightly from those of the same picture
            decoded whole.

        Raises
        ------
        PictureError
            A picture cannot be used; the error says which.
        """
        return [require_answer(answer) for answer in self.predict_each(pictures)]

    def predict_each(
        self, pictures: Picture | Pictures | Iterable[Picture | PictureError]
    ) -> Iterator[Prediction | PictureError]:
        """Yield a prediction or an error for each picture, in order; an error in place of a picture is passed on."""
        answers = predict_stream(pictures, self.preprocess, self.classes, self._judge_batch)
        return answers if self.calibration.examples else map(mark_uncalibrated, answers)

    @with_short_traceback
    def evaluate(self, pictures: Pictures) -> Evaluation:
        """Return how good the classifier is on labelled pictures, whose classes are matched by name.

        Raises
        ------
        UsageError
            The pictures have classes that the classifier does not know, or there are none.
        """
        if not len(pictures):
            raise UsageError("there are no pictures to evaluate on.")
        require_classes(self.network_name, self.classes)
        labels, (logits, unlike) = self.labels(pictures), compute_scored(self, pictures)
        found = evaluate_logits(require_finite(logits), labels, self.classes, self.calibration)
        return self.unfamiliarity.score_evaluation(found, unlike) if self.unfamiliarity else found

    @with_short_traceback
    def labels(self, pictures: Pictures) -> Integers:
        """Return the labels of ``pictures`` int64 (N,) in the order of the classifier's own classes."""
        return match_labels(self.classes, pictures)


# Not a default in the class, which dataclasses would take the field to have.
_network = NetworkField()
_network.__set_name__(Classifier, "network")
setattr(Classifier, "network", _network)  # noqa: B010 (a type checker takes an assignment for another declaration)
