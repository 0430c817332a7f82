"""A linear classifier with softmax and cross-entropy of class numbers."""
import numpy as np

shapes = {"X": ["N", "D"], "W": ["D", "C"], "b": ["C"], "y": ["N"]}
classes = {"y": "C"}
reg = 0.1


def forward(X, W, b, y):
    scores = X @ W + b
    scores -= np.max(scores, axis=1, keepdims=True)
    exp = np.exp(scores)
    probs = exp / exp.sum(axis=1, keepdims=True)
    N = X.shape[0]
    loss = -np.log(probs[np.arange(N), y]).mean() + 0.5 * reg * np.sum(W * W)
    return loss, probs


def backward(X, W, y, probs):
    N = X.shape[0]
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores /= N
    dW = X.T @ dscores + reg * W
    db = np.sum(dscores, axis=0)
    dX = dscores @ W.T
    return {"dW": dW, "db": db, "dX": dX}
