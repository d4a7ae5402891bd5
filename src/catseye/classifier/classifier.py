"""A classifier: everything that turns a picture into a class with a probability, in one safe file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch

from catseye.arguments import received, with_checked_arguments
from catseye.classifier.classes import find_class, match_labels
from catseye.classifier.description import Description
from catseye.classifier.file import read_model, write_model
from catseye.classifier.prediction import Prediction
from catseye.classifier.stream import predict_stream, read_pixels
from catseye.drawing.answer import Answer
from catseye.errors import CatseyeError, PictureError, UsageError, with_short_traceback
from catseye.evaluation.calibration import Calibration, softmax
from catseye.evaluation.metrics import evaluate_logits
from catseye.images.decoding import decode
from catseye.images.inputs import Picture, display_name, source_of
from catseye.inference.batched import compute_logits
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.imagenet import CLASSES, class_names
from catseye.networks.pretrained_weights import pretrained
from catseye.networks.registry import BACKBONES, is_backbone, network_title
from catseye.networks.structure import in_evaluation_mode
from catseye.system.files import check_folder, is_folder, is_there
from catseye.system.home import home_folder
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.arrays import Floats, Integers, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.evaluation.metrics import Evaluation
    from catseye.images.preprocess import Preprocess
    from catseye.networks.custom import CustomNetwork

ENDING = ".safetensors"
FILE_NAME = f"classifier{ENDING}"


@dataclass(frozen=True, eq=False, repr=False)
class Classifier(Answer):
    """Network, preprocess, class names, calibration, and where it all came from; in a notebook, a table.

    Attributes
    ----------
    network : torch.nn.Module
        Network from pictures (B, C, H, W) to logits (B, K).
    network_name, network_options, preprocess, classes, calibration, provenance
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

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.preprocess.shape))
        return f"Classifier({network_title(self.network_name)}, {len(self.classes)} classes, pictures of {shape})"

    @property
    def description(self) -> Description:
        """Everything but the network's weights, as it is written to the header of the file."""
        return Description(**{field.name: getattr(self, field.name) for field in fields(Description)})

    @classmethod
    @with_short_traceback
    @with_checked_arguments
    def load(cls, path: str | Path, network: CustomNetwork | None = None) -> Self:
        """Return the classifier in a file or in a run's folder, or a backbone with ImageNet's classes by its name.

        Parameters
        ----------
        path
        network
            Only for a network that was written in Python and is not in the file: the module, which is copied, or the
            function ``(shape, classes)`` that makes it. It gets the file's weights.

        Raises
        ------
        UsageError
            There is no such file or backbone, or the network is missing or does not fit.
        CatseyeError
            It is truncated, is not a Catseye classifier, or does not fit its own description; or a backbone's weights
            cannot be obtained.
        """
        if is_backbone(str(path)) and not is_there(path):
            return cls.pretrained(str(path))
        path = Path(path)
        file = path / FILE_NAME if is_folder(path) else path
        if not (is_there(file) and file.is_file()):
            inside = f"; it holds no {FILE_NAME} (is its training finished?)" if is_folder(path) else ""
            near = get_close_matches(str(path), BACKBONES, n=3, cutoff=0.7)
            advice = f"; did you mean the backbone {' or '.join(near)}?" if near else "."
            raise UsageError(f"there is no classifier at {path}{inside}{advice}")
        own, description = read_model(file, network)
        return cls(own, **vars(description))

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
        found = pretrained(backbone, weights, home_folder(data_dir))
        if found.network.head.out_features != CLASSES:
            raise UsageError(f"{found.origin} is for {found.network.head.out_features} classes, not ImageNet's 1,000.")
        provenance = {"weights": {"origin": found.origin, "sha256": found.digest}, "data": {"name": "ImageNet-1k"}}
        return cls(found.network, backbone, {}, found.preprocess, class_names(), Calibration(), provenance)

    def to_json(self) -> dict[str, Any]:
        """Return everything but the network's weights as JSON values."""
        return self.description.to_json()

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path) -> Path:
        """Write the classifier as one .safetensors file and return its path; an old file stays until it is complete.

        Raises
        ------
        UsageError
            The path has another ending, or there is no such folder.
        CatseyeError
            The file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() != ENDING:
            raise UsageError(f"a classifier is saved as a {ENDING} file; got {path}. figure() draws its description.")
        check_folder(path)
        write_model(path, self.network, self.description)
        return path

    @with_short_traceback
    def logits(self, pictures: Pictures) -> Floats:
        """Return the logits of a split's pictures, float32 (N, K)."""
        from catseye.inference.engine_logits import ENOUGH, compute_engine_logits

        if isinstance(self.network, Backbone) and len(pictures) >= ENOUGH:
            return _finite(compute_engine_logits(self.network, self.preprocess, pictures))
        return _finite(compute_logits(self.network, self.preprocess, pictures).numpy())

    @with_short_traceback
    def probabilities(self, batch: Pixels) -> Floats:
        """Return calibrated probabilities (B, K) for uint8 (B, C, H, W) of the preprocess's own size.

        Raises
        ------
        UsageError
            The batch has another type or shape.
        """
        height, width, channels = self.preprocess.shape
        if not isinstance(batch, np.ndarray):
            raise UsageError(f"expected a uint8 batch (B, {channels}, {height}, {width}); got {received(batch)}.")
        if batch.dtype != np.uint8 or batch.shape[1:] != (channels, height, width):
            wanted = f"uint8 (B, {channels}, {height}, {width})"
            raise UsageError(f"expected a batch {wanted}; got {batch.dtype} {batch.shape}.")
        network = in_evaluation_mode(self.network)
        with torch.inference_mode():
            answers = network(self.preprocess.tensor(torch.from_numpy(np.ascontiguousarray(batch))))
        return softmax(_finite(answers.numpy()), self.calibration.temperature)

    @with_short_traceback
    def pixels(self, picture: Picture) -> Pixels:
        """Return one picture as the network is given it, uint8 (C, H, W); see :meth:`predict` for what it can be.

        Raises
        ------
        PictureError
            It cannot be used.
        """
        found = read_pixels((0, picture), self.preprocess)
        if isinstance(found, PictureError):
            raise found
        return found

    @with_short_traceback
    def whole(self, picture: Picture) -> Pixels:
        """Return one picture at its own size, uint8 (H, W, C), in the channels that the classifier looks at.

        Raises
        ------
        PictureError
            It cannot be used.
        """
        name, known = display_name(picture, "0"), self.preprocess.value_range
        image = decode(source_of(picture, name, known), name, value_range=known)
        grey = self.preprocess.channels == 1
        values = np.array(image.convert("L" if grey else "RGB"))
        return values[:, :, None] if grey else values

    @with_short_traceback
    def class_index(self, name: str | int) -> int:
        """Return the number of a class, given its name in any case, or its number.

        Raises
        ------
        UsageError
            There is no such class; the message names the nearest ones.
        """
        return find_class(self.classes, name)

    @with_short_traceback
    def predict(self, pictures: Picture | Iterable[Picture]) -> list[Prediction]:
        """Return a prediction for each picture.

        Parameters
        ----------
        pictures
            One picture or many: paths, Pillow images, or arrays (H, W), (H, W, C), C 1, 3 or 4, or (C, H, W), C 1 or
            3, uint8 or floats from 0 to 1. An array (N, H, W, C), (N, C, H, W), or (N, H, W) where W is above 4, holds
            N pictures. Other numbers are scaled like those of the training pictures, if these had more than 8 bits
            per channel.
            A large JPEG given by its path is decoded at a reduced size, so its probabilities can differ
            slightly from those of the same picture decoded whole.

        Raises
        ------
        PictureError
            A picture cannot be used; the error says which.
        """
        predictions = []
        for answer in self.predict_each(pictures):
            if isinstance(answer, PictureError):
                raise answer
            predictions.append(answer)
        return predictions

    def predict_each(self, pictures: Picture | Iterable[Picture | PictureError]) -> Iterator[Prediction | PictureError]:
        """Yield a prediction or an error for each picture, in order; an error in place of a picture is passed on."""
        keep_memory()
        return predict_stream(pictures, self.preprocess, self.classes, self.probabilities)

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
        labels = self.labels(pictures)
        return evaluate_logits(self.logits(pictures), labels, self.classes, self.calibration)

    @with_short_traceback
    def labels(self, pictures: Pictures) -> Integers:
        """Return the labels of ``pictures`` int64 (N,) in the order of the classifier's own classes."""
        return match_labels(self.classes, pictures)


def _finite(answers: Floats) -> Floats:
    if not np.isfinite(answers).all():
        raise CatseyeError(
            "the classifier's outputs are not finite numbers: its weights or preprocessing are corrupted."
        )
    return answers
