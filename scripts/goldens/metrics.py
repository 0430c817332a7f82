"""
What scikit-learn says of labels and answers, for src/metrics/.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python scripts/goldens/metrics.py > __tests__/goldens/metrics.json

Inputs are rounded so that they are the same numbers in the file. Where scikit-learn averages over
classes, it takes those that are among the labels or the answers (macro F1), or among the labels
(balanced accuracy). Calibration is calibration_curve of "the answer is right" over the probability of
the answer.
"""

import json
import pathlib
import sys
import warnings

# A neighbour of this file has the name of the package.
here = pathlib.Path(__file__).parent
sys.path = [path for path in sys.path if pathlib.Path(path or ".").resolve() != here.resolve()]

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.utils.class_weight import compute_class_weight

warnings.filterwarnings("ignore")


def calibration(right, confidence):
    share, mean = calibration_curve(right, confidence, n_bins=10, strategy="uniform")
    edges = np.linspace(0, 1, 11)
    counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=10)
    counts = counts[counts > 0]
    return {
        "meanProbability": mean.tolist(),
        "share": share.tolist(),
        "count": counts.tolist(),
        "expectedError": float((counts * abs(share - mean)).sum() / counts.sum()),
    }


def class_case(name, labels, P, dtype="float64"):
    labels, P = np.asarray(labels), np.asarray(P, dtype)
    k = P.shape[1]
    answers = P.argmax(axis=1)
    every = np.arange(k)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, answers, labels=every, zero_division=0
    )
    present = np.unique(labels)
    weights = compute_class_weight("balanced", classes=present, y=labels)
    return {
        "name": name,
        "dtype": dtype,
        "classes": k,
        "labels": labels.tolist(),
        "probabilities": P.astype("float64").ravel().tolist(),
        "accuracy": metrics.accuracy_score(labels, answers),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, answers),
        "macroF1": metrics.f1_score(labels, answers, average="macro", zero_division=0),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "predicted": np.bincount(answers, minlength=k).tolist(),
        "confusion": metrics.confusion_matrix(labels, answers, labels=every).tolist(),
        "logLoss": metrics.log_loss(labels, y_proba=P, labels=every),
        "auc": metrics.roc_auc_score(labels, P[:, 1]) if k == 2 and len(present) == 2 else None,
        "calibration": calibration(answers == labels, P.max(axis=1).astype("float64")),
        "balancedWeights": dict(zip(map(str, present.tolist()), weights.tolist())),
    }


def number_case(name, targets, predictions):
    targets, predictions = np.asarray(targets, float), np.asarray(predictions, float)
    scores = {
        "r2": metrics.r2_score,
        "mae": metrics.mean_absolute_error,
        "rmse": metrics.root_mean_squared_error,
    }
    return {
        "name": name,
        "outputs": targets.shape[1],
        "targets": targets.ravel().tolist(),
        "predictions": predictions.ravel().tolist(),
        "perOutput": {key: f(targets, predictions, multioutput="raw_values").tolist() for key, f in scores.items()},
        "average": {key: f(targets, predictions, multioutput="uniform_average") for key, f in scores.items()},
    }


def distribution(random, labels, k, strength, decimals=4):
    """Rows of probabilities that lean to the label, and sum to 1 after rounding."""
    Z = random.randn(len(labels), k)
    Z[np.arange(len(labels)), labels] += strength
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    P = np.round(P, decimals)
    P[:, -1] = np.round(1 - P[:, :-1].sum(axis=1), decimals)
    return np.abs(P)


def binary(p):
    p = np.asarray(p, float)
    return np.c_[1 - p, p]


def class_cases():
    random = np.random.RandomState(14)
    two = random.randint(0, 2, 40)
    yield class_case("two classes", two, distribution(random, two, 2, 1))
    yield class_case("two classes in float32", two, distribution(random, two, 2, 1), "float32")
    yield class_case("two classes, tied probabilities", [0, 1, 0, 1, 1, 0, 1, 0],
                     binary([0.25, 0.25, 0.75, 0.75, 0.5, 0.5, 0.75, 0.25]))
    yield class_case("two classes, all probabilities alike", [0, 1, 1, 0, 1], binary([0.5] * 5))
    yield class_case("two classes, certain and wrong", [0, 1, 1, 0], binary([1, 1, 0, 0.125]))
    yield class_case("certain and wrong in float32", [0, 1, 1, 0], binary([1, 1, 0, 0.125]), "float32")
    yield class_case("one of two classes absent", [1, 1, 1, 1], binary([0.75, 0.625, 0.25, 0.875]))
    rare = (random.rand(60) < 0.08).astype(int)
    yield class_case("a rare class that is never predicted", rare, binary(np.round(0.3 * random.rand(60), 3)))
    three = random.randint(0, 3, 50)
    yield class_case("three classes", three, distribution(random, three, 3, 1.2))
    yield class_case("three classes, tied answers", [0, 1, 2, 2, 1, 0],
                     [[0.5, 0.5, 0], [0.25, 0.375, 0.375], [0.5, 0, 0.5], [0.25, 0.25, 0.5], [0.5, 0.5, 0], [0.375, 0.25, 0.375]])
    without = np.where(three == 1, 2, three)
    P = distribution(random, without, 3, 1)
    yield class_case("an absent class that is predicted", without, P)
    P[:, 0] = np.round(P[:, 0] + P[:, 1], 4)
    P[:, 1] = 0
    yield class_case("an absent class that is not predicted", without, P)
    ten = random.choice(10, 120, p=np.arange(1, 11) / 55)
    yield class_case("ten classes, imbalanced", ten, distribution(random, ten, 10, 2))
    yield class_case("on the edges of the bins", [1, 0, 1, 1, 0, 1, 0, 1],
                     binary([0.5, 0.4, 0.6, 0.7, 0.2, 0.8, 0.1, 1]))


def number_cases():
    random = np.random.RandomState(15)
    y = np.round(random.randn(30, 1) * 10 + 3, 3)
    yield number_case("one output", y, np.round(y + random.randn(30, 1) * 4, 3))
    yield number_case("worse than the mean", y, np.round(-y, 3))
    Y = np.round(random.randn(25, 3) * [1, 100, 0.01], 4)
    yield number_case("three outputs", Y, np.round(Y + random.randn(25, 3) * [0.5, 20, 0.02], 4))
    constant = np.c_[np.full(6, 2.5), np.full(6, -1), np.arange(6)]
    yield number_case("constant targets, one predicted exactly", constant, constant + [0, 0.25, 0.5])
    yield number_case("exact", y[:5], y[:5])


if __name__ == "__main__":
    result = {
        "versions": {"numpy": np.__version__, "sklearn": sklearn.__version__},
        "classes": list(class_cases()),
        "numbers": list(number_cases()),
    }
    # NaN is no JSON: a score that has none is null.
    json.dump(result, sys.stdout, allow_nan=False)
    print()
