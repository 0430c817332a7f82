"""How far numpy's own planar numbers move when the last bit of the starting weights does.

    python planar_chaos.py

Prints, for 1/m applied behind the product and before it, and for W1 changed by 0, 1 and 2 parts in
10^16: the costs of 2-4-1 every 1,000 iterations, and the accuracies by hidden size after 5,000.
"""

import numpy as np


def flower():
    rs = np.random.RandomState(1)
    X, Y = np.zeros((2, 400)), np.zeros((1, 400))
    for j in range(2):
        columns = slice(200 * j, 200 * (j + 1))
        t = np.linspace(j * 3.12, (j + 1) * 3.12, 200) + rs.randn(200) * 0.2
        r = 4 * np.sin(4 * t) + rs.randn(200) * 0.2
        X[:, columns] = r * np.sin(t), r * np.cos(t)
        Y[:, columns] = j
    return X, Y


def train(X, Y, n_h, iterations, mean_first, change):
    rs = np.random.RandomState(3)
    m = X.shape[1]
    W1, b1 = rs.randn(n_h, 2) * 0.01 * (1 + change), np.zeros((n_h, 1))
    W2, b2 = rs.randn(1, n_h) * 0.01, np.zeros((1, 1))
    costs = []
    for i in range(iterations):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        if i % 1000 == 0 or i == iterations - 1:
            costs.append(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
        dZ2 = A2 - Y
        dZ1 = (W2.T @ dZ2) * (1 - A1**2)
        if mean_first:
            dZ1, dZ2, n = dZ1 / m, dZ2 / m, 1
        else:
            n = m
        W1, b1 = W1 - 1.2 * (dZ1 @ X.T / n), b1 - 1.2 * (dZ1.sum(1, keepdims=True) / n)
        W2, b2 = W2 - 1.2 * (dZ2 @ A1.T / n), b2 - 1.2 * (dZ2.sum(1, keepdims=True) / n)
    A2 = 1 / (1 + np.exp(-(W2 @ np.tanh(W1 @ X + b1) + b2)))
    return costs, np.mean((A2 > 0.5) == Y) * 100


if __name__ == "__main__":
    X, Y = flower()
    variants = [(mean_first, change) for mean_first in (False, True) for change in (0, 1e-16, 2e-16, -2e-16)]
    for variant in variants:
        costs, accuracy = train(X, Y, 4, 10_000, *variant)
        print(*variant, *(f"{cost:.6f}" for cost in costs), accuracy)
    for n_h in (1, 2, 3, 4, 5, 20, 50):
        print(n_h, sorted({train(X, Y, n_h, 5000, *variant)[1] for variant in variants}))
