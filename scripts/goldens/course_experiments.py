"""Writes __tests__/goldens/courseExperiments.json: small models of the notes, in numpy float64.

    python course_experiments.py

Needs numpy and scikit-learn (for the points).
"""

import json
import pathlib

import numpy as np
from sklearn.datasets import make_blobs, make_moons


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def logistic(X, Y, iterations, rate):
    w, b, m, costs = np.zeros((X.shape[0], 1)), 0.0, X.shape[1], {}
    for i in range(iterations):
        A = sigmoid(w.T @ X + b)
        if i % 100 == 0 or i == iterations - 1:
            costs[i] = float(-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))
        w, b = w - rate * (X @ (A - Y).T / m), b - rate * np.mean(A - Y)
    return w, b, costs


def softmax_regression(X, labels, classes, iterations, rate):
    W, b, m = np.zeros((classes, X.shape[0])), np.zeros((classes, 1)), X.shape[1]
    Y = np.eye(classes)[:, labels]
    for _ in range(iterations):
        Z = W @ X + b
        E = np.exp(Z - Z.max(0))
        dZ = E / E.sum(0) - Y
        W, b = W - rate * (dZ @ X.T / m), b - rate * dZ.mean(1, keepdims=True)
    return W, b


def percent(predictions, labels):
    return float(np.mean(predictions == labels) * 100)


def moons():
    X, y = make_moons(n_samples=200, noise=0.2, random_state=1)
    T, t = make_moons(n_samples=200, noise=0.2, random_state=2)
    w, b, costs = logistic(X.T, y[None], 2000, 0.5)
    return {
        "costs": costs,
        "train_accuracy": percent((sigmoid(w.T @ X.T + b) > 0.5)[0], y),
        "test_accuracy": percent((sigmoid(w.T @ T.T + b) > 0.5)[0], t),
    }


def six_blobs():
    points, labels = make_blobs(n_samples=400, random_state=5, n_features=2, centers=6)
    X, y, T, t = points[:300].T, labels[:300], points[300:].T, labels[300:]
    models = [logistic(X, (y == k)[None].astype(float), 2000, 0.1) for k in range(6)]
    Z = np.concatenate([w.T @ X + b for w, b, _ in models])
    ZT = np.concatenate([w.T @ T + b for w, b, _ in models])
    W, b = softmax_regression(X, y, 6, 2000, 0.1)
    return {
        "one_vs_all": {"train": percent(Z.argmax(0), y), "test": percent(ZT.argmax(0), t)},
        "softmax": {
            "train": percent((W @ X + b).argmax(0), y),
            "test": percent((W @ T + b).argmax(0), t),
        },
    }


if __name__ == "__main__":
    target = pathlib.Path(__file__).parents[2] / "__tests__" / "goldens" / "courseExperiments.json"
    target.write_text(json.dumps({"moons": moons(), "six_blobs": six_blobs()}, indent=1) + "\n")
