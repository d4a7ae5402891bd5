"""Metrics against scikit-learn and SciPy, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics as judge

from catseye.evaluation.calibration import Calibration, softmax
from catseye.evaluation.intervals import wilson_interval
from catseye.evaluation.metrics import Confusion, Evaluation, evaluate_logits

CLASSES = tuple("abcdefg")


def drawn(seed: int, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, len(CLASSES), count)
    logits = generator.normal(size=(count, len(CLASSES))) + 1.5 * np.eye(len(CLASSES))[labels]
    return logits.astype(np.float32), labels


def judged(seed: int = 0) -> Evaluation:
    logits, labels = drawn(seed)
    return evaluate_logits(logits, labels, CLASSES, Calibration())


def test_all_agree_with_scikit_learn() -> None:
    logits, labels = drawn(0)
    probabilities = softmax(logits)
    ours = evaluate_logits(logits, labels, CLASSES, Calibration())
    predicted = probabilities.argmax(1)
    assert ours.accuracy == pytest.approx(judge.accuracy_score(labels, predicted))
    assert ours.loss == pytest.approx(judge.log_loss(labels, probabilities))
    assert ours.confusion.tolist() == judge.confusion_matrix(labels, predicted).tolist()
    assert ours.top_k[3] == pytest.approx(judge.top_k_accuracy_score(labels, probabilities, k=3))
    columns = judge.precision_recall_fscore_support(labels, predicted)
    for score, *theirs in zip(ours.per_class, *columns, strict=True):
        assert [score.precision, score.recall, score.f1, score.support] == pytest.approx(theirs)


def test_a_class_that_was_never_predicted_or_never_there_has_no_score() -> None:
    logits = np.array([[9.0, 0, 0], [9, 0, 0]])
    scores = evaluate_logits(logits, np.array([0, 1]), ("a", "b", "c"), Calibration()).per_class
    assert (scores[0].precision, scores[0].recall) == (0.5, 1.0)
    assert (scores[1].precision, scores[1].recall, scores[1].f1) == (None, 0.0, 0.0)
    assert (scores[2].precision, scores[2].recall, scores[2].f1) == (None, None, None)


@given(st.integers(1, 3000), st.floats(0, 1))
def test_the_interval_is_wilsons(examples: int, share: float) -> None:
    right = round(share * examples)
    theirs = binomtest(right, examples).proportion_ci(method="wilson")
    assert wilson_interval(right, examples) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_json_has_the_promised_keys() -> None:
    promised = {
        "examples",
        "accuracy",
        "accuracy_interval",
        "loss",
        "expected_calibration_error",
        "per_class",
        "confusion",
    }
    assert promised <= set(judged().to_json())


def test_top_k_is_left_out_where_it_says_nothing() -> None:
    few = evaluate_logits(np.eye(3), np.arange(3), ("a", "b", "c"), Calibration())
    assert few.top_k == {}


def test_a_certain_and_right_prediction_has_no_loss() -> None:
    certain = evaluate_logits(np.eye(3) * 1000, np.arange(3), ("a", "b", "c"), Calibration())
    assert str(certain.loss) == "0.0"
    wrong = evaluate_logits(np.eye(3) * 1000, np.array([1, 2, 0]), ("a", "b", "c"), Calibration())
    assert wrong.loss == pytest.approx(-np.log(1e-12))


def test_what_is_confused_most_is_counted() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 1, 1, 2, 0, 1, 2])  # 0 as 1 twice of four times, as 2 once; 1 as 0 once
    evaluation = evaluate_logits(np.eye(3)[predicted], labels, ("a", "b", "c"), Calibration())
    assert evaluation.confused == [Confusion("a", "b", 2, 4), Confusion("a", "c", 1, 4), Confusion("b", "a", 1, 2)]
    assert str(evaluation.confused[0]) == "a predicted as b: 2 of 4"


@pytest.mark.parametrize("examples", [1, 3, 10, 777])
def test_the_interval_of_none_and_of_all_ends_exactly_at_0_and_1(examples: int) -> None:
    assert wilson_interval(0, examples)[0] == 0.0
    assert wilson_interval(examples, examples)[1] == 1.0
