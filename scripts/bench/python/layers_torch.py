"""bench/lenet.ts, gru.ts and transformer.ts in PyTorch, float32 on the CPU: its own modules."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from pytorch import what  # noqa: F401


def put(module, **values):
    """Values of parameters, by their names in PyTorch."""
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))
    return module


def linear(W, b):
    """Of W (n_l, n_prev)"""
    return put(nn.Linear(W.shape[1], W.shape[0]), weight=W, bias=b.reshape(-1))


def conv(W, b):
    """Of W (f_H, f_W, n_C_prev, n_C)"""
    return put(nn.Conv2d(W.shape[2], W.shape[3], W.shape[0]), weight=W.transpose(3, 2, 0, 1), bias=b)


def embedding(E):
    return put(nn.Embedding(*E.shape), weight=E)


def norm(gamma, beta):
    return put(nn.LayerNorm(len(gamma)), weight=gamma, bias=beta)


def lenet(P):
    # The pictures lie channels first here when they become columns.
    W3 = P["W3"].reshape(-1, 4, 4, 16).transpose(0, 3, 1, 2).reshape(P["W3"].shape)
    convs = [[conv(P[f"W{l}"], P[f"b{l}"]), nn.ReLU(), nn.MaxPool2d(2)] for l in (1, 2)]
    dense = [linear(W3, P["b3"]), nn.ReLU(), linear(P["W4"], P["b4"]), nn.ReLU()]
    model = nn.Sequential(*convs[0], *convs[1], nn.Flatten(), *dense, linear(P["W5"], P["b5"]))
    return model.to(memory_format=torch.channels_last)  # the faster of its layouts here


class Gru(nn.Module):
    def __init__(self, P):
        super().__init__()
        d, u = P["Wx2"].shape[0], P["Wh2"].shape[0]
        # Blocks z, r, h of columns, and PyTorch's r, z, n of rows
        order = np.r_[u : 2 * u, 0:u, 2 * u : 3 * u]
        self.embedding, self.dense = embedding(P["E1"]), linear(P["W3"].T, P["b3"])
        self.gru = put(
            nn.GRU(d, u, batch_first=True),
            **{"weight_ih_l0": P["Wx2"].T[order], "weight_hh_l0": P["Wh2"].T[order]},
            **{"bias_ih_l0": P["b2"][order], "bias_hh_l0": P["bh2"][order]},
        )

    def forward(self, ids):
        return self.dense(self.gru(self.embedding(ids))[0])


class Block(nn.Module):
    heads = 4

    def __init__(self, P, l):
        super().__init__()
        self.norm1, self.norm2 = (norm(P[f"gamma{l}.{i}.1"], P[f"beta{l}.{i}.1"]) for i in (1, 2))
        W, b = (np.concatenate([P[f"{name}{each}{l}.1.2"] for each in "qkv"], -1) for name in "Wb")
        self.qkv, self.out = linear(W.T, b), linear(P[f"Wo{l}.1.2"].T, P[f"bo{l}.1.2"])
        self.wide, self.narrow = (linear(P[f"W{l}.2.{i}"].T, P[f"b{l}.2.{i}"]) for i in (2, 3))

    def attend(self, X):
        m, T, d = X.shape
        Q, K, V = self.qkv(X).view(m, T, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        H = F.scaled_dot_product_attention(Q, K, V, is_causal=True)
        return self.out(H.transpose(1, 2).reshape(m, T, d))

    def forward(self, X):
        X = X + self.attend(self.norm1(X))
        return X + self.narrow(F.gelu(self.wide(self.norm2(X))))


class Transformer(nn.Module):
    def __init__(self, P):
        super().__init__()
        self.embedding = embedding(P["E1"])
        self.positions = nn.Parameter(torch.from_numpy(P["P2"]))
        self.blocks = nn.Sequential(*(Block(P, l) for l in range(3, 7)))
        self.norm, self.dense = norm(P["gamma7"], P["beta7"]), linear(P["W8"].T, P["b8"])

    def forward(self, ids):
        return self.dense(self.norm(self.blocks(self.embedding(ids) + self.positions)))


models = {"lenet": lenet, "gru": Gru, "transformer": Transformer}


class Net:
    at_once = 1

    def __init__(self, task, arrays):
        X, Y = (torch.from_numpy(arrays[name]) for name in "XY")
        self.model = models[task["network"]](arrays)
        of_pictures = task["network"] == "lenet"
        # (m, n_H, n_W, n_C) in memory is (m, n_C, n_H, n_W) with its channels last.
        self.X = X.permute(0, 3, 1, 2) if of_pictures else X.long()
        self.Y = Y.argmax(0) if of_pictures else Y.long().reshape(-1)
        self.sgd = torch.optim.SGD(self.model.parameters(), lr=task["learningRate"])

    def loss(self):
        return F.cross_entropy(self.model(self.X).flatten(0, -2), self.Y)

    def run(self, iterations, in_order=False):
        for _ in range(iterations):
            self.sgd.zero_grad()
            self.loss().backward()
            self.sgd.step()

    def cost(self):
        with torch.no_grad():
            return self.loss().item()
