"""
What the functions of src/course should give, in float64.

    pip install numpy==2.4.6 torch==2.13.0
    python scripts/goldens/course.py > __tests__/goldens/course.json

Forward passes and training loops are numpy; gradients are PyTorch's automatic
ones, so that no backward pass is written twice. Samples are columns; costs are means over them, and
dA is per sample, m times what autograd gives. "refused" holds what numpy says to lines that the course
notes print.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leakyRelu": lambda Z: F.leaky_relu(Z, 0.01),
    "softmax": lambda Z: torch.softmax(Z, 0),
}


def rows(array):
    if isinstance(array, torch.Tensor):
        array = array.detach().numpy()
    return np.asarray(array, dtype=float).tolist()


def named(parameters, prefix=""):
    return {prefix + name: rows(P) for name, P in parameters.items()}


def cost_of(AL, Y):
    return F.binary_cross_entropy(AL, Y, reduction="sum") / Y.shape[1]


def initialize(dims, seed, scale):
    random = np.random.RandomState(seed)
    parameters = {}
    for l in range(1, len(dims)):
        s = 1 / np.sqrt(dims[l - 1]) if scale == "sqrt" else scale
        parameters[f"W{l}"] = torch.tensor(random.randn(dims[l], dims[l - 1]) * s)
        parameters[f"b{l}"] = torch.zeros(dims[l], 1)
    return parameters


def forward(parameters, X, activations):
    A = [X]
    for l, name in enumerate(activations, 1):
        A.append(ACTIVATIONS[name](parameters[f"W{l}"] @ A[-1] + parameters[f"b{l}"]))
    return A


def step(dims, activations, seed, m, learning_rate):
    """One forward pass, all its gradients, and the parameters after an update."""
    random = np.random.RandomState(seed)
    X = torch.tensor(random.randn(dims[0], m)).requires_grad_()
    Y = torch.tensor((random.rand(1, m) > 0.5).astype(float))
    parameters = {}
    for l in range(1, len(dims)):
        # Small enough that no probability saturates: PyTorch's gradient is cut off there.
        W = random.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
        parameters[f"W{l}"] = torch.tensor(W).requires_grad_()
        parameters[f"b{l}"] = torch.tensor(random.randn(dims[l], 1) * 0.3).requires_grad_()
    A = forward(parameters, X, activations)
    for a in A[1:]:
        a.retain_grad()
    J = cost_of(A[-1], Y)
    J.backward()
    return {
        "X": rows(X),
        "Y": rows(Y),
        "learningRate": learning_rate,
        "parameters": named(parameters),
        "A": [rows(a) for a in A],
        "cost": J.item(),
        "grads": {
            **{f"d{name}": rows(P.grad) for name, P in parameters.items()},
            **{f"dA{l}": rows(m * a.grad) for l, a in enumerate(A[:-1])},
        },
        "updated": {name: rows(P.detach() - learning_rate * P.grad) for name, P in parameters.items()},
    }


def descend(parameters, X, cost, activations, iterations, learning_rate):
    """Gradient descent with autograd's gradients; the cost of every 100th iteration and the last."""
    costs = {}
    for i in range(iterations):
        for P in parameters.values():
            P.requires_grad_().grad = None
        J = cost(forward(parameters, X, activations)[-1])
        if i % 100 == 0 or i == iterations - 1:
            costs[i] = J.item()
        J.backward()
        parameters = {name: (P - learning_rate * P.grad).detach() for name, P in parameters.items()}
    return parameters, costs


def two_clouds(seed, n_x, m):
    """Points whose label is the side of a plane that they lie on, but for every ninth."""
    random = np.random.RandomState(seed)
    X = random.randn(n_x, m)
    Y = (random.randn(1, n_x) @ X > 0).astype(float)
    Y[0, ::9] = 1 - Y[0, ::9]
    return X, Y


def logistic():
    X, Y = two_clouds(5, 3, 46)
    (train_X, test_X), (train_Y, test_Y) = (np.split(M, [35], axis=1) for M in (X, Y))
    w, b, m, costs = np.zeros((3, 1)), 0.0, 35, []
    for i in range(301):
        A = 1 / (1 + np.exp(-(w.T @ train_X + b)))
        if i % 100 == 0:
            costs.append(float(-np.mean(train_Y * np.log(A) + (1 - train_Y) * np.log(1 - A))))
        w, b = w - 0.5 * train_X @ (A - train_Y).T / m, b - 0.5 * np.sum(A - train_Y) / m
    predict = lambda X: (1 / (1 + np.exp(-(w.T @ X + b))) > 0.5).astype(float)
    return {
        "XTrain": rows(train_X), "YTrain": rows(train_Y), "XTest": rows(test_X), "YTest": rows(test_Y),
        "iterations": 301, "costs": costs, "w": rows(w), "b": b,
        "YPredictionTrain": rows(predict(train_X)), "YPredictionTest": rows(predict(test_X)),
        "trainAccuracy": 100 - np.mean(np.abs(predict(train_X) - train_Y)) * 100,
        "testAccuracy": 100 - np.mean(np.abs(predict(test_X) - test_Y)) * 100,
    }  # fmt: skip


def model(dims, activations, scale, iterations, learning_rate, seed=1):
    X, Y = two_clouds(7, dims[0], 40)
    tX, tY = torch.tensor(X), torch.tensor(Y)
    start = initialize(dims, seed, scale)
    parameters, costs = descend(start, tX, lambda A: cost_of(A, tY), activations, iterations, learning_rate)
    AL = forward(parameters, tX, activations)[-1]
    return {
        "X": rows(X), "Y": rows(Y), "dims": dims, "activations": activations, "iterations": iterations,
        "learningRate": learning_rate, "costs": costs, "parameters": named(parameters), "AL": rows(AL),
    }  # fmt: skip


def multiclass():
    random = np.random.RandomState(11)
    K, m = 4, 60
    labels = np.arange(m) % K
    centres = np.array([[1.5, 1.5], [-1.5, 1.5], [-1.5, -1.5], [1.5, -1.5]]).T
    X = centres[:, labels] + random.randn(2, m) * 0.8
    one_hot = torch.tensor(np.eye(K)[labels].T)
    start = lambda: {"W1": torch.zeros(K, 2), "b1": torch.zeros(K, 1)}
    tX = torch.tensor(X)
    # The sum over the outputs has for each row the gradient of that row's own regression.
    separate, _ = descend(start(), tX, lambda A: cost_of(A, one_hot), ["sigmoid"], 201, 0.5)
    entropy = lambda A: -torch.sum(one_hot * torch.log(A)) / m
    softmax, costs = descend(start(), tX, entropy, ["softmax"], 201, 0.5)
    classes = lambda P: rows(np.argmax(P["W1"].numpy() @ X + P["b1"].numpy(), axis=0))
    return {
        "X": rows(X), "labels": rows(labels), "iterations": 201,
        "oneVsAll": {"parameters": named(separate), "classes": classes(separate)},
        "softmaxRegression": {"parameters": named(softmax), "costs": costs, "classes": classes(softmax)},
    }  # fmt: skip


def elementary():
    Z = torch.tensor([[-3.0, -0.7, 0.0, 0.4], [1.3, 2.2, -1.6, 5.0], [0.1, -0.2, 3.0, -4.0]])
    dA = torch.tensor(np.random.RandomState(2).randn(3, 4))
    found = {"Z": rows(Z), "dA": rows(dA)}
    for name, g in ACTIVATIONS.items():
        z = Z.clone().requires_grad_()
        A = g(z)
        A.backward(torch.ones_like(A) if name == "softmax" else dA, retain_graph=True)
        backward, z.grad = z.grad, None
        A.sum().backward()
        found[name] = {"A": rows(A), "derivative": rows(z.grad), "backward": rows(backward)}
    yHat, y = torch.tensor([[0.9, 0.2, 0.5, 0.001]]), torch.tensor([[1.0, 0.0, 1.0, 0.0]])
    found["losses"] = {
        "yHat": rows(yHat), "y": rows(y),
        "squared": rows((y - yHat) ** 2), "crossEntropy": rows(F.binary_cross_entropy(yHat, y, reduction="none")),
    }  # fmt: skip
    return found


def refused():
    """The lines of the notes that do not run, and what is said of them."""

    def leaky_relu():
        Z = np.array([[-3.0, 1.0], [2.0, -5.0]])
        A = np.maximum(0, Z)
        A[Z < 0] = 0.01 * Z

    def outer_mask():
        dA, Z = np.ones((4, 7)), np.ones((1, 7))  # Z is the output layer's
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0

    def outer_W():
        W, dZ = np.ones((1, 4)), np.ones((4, 7))  # W is the output layer's
        np.dot(W.T, dZ)

    def empty_list():
        params = {"W": [], "b": []}
        params["W"][0] = np.zeros((3, 2))

    def missing_key():
        caches = {"A": [], "W": [], "b": [], "Z": []}
        caches["A_prev"].append(0)

    answers = {}
    for f in (leaky_relu, outer_mask, outer_W, empty_list, missing_key):
        try:
            f()
        except Exception as error:
            answers[f.__name__] = f"{type(error).__name__}: {error}"
        else:
            raise AssertionError(f"{f.__name__} runs")
    return answers


def tanh_of_the_note():
    with np.errstate(all="ignore"):
        z = np.array([1.0, 800.0])
        return [str(x) for x in (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))]


golden = {
    "about": "functions of the course notes in float64: numpy, and PyTorch's gradients; samples in columns",
    "planarStep": step([2, 4, 1], ["tanh", "sigmoid"], 1, 9, 1.2),
    "deepStep": step([5, 4, 3, 1], ["relu", "relu", "sigmoid"], 3, 8, 0.1),
    "logistic": logistic(),
    "twoLayerModel": model([8, 4, 1], ["relu", "sigmoid"], 0.01, 301, 0.5),
    "LLayerModel": model([8, 5, 4, 1], ["relu", "relu", "sigmoid"], "sqrt", 301, 0.1),
    "DeepNeuralNetwork": model([8, 5, 4, 3, 1], ["tanh", "leakyRelu", "relu", "sigmoid"], "sqrt", 201, 0.1),
    "multiclass": multiclass(),
    "elementary": elementary(),
    "tanhOfTheNote": tanh_of_the_note(),
    "refused": refused(),
}
json.dump(golden, sys.stdout, separators=(",", ":"))
print()
