"""The network in JAX, float32 on the CPU: steps jitted, in one compiled loop; samples in rows.

The number of steps is an argument of the loop (fori_loop), so that nothing is compiled while it is timed.
"""
import os
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

activations = {"relu": jax.nn.relu, "tanh": jnp.tanh}


def what():
    # XLA does not say how many threads it takes: as many as there are cores, unless this flag says one.
    one = "--xla_cpu_multi_thread_eigen=false" in os.environ.get("XLA_FLAGS", "")
    return {"what": "JAX", "version": jax.__version__, "threads": 1 if one else os.cpu_count()}


def logits(params, names, X):
    A = X
    for (W, b), g in zip(params, names):
        A = A @ W.T + b
        A = activations[g](A) if g in activations else A
    return A


def loss(params, names, X, Y):
    Z = logits(params, names, X)
    if names[-1] == "softmax":
        return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(Z), axis=1))
    return jnp.mean(jax.nn.softplus(Z) - Y * Z)


def descend(params, names, rate, X, Y):
    grads = jax.grad(loss)(params, names, X, Y)
    return jax.tree.map(lambda P, dP: P - rate * dP, params, grads)


@partial(jax.jit, static_argnames=("names", "rate"))
def on_all(params, X, Y, n, names, rate):
    return lax.fori_loop(0, n, lambda _, params: descend(params, names, rate, X, Y), params)


@partial(jax.jit, static_argnames=("names", "rate"))
def on_batches(params, X, Y, order, start, end, names, rate):
    step = lambda i, params: descend(params, names, rate, X[order[i]], Y[order[i]])
    return lax.fori_loop(start, end, step, params)


cost = jax.jit(loss, static_argnames="names")


class Net:
    at_once = 1

    def __init__(self, task, X, Y, weights):
        self.m, self.batch_size = task["m"], task.get("batchSize")
        if self.batch_size and self.m % self.batch_size:
            raise ValueError("a shorter last batch would be another program")
        self.X, self.Y = jnp.asarray(X.T.copy()), jnp.asarray(Y.T.copy())
        self.params = [(jnp.asarray(W), jnp.zeros(W.shape[0], jnp.float32)) for W in weights]
        self.static = {"names": tuple(task["activations"]), "rate": task["learningRate"]}
        self.random = np.random.default_rng(1)
        self.run(0)

    def run(self, iterations, in_order=False):
        if not self.batch_size:
            self.params = on_all(self.params, self.X, self.Y, iterations, **self.static)
        else:
            each = self.m // self.batch_size
            for done in range(0, max(iterations, 1), each):
                order = np.arange(self.m) if in_order else self.random.permutation(self.m)
                order = order.reshape(each, self.batch_size).astype(np.int32)
                end = min(each, iterations - done)
                self.params = on_batches(self.params, self.X, self.Y, order, 0, end, **self.static)
        jax.block_until_ready(self.params)

    def cost(self):
        return float(cost(self.params, self.static["names"], self.X, self.Y))

    def whole(self, iterations):
        for done in range(0, iterations, 100):
            self.cost()
            self.run(min(100, iterations - done))
        self.cost()
