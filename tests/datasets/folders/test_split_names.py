"""Names of folders that speak of a split, of data or of examples."""

from __future__ import annotations

import pytest

from catseye.datasets.folders.split_names import UNLABELLED, find_splits, is_called_data, is_called_examples


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (["train", "val", "test"], ["train", "validation", "test"]),
        (["Training", "Testing"], ["train", "test"]),
        (["TRAIN", "VALID", "TEST"], ["train", "validation", "test"]),
        (["training_set", "test_set"], ["train", "test"]),
        (["trainset", "testData", "valImages"], ["train", "test", "validation"]),
        (["train_images", "test-images"], ["train", "test"]),
        (["train2017", "val2017"], ["train", "validation"]),
        (["01_train", "02_dev", "03_hold-out"], ["train", "validation", "test"]),
        (["trainval", "train_val"], ["train", "train"]),
        (["seg_train", "seg_test", "seg_pred"], ["train", "test", UNLABELLED]),
        (["asl_alphabet_train", "asl_alphabet_test"], ["train", "test"]),
        (["train", "dev", "eval"], ["train", "validation", "test"]),
        (["train", "test", "evaluation"], ["train", "test", "validation"]),
        (["train", "val", "test", "eval"], ["train", "validation", "test", "test"]),
        (["Training", "PublicTest", "PrivateTest"], ["train", "validation", "test"]),
        (["steam_train", "bus"], [None, None]),
        (["steam train", "bullet train"], [None, None]),
        (["training shoes", "boots"], [None, None]),
        (["contest", "latest", "valley", "devil", "pretest"], [None] * 5),
        (["entrainement", "test"], ["train", "test"]),
        (["Entraînement", "Validation", "Test"], ["train", "validation", "test"]),
        (["Entrai\u0302nement", "test"], ["train", "test"]),  # as macOS writes it
        (["entrenamiento", "validación", "prueba"], ["train", "validation", "test"]),
        (["training", "validierung", "test"], ["train", "validation", "test"]),
        (["treino", "teste"], ["train", "test"]),
        (["addestramento", "validazione", "test"], ["train", "validation", "test"]),
        (["训练集", "测试集"], ["train", "test"]),
        (["images_treino", "images_teste"], ["train", "test"]),
        (["treino", "futebol"], [None, None]),  # a class of pictures from a training ground
        (["prova", "prove"], [None, None]),
        (["essai", "pred"], [None, UNLABELLED]),
        (["train_test", "猫", "", "тест"], [None] * 4),
    ],
)
def test_a_split_is_known_by_its_usual_names(names: list[str], splits: list[str | None]) -> None:
    found = find_splits(names)
    assert [found.get(name) for name in names] == splits


def test_data_and_examples_are_told_from_classes() -> None:
    assert all(map(is_called_data, ["Dataset", "images", "flower_photos", "PetImages", "DATA"]))
    assert not any(map(is_called_data, ["data_beetle", "sample_images", "cat", "", "0"]))
    assert all(map(is_called_examples, ["Examples", "sample_images", "docs", "demo 2"]))
    assert not any(map(is_called_examples, ["images", "blood sample", "logo_nike", "new", ""]))
