"""
A sweep over learning rate, depth and width on the course's flower, in float64.

    pip install numpy==2.4.6 torch==2.13.0
    python scripts/goldens/sweep.py > __tests__/goldens/sweep.json

Data and starting weights are numpy's, gradients PyTorch's automatic ones. Each run is done twice, the
second time from a first weight moved by a part in 10^12: "reach" is how far apart the two end, so
that a reader knows which numbers mean something. "divergence" holds leaky relu networks whose cost
leaves the finite numbers, and the first iteration, of those at which it is looked at, at which it has.
"""

import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

LEARNING_RATES = [0.01, 0.1, 1, 10, 100]
DEPTHS = [1, 2]
WIDTHS = [2, 8]
ITERATIONS = 200


def flower(seed, m=400):
    random = np.random.RandomState(seed)
    points, labels = [], []
    for label in range(2):
        t = np.linspace(label * 3.12, (label + 1) * 3.12, m // 2) + random.randn(m // 2) * 0.2
        r = 4 * np.sin(4 * t) + random.randn(m // 2) * 0.2
        points.append(np.stack([r * np.sin(t), r * np.cos(t)]))
        labels += [label] * (m // 2)
    return torch.tensor(np.concatenate(points, 1)), torch.tensor([labels], dtype=torch.float64)


def start(dims, moved):
    random = np.random.RandomState(1)
    parameters = []
    for before, n in zip(dims, dims[1:]):
        parameters.append(torch.tensor(random.randn(n, before) / np.sqrt(before)))
        parameters.append(torch.zeros(n, 1))
    parameters[0][0, 0] *= 1 + moved
    return [P.requires_grad_() for P in parameters]


def logits(parameters, X, g):
    A = X
    for i in range(0, len(parameters), 2):
        Z = parameters[i] @ A + parameters[i + 1]
        A = g(Z)
    return Z


def run(learning_rate, dims, g, train, test, iterations, moved=0.0):
    parameters = start(dims, moved)
    cost_of = lambda: F.binary_cross_entropy_with_logits(logits(parameters, train[0], g), train[1])
    every = math.ceil(iterations / 100)
    costs = []
    diverged = None
    for i in range(iterations):
        J = cost_of()
        if i % every == 0 or i == iterations - 1:
            costs.append(J.item())
            if not math.isfinite(J.item()):
                diverged = i
                break
        grads = torch.autograd.grad(J, parameters)
        with torch.no_grad():
            for P, dP in zip(parameters, grads):
                P -= learning_rate * dP
    with torch.no_grad():
        accuracy = lambda X, Y: 100 * ((logits(parameters, X, g) > 0) == Y).double().mean().item()
        return {
            "cost": cost_of().item(),
            "trainAccuracy": accuracy(*train),
            "testAccuracy": accuracy(*test),
            "rises": sum(b > a for a, b in zip(costs, costs[1:])),
            "diverged": diverged,
        }


def main():
    train, test = flower(1), flower(2)
    runs = []
    for learning_rate in LEARNING_RATES:
        for depth in DEPTHS:
            for width in WIDTHS:
                dims = [2] + [width] * depth + [1]
                once = run(learning_rate, dims, torch.tanh, train, test, ITERATIONS)
                again = run(learning_rate, dims, torch.tanh, train, test, ITERATIONS, 1e-12)
                del once["diverged"]
                runs.append(
                    {
                        "learningRate": learning_rate,
                        "depth": depth,
                        "width": width,
                        **once,
                        "reach": abs(once["cost"] - again["cost"]),
                    }
                )
    leaky = lambda Z: F.leaky_relu(Z, 0.01)
    divergence = []
    for learning_rate, iterations in [(1e3, 100), (1e3, 450), (1e5, 450), (1e-2, 100)]:
        result = run(learning_rate, [2, 8, 8, 1], leaky, train, test, iterations)
        divergence.append(
            {
                "learningRate": learning_rate,
                "iterations": iterations,
                "diverged": result["diverged"],
            }
        )
    json.dump({"iterations": ITERATIONS, "runs": runs, "divergence": divergence}, sys.stdout, indent=1)
    print()


main()
