"""The network in JAX, float32 on the CPU: steps jitted, in one compiled loop; samples in rows.

The number of steps is an argument of the loop (fori_loop), so that nothing is compiled while it is timed.
"""
import os
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

activations = {"relu": jax.nn.relu, "tanh": jnp.tanh}


def what():
    # XLA does not say how many threads it takes: as many as there are cores, unless this flag says one.
    one = "--xla_cpu_multi_thread_eigen=false" in os.environ.get("XLA_FLAGS", "")
    return {"what": "JAX", "version": jax.__version__, "threads": 1 if one else os.cpu_count()}


class Static(NamedTuple):
    """What a compiled step is made for."""

    names: tuple
    rate: float
    adam: bool
    dropout: float
    l2: float


def logits(params, static, X, key=None):
    A = X
    for l, ((W, b), g) in enumerate(zip(params, static.names), 1):
        A = A @ W.T + b
        A = activations[g](A) if g in activations else A
        if key is not None and l < len(params):
            keep = 1 - static.dropout
            A = jnp.where(jax.random.bernoulli(jax.random.fold_in(key, l), keep, A.shape), A / keep, 0)
    return A


def loss(params, static, X, Y, key=None):
    Z = logits(params, static, X, key)
    decay = static.l2 / (2 * len(X)) * sum(jnp.sum(W * W) for W, _ in params) if static.l2 else 0
    if static.names[-1] == "softmax":
        return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(Z), axis=1)) + decay
    return jnp.mean(jax.nn.softplus(Z) - Y * Z) + decay


def update(state, grads, static):
    params, V, S, t = state
    if not static.adam:
        return jax.tree.map(lambda P, dP: P - static.rate * dP, params, grads), V, S, t
    t = t + 1
    V = jax.tree.map(lambda V, dP: 0.9 * V + 0.1 * dP, V, grads)
    S = jax.tree.map(lambda S, dP: 0.999 * S + 0.001 * dP * dP, S, grads)
    step = lambda P, V, S: P - static.rate * (V / (1 - 0.9**t)) / (jnp.sqrt(S / (1 - 0.999**t)) + 1e-8)
    return jax.tree.map(step, params, V, S), V, S, t


def descend(state, static, X, Y, i):
    key = jax.random.fold_in(jax.random.key(1), i) if static.dropout else None
    return update(state, jax.grad(loss)(state[0], static, X, Y, key), static)


@partial(jax.jit, static_argnames="static")
def on_all(state, X, Y, n, static):
    return lax.fori_loop(0, n, lambda i, state: descend(state, static, X, Y, i), state)


@partial(jax.jit, static_argnames="static")
def on_batches(state, X, Y, order, start, end, static):
    step = lambda i, state: descend(state, static, X[order[i]], Y[order[i]], i)
    return lax.fori_loop(start, end, step, state)


cost = jax.jit(loss, static_argnames="static")


@partial(jax.jit, static_argnames="static")
def share_right(params, X, Y, static):
    return jnp.mean(jnp.argmax(logits(params, static, X), axis=1) == jnp.argmax(Y, axis=1))


class Net:
    at_once = 1

    def __init__(self, task, X, Y, weights):
        self.m, self.batch_size = task["m"], task.get("batchSize")
        if self.batch_size and self.m % self.batch_size:
            raise ValueError("a shorter last batch would be another program")
        self.X, self.Y = jnp.asarray(X.T.copy()), jnp.asarray(Y.T.copy())
        params = [(jnp.asarray(W), jnp.zeros(W.shape[0], jnp.float32)) for W in weights]
        adam = task.get("optimizer") == "adam"
        zeros = jax.tree.map(jnp.zeros_like, params) if adam else []
        self.state = (params, zeros, zeros, jnp.float32(0))
        rest = (task["learningRate"], adam, task.get("dropout", 0), task.get("l2", 0))
        self.static = Static(tuple(task["activations"]), *rest)
        self.random = np.random.default_rng(1)
        self.run(0)

    def run(self, iterations, in_order=False):
        if not self.batch_size:
            self.state = on_all(self.state, self.X, self.Y, iterations, self.static)
        else:
            each = self.m // self.batch_size
            for done in range(0, max(iterations, 1), each):
                order = np.arange(self.m) if in_order else self.random.permutation(self.m)
                order = order.reshape(each, self.batch_size).astype(np.int32)
                end = min(each, iterations - done)
                self.state = on_batches(self.state, self.X, self.Y, order, 0, end, self.static)
        jax.block_until_ready(self.state)

    def epoch(self):
        self.run(self.m // self.batch_size)

    def accuracy(self):
        return float(share_right(self.state[0], self.X, self.Y, self.static))

    def cost(self):
        return float(cost(self.state[0], self.static, self.X, self.Y))

    def whole(self, iterations):
        for done in range(0, iterations, 100):
            self.cost()
            self.run(min(100, iterations - done))
        self.cost()
