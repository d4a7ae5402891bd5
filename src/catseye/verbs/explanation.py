"""Why a classifier answers as it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.arguments import read_names, with_checked_arguments
from catseye.errors import with_short_traceback
from catseye.insight.explanation.explanation import explain as explain_prediction
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.images.inputs import Picture
    from catseye.insight.explanation.explanation import Explanation
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def explain(
    classifier: ClassifierSource,
    picture: Picture,
    *,
    class_name: str | int | None = None,
    methods: str | Sequence[str] = (),
    layer: str | None = None,
    scores: bool = False,
    check: bool = False,
    seed: int = 0,
    weights: str | Path | None = None,
) -> Explanation:
    """Show which parts of a picture support a class.

    Parameters
    ----------
    classifier
        A classifier, a run, the path of either, or a backbone's name.
    picture
        A path, a Pillow image or an array, as for :meth:`catseye.Classifier.predict`.
    class_name
        Name or number of the class to explain; by default the most probable one. The command's option is ``--class``,
        which Python reserves.
    methods
        One or several of ``"grad_cam"``, ``"integrated_gradients"``, ``"occlusion"`` and ``"smooth_grad"``, in a list
        or as comma-separated text, or ``"all"``. By default Grad-CAM or, for a network without maps, occlusion.
    layer
        Layer for Grad-CAM; by default the last convolution, or a backbone's last stage.
    scores
        Also measure how faithful each map is, by deletion and insertion against a random baseline: takes longer.
    check
        Also run the sanity check: randomise the weights layer by layer; the maps must change.
    seed
        Random seed of noise, random orders and random weights.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        There is no such classifier, class, method or layer, or the network has no maps for Grad-CAM.
    PictureError
        The picture cannot be used.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten digit:

    >>> import catseye
    >>> catseye.explain("my-run", "digit.png").maps[0].attribution.map.shape
    (8, 8)
    """
    named = [name.replace("-", "_") for name in read_names("methods", methods)]
    opened, name = open_classifier(classifier, weights)
    return explain_prediction(
        opened, picture, class_name, named, layer=layer, scores=scores, check=check, seed=seed, name=name
    )
