"""
What scikit-learn's networks reach on five of its data sets, and the data as files.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python scripts/goldens/sklearn.py

It writes __tests__/goldens/sklearn.json, and the data to __tests__/goldens/data/: tables as CSV with
the target in the last column, digits as digits.npz (X (m, 64) and y (m) of bytes).

Every set is split into five folds (StratifiedKFold, KFold for numbers; shuffled, random_state 0).
Inputs, and targets that are numbers, are standardised by the mean and the deviation of the training
fold; a column that is constant there is only centred. The network is MLPClassifier or MLPRegressor,
20-10 relu, Adam. Its L2 penalty is alpha / 2 · Σ W² / m for a batch of m; its first weights are
Glorot's uniform ones. A score is the mean over the folds, its standard error the deviation over the
folds (n - 1) / √5. Fit times are of the machine that ran it, on one thread.
"""

import json
import os
import pathlib
import sys
import time

# This file has the name of the package.
here = pathlib.Path(__file__).parent
sys.path = [path for path in sys.path if pathlib.Path(path or ".").resolve() != here.resolve()]
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy as np
import sklearn
from sklearn import datasets, metrics
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

goldens = here.parents[1] / "__tests__" / "goldens"
settings = {
    "hidden_layer_sizes": [20, 10],
    "activation": "relu",
    "solver": "adam",
    "learning_rate_init": 0.01,
    "batch_size": 32,
    "max_iter": 60,
    "early_stopping": False,
    "tol": 0,
    "n_iter_no_change": 1_000_000,
    "alpha": 0.0001,
    "random_state": 0,
}


def folds_of(splitter, X, y):
    """For each sample the fold that tests it, as one string of digits."""
    fold = np.zeros(len(y), int)
    for k, (_, test) in enumerate(splitter.split(X, y)):
        fold[test] = k
    return fold


def summary(values):
    return {
        "mean": np.mean(values),
        "standardError": np.std(values, ddof=1) / np.sqrt(len(values)),
        "folds": list(values),
    }


def fitted(model, X, y):
    start = time.perf_counter()
    model.fit(X, y)
    return model, time.perf_counter() - start


def classification(X, y, fold):
    scores = {"accuracy": [], "macroF1": [], "logLoss": []}
    seconds = []
    for k in range(5):
        train, test = fold != k, fold == k
        scale = StandardScaler().fit(X[train])
        model, time_taken = fitted(MLPClassifier(**settings), scale.transform(X[train]), y[train])
        P = model.predict_proba(scale.transform(X[test]))
        answers = P.argmax(axis=1)
        scores["accuracy"].append(metrics.accuracy_score(y[test], answers))
        scores["macroF1"].append(metrics.f1_score(y[test], answers, average="macro"))
        scores["logLoss"].append(metrics.log_loss(y[test], P))
        seconds.append(time_taken)
    return scores, seconds


def regression(X, y, fold):
    scores = {"r2": [], "mae": [], "rmse": []}
    seconds = []
    for k in range(5):
        train, test = fold != k, fold == k
        scale = StandardScaler().fit(X[train])
        target = StandardScaler().fit(y[train, None])
        y_train = target.transform(y[train, None])[:, 0]
        model, time_taken = fitted(MLPRegressor(**settings), scale.transform(X[train]), y_train)
        answers = target.inverse_transform(model.predict(scale.transform(X[test]))[:, None])[:, 0]
        scores["r2"].append(metrics.r2_score(y[test], answers))
        scores["mae"].append(metrics.mean_absolute_error(y[test], answers))
        scores["rmse"].append(metrics.root_mean_squared_error(y[test], answers))
        seconds.append(time_taken)
    return scores, seconds


def write_csv(name, columns, X, target, y):
    lines = [",".join([*columns, target])]
    lines += [",".join([*(f"{x:.10g}" for x in row), str(label)]) for row, label in zip(X, y)]
    (goldens / "data" / f"{name}.csv").write_text("\n".join(lines) + "\n")


def run(name):
    options = {"scaled": False} if name == "diabetes" else {}
    data = getattr(datasets, f"load_{name}")(**options)
    X, y = data.data, data.target
    is_class = name != "diabetes"
    splitter = (StratifiedKFold if is_class else KFold)(5, shuffle=True, random_state=0)
    fold = folds_of(splitter, X, y)
    scores, seconds = (classification if is_class else regression)(X, y, fold)
    if name == "digits":
        np.savez_compressed(goldens / "data" / "digits.npz", X=X.astype(np.uint8), y=y.astype(np.uint8))
    else:
        columns = [str(column).replace(" (cm)", "") for column in data.feature_names]
        labels = data.target_names[y] if is_class else [f"{value:g}" for value in y]
        write_csv(name, columns, X, "class" if is_class else "progression", labels)
    return {
        "file": "data/digits.npz" if name == "digits" else f"data/{name}.csv",
        "m": len(y),
        "inputs": X.shape[1],
        **({"classes": [str(c) for c in data.target_names]} if is_class else {}),
        "folds": "".join(map(str, fold)),
        "scores": {metric: summary(values) for metric, values in scores.items()},
        "fitSeconds": summary(seconds),
    }


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(float(value), 6) if isinstance(value, float) else value


if __name__ == "__main__":
    names = ["iris", "wine", "breast_cancer", "digits", "diabetes"]
    result = {
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "sklearn": sklearn.__version__},
        "settings": settings,
        "sets": {name: run(name) for name in names},
    }
    (goldens / "sklearn.json").write_text(json.dumps(rounded(result), indent=1) + "\n")
