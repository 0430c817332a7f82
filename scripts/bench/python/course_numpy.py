"""The course's network in numpy, float32, samples in columns."""
import numpy as np

import blas


def what():
    return {"what": "numpy", "version": np.__version__, "threads": blas.threads()}


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def softmax(Z):
    E = np.exp(Z - Z.max(0))
    return E / E.sum(0)


forward = {
    "relu": lambda Z: np.maximum(Z, 0),
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "softmax": softmax,
}
backward = {"relu": lambda dA, A: dA * (A > 0), "tanh": lambda dA, A: dA * (1 - A * A)}


class Net:
    at_once = 1

    def __init__(self, task, X, Y, weights):
        self.activations = task["activations"]
        self.alpha = np.float32(task["learningRate"])
        self.m, self.batch_size = task["m"], task.get("batchSize")
        self.X, self.Y = X, Y
        # Rows lie together in memory: a batch is gathered from them.
        self.rows = self.batch_size and (np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T))
        self.W = [W.copy() for W in weights]
        self.b = [np.zeros((len(W), 1), np.float32) for W in weights]

    def forward(self, X):
        A = [X]
        for W, b, g in zip(self.W, self.b, self.activations):
            Z = W @ A[-1] + b
            A.append(forward[g](Z))
        return A, Z

    def step(self, X, Y):
        m = X.shape[1]
        A, _ = self.forward(X)
        dZ = A[-1] - Y
        for l in reversed(range(len(self.W))):
            dW = dZ @ A[l].T / m
            db = dZ.sum(1, keepdims=True) / m
            if l:
                dZ = backward[self.activations[l - 1]](self.W[l].T @ dZ, A[l])
            self.W[l] -= self.alpha * dW
            self.b[l] -= self.alpha * db

    def run(self, iterations, in_order=False):
        if not self.batch_size:
            for _ in range(iterations):
                self.step(self.X, self.Y)
            return
        X, Y = self.rows
        done = 0
        while done < iterations:
            order = np.arange(self.m) if in_order else np.random.permutation(self.m)
            for i in range(0, self.m, self.batch_size):
                if done == iterations:
                    return
                batch = order[i : i + self.batch_size]
                self.step(X[batch].T, Y[batch].T)
                done += 1

    def cost(self):
        _, Z = self.forward(self.X)
        if self.activations[-1] == "softmax":
            losses = np.log(np.exp(Z - Z.max(0)).sum(0)) + Z.max(0) - (self.Y * Z).sum(0)
        else:
            losses = np.logaddexp(0, Z) - self.Y * Z
        return float(losses.sum() / self.m)

    def whole(self, iterations):
        for done in range(0, iterations, 100):
            self.cost()
            self.run(min(100, iterations - done))
        self.cost()
