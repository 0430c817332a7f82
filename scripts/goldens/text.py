"""
The first 50 costs of examples/names.ts and examples/gpt.ts in their short forms, in float64.

    pip install numpy==2.4.4 torch==2.14.1
    python scripts/goldens/text.py > __tests__/goldens/text.json

PyTorch's own modules (Embedding, GRU, LayerNorm, MultiheadAttention, cross_entropy, Adam) from the
parameters that the examples start with: numpy's RandomState(1) draws them in the order of the layers.
Costs are means over samples and positions, before each of 50 steps on all samples.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
examples = pathlib.Path(__file__).parents[2] / "examples"


def uniform(random, *shape, limit=0.05):
    return (2 * random.rand(*shape) - 1) * limit


def glorot_uniform(random, rows, columns):
    return uniform(random, rows, columns, limit=np.sqrt(6 / (rows + columns)))


def normal(random, rows, columns):
    """randn / sqrt(n_prev), for X W"""
    return random.randn(rows, columns) / np.sqrt(rows)


def orthonormal_rows(random, rows, columns):
    """Of a normal draw, with the diagonal of R positive."""
    Q, R = np.linalg.qr(random.randn(rows, columns).T)
    return (Q * np.sign(np.diag(R))).T


def put(parameter, values):
    with torch.no_grad():
        parameter.copy_(torch.tensor(np.asarray(values)))


def costs(forward, modules, X, Y, optimizer):
    X, Y = torch.tensor(X), torch.tensor(Y)
    optimizer = optimizer([P for module in modules for P in module.parameters()])
    schedule = getattr(optimizer, "schedule", None)
    out = []
    for t in range(50):
        logits = forward(X)
        J = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), Y.reshape(-1))
        out.append(J.item())
        optimizer.zero_grad()
        J.backward()
        optimizer.step()
        if schedule:
            schedule.step()
    return out


def names():
    letters, T, d, u = "\nabcdefghijklmnopqrstuvwxyz", 24, 16, 64
    V = len(letters)
    real = (examples / "dinosaurs.txt").read_text().split()[:64]
    Y = [[letters.index(letter) for letter in name.ljust(T, "\n")] for name in real]
    X = [[0, *row[:-1]] for row in Y]

    random = np.random.RandomState(1)
    embedding, gru, dense = nn.Embedding(V, d), nn.GRU(d, u, batch_first=True), nn.Linear(u, V)
    put(embedding.weight, uniform(random, V, d))
    # Blocks z, r, h of columns, and PyTorch's r, z, n of rows
    order = np.r_[u : 2 * u, 0:u, 2 * u : 3 * u]
    put(gru.weight_ih_l0, glorot_uniform(random, d, 3 * u).T[order])
    put(gru.weight_hh_l0, orthonormal_rows(random, u, 3 * u).T[order])
    put(dense.weight, normal(random, u, V).T)
    for bias in (gru.bias_ih_l0, gru.bias_hh_l0, dense.bias):
        put(bias, np.zeros(bias.shape))
    adam = lambda P: torch.optim.Adam(P, lr=0.005, eps=1e-8)
    return costs(lambda x: dense(gru(embedding(x))[0]), [embedding, gru, dense], X, Y, adam)


class Block(nn.Module):
    """GPT-2's, from what PyTorch has."""

    def __init__(self, d, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attention = nn.MultiheadAttention(d, heads, batch_first=True)
        self.wide, self.narrow = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, X):
        N, T = self.norm1(X), X.shape[1]
        behind = torch.ones(T, T, dtype=torch.bool).triu(1)
        X = X + self.attention(N, N, N, attn_mask=behind, need_weights=False)[0]
        return X + self.narrow(F.gelu(self.wide(self.norm2(X))))


def gpt():
    text = (examples / "alice.txt").read_text()
    letters = sorted(set(text))
    V, T, d, m = len(letters), 16, 32, 32
    ids = [letters.index(letter) for letter in text]
    step = (int(0.95 * len(ids)) - T) / m
    starts = [int(i * step) for i in range(m)]
    X, Y = ([ids[s + shift : s + shift + T] for s in starts] for shift in (0, 1))

    random = np.random.RandomState(1)
    embedding, positions = nn.Embedding(V, d), nn.Embedding(T, d)
    block, norm, dense = Block(d, 4), nn.LayerNorm(d), nn.Linear(d, V)
    put(embedding.weight, uniform(random, V, d))
    put(positions.weight, uniform(random, T, d))
    put(block.attention.in_proj_weight, np.vstack([normal(random, d, d).T for _ in "qkv"]))
    put(block.attention.out_proj.weight, normal(random, d, d).T)
    put(block.wide.weight, normal(random, d, 4 * d).T)
    put(block.narrow.weight, normal(random, 4 * d, d).T)
    put(dense.weight, normal(random, d, V).T)
    for linear in (block.wide, block.narrow, dense):
        put(linear.bias, np.zeros(linear.bias.shape))

    def adam(P):
        optimizer = torch.optim.Adam(P, lr=0.003, eps=1e-8)
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=50)
        optimizer.schedule = cosine
        return optimizer

    forward = lambda x: dense(norm(block(embedding(x) + positions(torch.arange(T)))))
    return costs(forward, [embedding, positions, block, norm, dense], X, Y, adam)


about = "costs of 50 steps from the parameters of seed 1: scripts/goldens/text.py"
json.dump({"about": about, "names": names(), "gpt": gpt()}, sys.stdout, indent=1)
