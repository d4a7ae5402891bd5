"""MNIST, Fashion-MNIST and Kuzushiji-MNIST: one layout, four IDX files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.catalogue.idx import read_idx
from catseye.datasets.info import Info
from catseye.datasets.preparation.entry import Archive, Entry
from catseye.datasets.preparation.storage import Arrays
from catseye.errors import CatseyeError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.arrays import Integers, Pixels

_PREFIXES = {"train": "train", "test": "t10k"}
_CLASS_COUNT = 10
_SIDE = 28


def read_splits(paths: Mapping[str, Path]) -> dict[str, tuple[Pixels, Integers]]:
    """Read the four files of the family.

    Returns
    -------
    dict
        ``{split: (images uint8 (N, 1, H, W), labels int64 (N,))}``.

    Raises
    ------
    CatseyeError
        A file is malformed, pictures and labels differ in number, or a label is not 0 to 9.
    """
    splits = {}
    for split, prefix in _PREFIXES.items():
        images = read_idx(paths[f"{prefix}-images-idx3-ubyte.gz"], axes=3)
        labels_path = paths[f"{prefix}-labels-idx1-ubyte.gz"]
        labels = read_idx(labels_path, axes=1)
        if images.shape[1:] != (_SIDE, _SIDE):
            size = " × ".join(map(str, images.shape[1:]))
            raise CatseyeError(f"{prefix}-images-idx3-ubyte.gz has pictures of {size}, not {_SIDE} × {_SIDE}.")
        if len(images) != len(labels) or not len(images):
            raise CatseyeError(
                f"{labels_path} has {counted(len(labels), 'label')} for {counted(len(images), 'picture')}."
            )
        if labels.max() >= _CLASS_COUNT:
            raise CatseyeError(f"{labels_path} has the label {labels.max()}; labels are 0 to {_CLASS_COUNT - 1}.")
        splits[split] = images[:, None], labels.astype(np.int64)
    return splits


def _info(name: str, description: str, address: str, classes: tuple[str, ...], citation: str, licence: str) -> Info:
    splits = {"train": 60_000, "test": 10_000}
    return Info(
        name=name,
        version="1.0.0",
        versions=("1.0.0",),
        description=description,
        address=address,
        shape=(_SIDE, _SIDE, 1),
        classes=classes,
        splits=splits,
        citation=citation,
        licence=licence,
    )


# The sums of the files are those that their publishers' users agree on (TensorFlow Datasets, torchvision); the sums
# of the contents were taken from files with those contents. Kuzushiji-MNIST's contents have not been at hand.
MNIST = Entry(
    info=_info(
        "mnist",
        "Handwritten digits, white on black.",
        "http://yann.lecun.com/exdb/mnist/",
        tuple("0123456789"),
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. "
        "Proceedings of the IEEE 86(11), 2278-2324, 1998.",
        "CC BY-SA 3.0, according to Keras's documentation",
    ),
    archives=(
        Archive(
            "train-images-idx3-ubyte.gz",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        Archive(
            "train-labels-idx1-ubyte.gz",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        Archive(
            "t10k-images-idx3-ubyte.gz",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        Archive(
            "t10k-labels-idx1-ubyte.gz",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    addresses=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ),
    storage=Arrays(read_splits),
)

FASHION_MNIST = Entry(
    info=_info(
        "fashion_mnist",
        "Clothes from a shop's catalogue, small and grey.",
        "https://github.com/zalandoresearch/fashion-mnist",
        (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning "
        "algorithms. arXiv:1708.07747, 2017.",
        "MIT",
    ),
    archives=(
        Archive(
            "train-images-idx3-ubyte.gz",
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        Archive(
            "train-labels-idx1-ubyte.gz",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        Archive(
            "t10k-images-idx3-ubyte.gz",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        Archive(
            "t10k-labels-idx1-ubyte.gz",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    addresses=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
    storage=Arrays(read_splits),
)

KMNIST = Entry(
    info=_info(
        "kmnist",
        "Cursive Japanese characters from old books.",
        "http://codh.rois.ac.jp/kmnist/",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep learning for classical "
        "Japanese literature. arXiv:1812.01718, 2018.",
        "CC BY-SA 4.0",
    ),
    archives=(
        Archive("train-images-idx3-ubyte.gz", "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        Archive("train-labels-idx1-ubyte.gz", "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        Archive("t10k-images-idx3-ubyte.gz", "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        Archive("t10k-labels-idx1-ubyte.gz", "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ),
    addresses=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/", "https://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
    storage=Arrays(read_splits),
)
