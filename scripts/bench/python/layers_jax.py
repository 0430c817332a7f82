"""bench/lenet.ts, gru.ts and transformer.ts in JAX, float32 on the CPU: steps jitted."""
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from jaxed import what  # noqa: F401


def conv(X, W, b):
    return lax.conv_general_dilated(X, W, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b


def max_pool(X):
    """Of 2 x 2. Faster than reduce_window, whose gradient XLA's CPU takes pixel by pixel."""
    m, h, w, c = X.shape
    return X.reshape(m, h // 2, 2, w // 2, 2, c).max((2, 4))


def lenet(P, X):
    for l in (1, 2):
        X = max_pool(jax.nn.relu(conv(X, P[f"W{l}"], P[f"b{l}"])))
    A = X.reshape(len(X), -1)
    for l in (3, 4, 5):
        Z = A @ P[f"W{l}"].T + P[f"b{l}"][:, 0]
        A = jax.nn.relu(Z)
    return Z


def gru(P, ids):
    X = P["E1"][ids]
    u = P["Wh2"].shape[0]

    def step(h, Zx):
        Zh = h @ P["Wh2"] + P["bh2"]
        zr = jax.nn.sigmoid(Zx[:, : 2 * u] + Zh[:, : 2 * u])
        z, r = zr[:, :u], zr[:, u:]
        g = jnp.tanh(Zx[:, 2 * u :] + r * Zh[:, 2 * u :])
        h = z * h + (1 - z) * g
        return h, h

    Zx = (X @ P["Wx2"] + P["b2"]).swapaxes(0, 1)
    _, hs = lax.scan(step, jnp.zeros((len(X), u), jnp.float32), Zx)
    return hs.swapaxes(0, 1) @ P["W3"] + P["b3"]


def norm(X, gamma, beta):
    D = X - X.mean(-1, keepdims=True)
    return D * lax.rsqrt((D * D).mean(-1, keepdims=True) + 1e-5) * gamma + beta


def attend(P, at, X, heads=4):
    m, T, d = X.shape
    Q, K, V = ((X @ P[f"W{each}{at}"] + P[f"b{each}{at}"]).reshape(m, T, heads, -1) for each in "qkv")
    S = jnp.einsum("mihk,mjhk->mhij", Q, K) / (d // heads) ** 0.5
    A = jax.nn.softmax(jnp.where(jnp.tri(T, dtype=bool), S, -jnp.inf))
    H = jnp.einsum("mhij,mjhk->mihk", A, V).reshape(m, T, d)
    return H @ P[f"Wo{at}"] + P[f"bo{at}"]


def transformer(P, ids):
    X = P["E1"][ids] + P["P2"]
    for l in range(3, 7):
        X = X + attend(P, f"{l}.1.2", norm(X, P[f"gamma{l}.1.1"], P[f"beta{l}.1.1"]))
        N = norm(X, P[f"gamma{l}.2.1"], P[f"beta{l}.2.1"])
        A = jax.nn.gelu(N @ P[f"W{l}.2.2"] + P[f"b{l}.2.2"], approximate=False)
        X = X + A @ P[f"W{l}.2.3"] + P[f"b{l}.2.3"]
    return norm(X, P["gamma7"], P["beta7"]) @ P["W8"] + P["b8"]


models = {"lenet": lenet, "gru": gru, "transformer": transformer}


@partial(jax.jit, static_argnames="name")
def cost(P, X, Y, name):
    Z = jax.nn.log_softmax(models[name](P, X))
    return -jnp.mean(jnp.take_along_axis(Z, Y[..., None], -1))


@partial(jax.jit, static_argnames=("name", "rate"))
def descend(P, X, Y, name, rate):
    return jax.tree.map(lambda p, dp: p - rate * dp, P, jax.grad(cost)(P, X, Y, name))


@partial(jax.jit, static_argnames=("name", "rate"))
def in_a_loop(P, X, Y, n, name, rate):
    return lax.fori_loop(0, n, lambda _, P: descend(P, X, Y, name, rate), P)


class Net:
    at_once = 1

    def __init__(self, task, arrays):
        self.P = {name: jnp.asarray(values) for name, values in arrays.items()}
        X, Y = self.P.pop("X"), self.P.pop("Y")
        self.static = {"name": task["network"], "rate": task["learningRate"]}
        self.of_pictures = task["network"] == "lenet"
        self.X = X if self.of_pictures else X.astype(jnp.int32)
        self.Y = Y.argmax(0) if self.of_pictures else Y.astype(jnp.int32)

    def run(self, iterations, in_order=False):
        if self.of_pictures:
            # XLA's convolutions on the CPU are five times slower inside of its loops.
            for _ in range(iterations):
                self.P = descend(self.P, self.X, self.Y, **self.static)
        else:
            self.P = in_a_loop(self.P, self.X, self.Y, iterations, **self.static)
        jax.block_until_ready(self.P)

    def cost(self):
        return float(cost(self.P, self.X, self.Y, self.static["name"]))
