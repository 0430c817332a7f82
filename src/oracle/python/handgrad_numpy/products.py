"""numpy's products: dot, outer, tensordot, einsum."""
import numpy as np

from . import kernels as k
from .array import node_of, plain, stacked, wrap
from .functions import Unexpressed, records


@records(np.dot)
def dot(a, b, out=None):
    if out is not None:
        raise Unexpressed
    a, b = stacked(a), stacked(b)
    value = np.dot(plain(a), plain(b))
    left, right = node_of(a), node_of(b)
    if not left.shape or not right.shape:
        return wrap(value, k.binary("Multiply", left, right))
    if len(left.shape) <= 2 and len(right.shape) <= 2:
        return wrap(value, k.matmul(left, right))
    return np.tensordot(a, b, axes=([-1], [-2 if len(right.shape) > 1 else 0]))


@records(np.inner)
def inner(a, b):
    if not np.ndim(a) or not np.ndim(b):
        return np.multiply(a, b)
    return np.tensordot(a, b, axes=([-1], [-1]))


@records(np.vdot)
def vdot(a, b):
    return np.sum(np.ravel(a) * np.ravel(b))


@records(np.outer)
def outer(a, b, out=None):
    if out is not None:
        raise Unexpressed
    return np.reshape(stacked(a), (-1, 1)) * np.reshape(stacked(b), (1, -1))


@records(np.tensordot)
def tensordot(a, b, axes=2):
    value = np.tensordot(plain(a), plain(b), axes)
    left, right = node_of(a), node_of(b)
    ranks = len(left.shape), len(right.shape)
    if np.ndim(axes) == 0:
        ours, theirs = list(range(ranks[0] - axes, ranks[0])), list(range(axes))
    else:
        ours, theirs = (np.atleast_1d(part) % rank for part, rank in zip(axes, ranks))
    free = [[i for i in range(r) if i not in used] for r, used in zip(ranks, (ours, theirs))]
    sizes = [int(np.prod([node.shape[i] for i in own])) for node, own in zip((left, right), free)]
    inner_size = int(np.prod([left.shape[i] for i in ours]))
    A = k.reshape(k.transpose(left, [*free[0], *ours]), (sizes[0], inner_size))
    B = k.reshape(k.transpose(right, [*theirs, *free[1]]), (inner_size, sizes[1]))
    return wrap(value, k.reshape(k.matmul(A, B), np.shape(value)))


@records(np.einsum)
def einsum(equation, *operands, **kwargs):
    if not isinstance(equation, str) or kwargs.get("out") is not None:
        raise Unexpressed
    value = np.einsum(equation, *(plain(o) for o in operands))
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if "..." in equation or any(len(set(t)) < len(t) for t in terms):
        raise Unexpressed
    if not arrow:
        letters = sorted(set(left) - {","})
        right = "".join(letter for letter in letters if left.count(letter) == 1)
    nodes = [k.cast(node_of(o), "float32") for o in operands]
    # TensorFlow.js takes two operands at a time.
    while len(nodes) > 2:
        kept = set(right).union(*terms[2:])
        middle = "".join(sorted(set(terms[0] + terms[1]) & kept))
        nodes = [product(f"{terms[0]},{terms[1]}->{middle}", nodes[:2]), *nodes[2:]]
        terms = [middle, *terms[2:]]
    return wrap(value, k.reshape(product(f"{','.join(terms)}->{right}", nodes), np.shape(value)))


def product(equation, nodes):
    left, _, right = equation.partition("->")
    sides = {letter: side for term, node in zip(left.split(","), nodes) for letter, side in zip(term, node.shape)}
    shape = [sides[letter] for letter in right]
    return k.emit("Einsum", {str(i): n for i, n in enumerate(nodes)}, {"equation": equation}, shape)
