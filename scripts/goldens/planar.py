"""
The course's planar sets as numpy and scikit-learn draw them, for src/data/planar.ts.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python scripts/goldens/planar.py > __tests__/goldens/planarSets.json

A set has its labels, its first columns and its last one, the sum of each row of X (2, m), and the
sum of its squares.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import datasets


def flower(m, seed):
    random = np.random.RandomState(seed)
    n, petals = m // 2, 4
    columns = []
    for j in (0, 1):
        t = np.linspace(j * 3.12, (j + 1) * 3.12, n) + random.randn(n) * 0.2
        r = petals * np.sin(4 * t) + random.randn(n) * 0.2
        columns.append(np.c_[r * np.sin(t), r * np.cos(t)])
    return np.concatenate(columns), np.repeat([0, 1], n)


def xor(m, seed):
    X = np.random.RandomState(seed).uniform(-1, 1, size=(m, 2))
    return X, (X[:, 0] * X[:, 1] < 0).astype(int)


def quantiles(m, seed, variance=0.5, classes=2):
    return datasets.make_gaussian_quantiles(
        mean=None, cov=variance, n_samples=m, n_features=2, n_classes=classes, shuffle=True, random_state=seed
    )


cases = []


def case(name, options, drawn):
    X, labels = drawn
    X = X.T
    cases.append(
        {
            "name": name,
            "options": options,
            "labels": "".join(map(str, labels)),
            "first": X[:, :4].tolist(),
            "last": X[:, -1].tolist(),
            "sums": X.sum(axis=1).tolist(),
            "squares": float((X**2).sum()),
        }
    )


case("flower", {}, flower(400, 1))
case("flower", {"m": 10, "seed": 7}, flower(10, 7))
case("noisyCircles", {}, datasets.make_circles(n_samples=200, factor=0.5, noise=0.3, random_state=1))
case(
    "noisyCircles",
    {"m": 31, "seed": 4, "factor": 0.2, "noise": 0.1},
    datasets.make_circles(n_samples=31, factor=0.2, noise=0.1, random_state=4),
)
case("noisyMoons", {}, datasets.make_moons(n_samples=200, noise=0.2, random_state=1))
case("noisyMoons", {"m": 31, "seed": 4, "noise": 0}, datasets.make_moons(n_samples=31, noise=0, random_state=4))
case("blobs", {}, datasets.make_blobs(n_samples=200, random_state=5, n_features=2, centers=6))
case(
    "blobs",
    {"m": 31, "seed": 9, "centers": 4, "deviation": 0.3},
    datasets.make_blobs(n_samples=31, random_state=9, n_features=2, centers=4, cluster_std=0.3),
)
case("gaussianQuantiles", {}, quantiles(200, 1))
case("gaussianQuantiles", {"m": 31, "seed": 4, "variance": 2, "classes": 3}, quantiles(31, 4, 2, 3))
case("xor", {}, xor(200, 1))

document = {"source": f"numpy {np.__version__}, scikit-learn {sklearn.__version__}", "cases": cases}
json.dump(document, sys.stdout, separators=(",", ":"))
sys.stdout.write("\n")
