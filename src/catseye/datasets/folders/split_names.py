"""What folder names say about their content: a split, a data set, examples or masks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNLABELLED = "unlabelled"

_EVALUATION = "evaluation"  # the test split, or validation where another folder is the test split
_SPLITS = {
    TRAIN: "train training trn trainval",
    VALIDATION: "val valid validation validate validating dev devel development",
    TEST: "test testing tst holdout",
    _EVALUATION: "eval evaluation evaluate",
    UNLABELLED: "pred predict prediction predictions unlabeled unlabelled nolabel submission inference",
}
_WORDS = {word: split for split, words in _SPLITS.items() for word in words.split()}

# The same in other languages, without accents. Alone, such a word may be a class: it counts beside a folder for
# another split only.
_FOREIGN = {
    TRAIN: "entrainement apprentissage entrenamiento treino treinamento addestramento allenamento trainingsdaten "
    "trainingsbilder 训练 训练集 訓練 学習",
    VALIDATION: "validacion validacao validazione validierung validierungsdaten validatie 验证 验证集 検証",
    TEST: "essai essais prueba pruebas teste testes prova prove testdaten testbilder 测试 测试集 テスト",
}
_FOREIGN_WORDS = {word: split for split, words in _FOREIGN.items() for word in words.split()}

_WHOLE = {"publictest": VALIDATION, "privatetest": TEST}  # as FER2013 calls them


def _words_in(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DATA = _words_in("""
    data dataset datasets image images img imgs picture pictures photo photos pic pics jpg jpeg png jpegs pngs
    classes all input inputs
""")
# What is written beside the name of a split and means nothing: train_set, test_images, validation_folder.
_FILLERS = _DATA | _words_in("""
    set sets folder folders dir split splits new final original originals resized cropped full raw labelled labeled
    sample samples the my
""")
_EXAMPLES = _words_in("""
    example examples sample samples demo demos preview previews doc docs documentation asset assets figure figures
    plot plots screenshot screenshots result results output outputs thumbnail thumbnails logo logos readme misc
""")
_MASKS = _words_in("mask masks label labels annotation annotations segmentation segmentations")
_JOINED = re.compile(rf"({'|'.join(sorted(_WORDS, key=len, reverse=True))})(sets?|data|dataset|images?|imgs?|folder)")
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+")
_HOLD_OUT = re.compile(r"hold[-_ ]out", re.IGNORECASE)


def find_splits(names: Iterable[str]) -> dict[str, str]:
    """Return which of several folders side by side are named like a split.

    ``train``, ``Testing``, ``test_set`` and ``valImages`` are; so are ``seg_train`` and ``seg_test`` together, which
    differ only in the split. ``steam_train`` alone is not. Words of other languages, such as ``entrainement``, count
    beside a name of another split only.

    Parameters
    ----------
    names
        Of folders side by side.

    Returns
    -------
    dict
        From name to ``"train"``, ``"validation"``, ``"test"`` or ``UNLABELLED``.
    """
    read = {name: _read(name) for name in names}
    foreign = {name: _read(name, _FOREIGN_WORDS) for name, found in read.items() if not found[0]}
    splits = {found[0] for found in (*read.values(), *foreign.values())} - {"", UNLABELLED}
    if len(splits) > 1:
        read |= {name: found for name, found in foreign.items() if found[0]}
    named = {name: found for name, found in read.items() if found[0]}
    splits_with: dict[tuple[str, ...], set[str]] = {}
    for split, rest in named.values():
        splits_with.setdefault(rest, set()).add(split)
    result = {name: split for name, (split, rest) in named.items() if not rest or len(splits_with[rest]) > 1}
    evaluation = VALIDATION if TEST in result.values() and VALIDATION not in result.values() else TEST
    return {name: evaluation if split == _EVALUATION else split for name, split in result.items()}


def _read(name: str, known: Mapping[str, str] = _WORDS) -> tuple[str, tuple[str, ...]]:
    """Return the split that a name refers to, empty if none, and the remaining words."""
    splits: set[str] = set()
    rest: list[str] = []
    words = _words(name)
    if "".join(words) in _WHOLE:
        return _WHOLE["".join(words)], ()
    for word in words:
        joined = _JOINED.fullmatch(word)
        split = known.get(joined[1] if joined else word)
        if split:
            splits.add(split)
        elif word not in _FILLERS and not word.isdigit():
            rest.append(word)
    if splits == {TRAIN, VALIDATION}:  # train_val, as of Pascal VOC
        splits = {TRAIN}
    return (splits.pop() if len(splits) == 1 else "", tuple(rest))


def _words(name: str) -> Sequence[str]:
    plain = "".join(letter for letter in normalize("NFKD", name) if not combining(letter))  # entraînement
    return [word.lower() for word in _TOKEN.findall(_HOLD_OUT.sub("holdout", normalize("NFC", plain)))]


def is_called_data(name: str) -> bool:
    """Say whether a name says only that it holds data: ``Dataset``, ``images``, ``flower_photos``."""
    words = _words(name)
    return bool(words) and words[-1] in _DATA and not is_called_examples(name)


def is_called_examples(name: str) -> bool:
    """Say whether a name says that it holds examples, not a class: ``Examples``, ``sample_images``."""
    words = _words(name)
    return not _EXAMPLES.isdisjoint(words) and all(
        word in _EXAMPLES or word in _FILLERS or word.isdigit() for word in words
    )


def is_called_masks(name: str) -> bool:
    """Say whether a name says that it holds masks or annotations, not pictures to classify: ``masks``."""
    words = _words(name)
    return bool(words) and words[-1] in _MASKS
