"""
Losses of 100 steps of training in PyTorch, in float64, for __tests__/training/asPytorch.test.ts.

    pip install torch==2.13.0
    python scripts/goldens/as_pytorch.py > __tests__/goldens/asPytorch.json

A network 5-8-6-3 of tanh, relu and softmax with dropout behind both hidden layers, on 24 samples in
batches of 7, the last one of 3. The order of the samples and the masks are drawn here and written
down: of a mask one character for each unit of each sample, 1 where it is kept, unit after unit. The
loss of a step is the cross-entropy of its batch plus λ/(2m) Σ W² with m of the batch, through its
masks, before the update. `clean` is the same of all samples without masks after the last step.
"""

import json

import torch
from torch import nn

torch.set_default_dtype(torch.float64)

m, sizes, batch_size, steps = 24, [5, 8, 6, 3], 7, 100
l2, rates = 0.05, [0.2, 0.1]

rules = {
    "momentum": lambda P: torch.optim.SGD(P, lr=0.05, momentum=0.9),
    "adam": lambda P: torch.optim.Adam(P, lr=0.01),
    "adamw": lambda P: torch.optim.AdamW(P, lr=0.01, weight_decay=0.1),
}


def rounded(values):
    """So that they are the same numbers in the file."""
    return (values * 1e4).round() / 1e4


generator = torch.Generator().manual_seed(1)
X = rounded(torch.randn(m, sizes[0], generator=generator))
labels = torch.randint(0, sizes[-1], (m,), generator=generator)
start = [
    (rounded(torch.randn(n, n_prev, generator=generator) / n_prev**0.5), rounded(0.1 * torch.randn(n, generator=generator)))
    for n_prev, n in zip(sizes, sizes[1:])
]
batches, masks = [], []
while len(batches) < steps:
    order = torch.randperm(m, generator=generator)
    for part in order.split(batch_size):
        batches.append(part)
        masks.append([
            (torch.rand(n, len(part), generator=generator) >= rate).to(X.dtype)
            for n, rate in zip(sizes[1:-1], rates)
        ])


def network():
    layers = [nn.Linear(n_prev, n) for n_prev, n in zip(sizes, sizes[1:])]
    with torch.no_grad():
        for layer, (W, b) in zip(layers, start):
            layer.weight.copy_(W)
            layer.bias.copy_(b)
    return nn.ModuleList(layers)


def loss(layers, x, y, kept=None):
    a = x
    for k, (layer, g) in enumerate(zip(layers[:-1], [torch.tanh, torch.relu])):
        a = g(layer(a))
        if kept is not None:
            a = a * kept[k].T / (1 - rates[k])
    penalty = sum((layer.weight**2).sum() for layer in layers)
    return nn.functional.cross_entropy(layers[-1](a), y) + l2 / (2 * len(y)) * penalty


def run(rule):
    layers = network()
    optimizer = rules[rule](layers.parameters())
    losses = []
    for part, kept in zip(batches[:steps], masks):
        J = loss(layers, X[part], labels[part], kept)
        optimizer.zero_grad()
        J.backward()
        optimizer.step()
        losses.append(J.item())
    return {"losses": losses, "clean": loss(layers, X, labels).item()}


text = lambda mask: "".join(str(int(one)) for one in mask.flatten())
golden = {
    "torch": torch.__version__,
    "sizes": sizes,
    "l2": l2,
    "rates": rates,
    "X": X.T.tolist(),
    "labels": labels.tolist(),
    **{f"W{k}": W.tolist() for k, (W, _) in enumerate(start, 1)},
    **{f"b{k}": b.tolist() for k, (_, b) in enumerate(start, 1)},
    "batches": [part.tolist() for part in batches[:steps]],
    "masks": [[text(mask) for mask in kept] for kept in masks[:steps]],
    "runs": {rule: run(rule) for rule in rules},
}
print(json.dumps(golden))
