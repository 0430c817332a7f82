"""A fully connected layer of samples in rows, of any shape behind the first axis."""
import numpy as np

shapes = {"x": ["N", 2, 3], "w": [6, "M"], "b": ["M"]}


def forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    out = rows.dot(w) + b
    cache = (x, w, b)
    return out, cache


def backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
