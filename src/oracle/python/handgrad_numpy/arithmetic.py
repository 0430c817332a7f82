"""numpy's functions of arrays that compute: sums, products, norms, choices."""
import numpy as np

from . import kernels as k
from . import tape
from .array import Traced, has_traced, node_of, plain, stacked, wrap
from .functions import TABLE, Unexpressed, records

NONE = (None, np._NoValue)


def reducing(func, kernel):
    def run(a, axis=None, dtype=None, out=None, keepdims=False, **kwargs):
        if out is not None or any(v not in NONE for v in kwargs.values()):
            raise Unexpressed
        a = stacked(a)
        keepdims = bool(keepdims) if keepdims is not np._NoValue else False
        value = func(plain(a), axis=axis, keepdims=keepdims)
        return wrap(value, k.reduce(kernel, node_of(a), axis, keepdims))

    return run


for _func, _kernel in (
    (np.sum, "Sum"), (np.mean, "Mean"), (np.prod, "Prod"), (np.any, "Any"), (np.all, "All"), (np.nansum, "Sum"),
):
    TABLE[_func] = reducing(_func, _kernel)
for _func, _kernel in ((np.max, "Max"), (np.amax, "Max"), (np.min, "Min"), (np.amin, "Min")):
    _run = reducing(_func, _kernel)
    TABLE[_func] = lambda a, axis=None, out=None, keepdims=False, _run=_run, **kwargs: _run(
        a, axis, None, out, keepdims, **kwargs
    )


def spread(a, axis, ddof, keepdims):
    """The mean of the squared distances from the mean; ddof takes away from the count."""
    apart = a - np.mean(a, axis=axis, keepdims=True)
    square = np.square(apart)
    count = a.size / max(1, np.size(np.sum(plain(a), axis=axis)))
    if not ddof:
        return np.mean(square, axis=axis, keepdims=keepdims)
    return np.sum(square, axis=axis, keepdims=keepdims) / (count - ddof)


@records(np.var)
def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, **_):
    return spread(stacked(a), axis, ddof, keepdims is True)


@records(np.std)
def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, **_):
    return np.sqrt(spread(stacked(a), axis, ddof, keepdims is True))


def choosing(func, kernel):
    def run(a, axis=None, out=None, *, keepdims=False):
        if out is not None:
            raise Unexpressed
        value = func(plain(a), axis=axis)
        flat = node_of(a) if axis is not None else k.reshape(node_of(a), (a.size,))
        own = (axis or 0) % max(1, len(flat.shape))
        node = k.emit(kernel, {"x": flat}, {"axis": own}, np.shape(value), "int32")
        traced = wrap(value, node)
        return np.expand_dims(traced, axis) if keepdims is True and axis is not None else traced

    return run


TABLE[np.argmax] = choosing(np.argmax, "ArgMax")
TABLE[np.argmin] = choosing(np.argmin, "ArgMin")


@records(np.cumsum)
def cumsum(a, axis=None, **_):
    flat = a if axis is not None else np.ravel(a)
    return np.add.accumulate(flat, axis=axis or 0)


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


@records(np.where)
def where(condition, *sides):
    if len(sides) != 2:
        return np.where(plain(condition))
    value = np.where(plain(condition), *(plain(s) for s in sides))
    return wrap(value, k.select(node_of(condition), *(node_of(stacked(s)) for s in sides)))


@records(np.clip)
def clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, **_):
    low, high = a_min if min is None else min, a_max if max is None else max
    if out is not None:
        raise Unexpressed
    if not has_traced([low, high]) and low is not None and high is not None and np.ndim(low) == np.ndim(high) == 0:
        value = np.clip(plain(a), low, high)
        attrs = {"clipValueMin": float(low), "clipValueMax": float(high)}
        return wrap(value, k.emit("ClipByValue", {"x": node_of(a)}, attrs, np.shape(value)))
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@records(np.linalg.norm)
def norm(x, ord=None, axis=None, keepdims=False):
    if ord is not None and not (ord == "fro" or ord == 2 and (np.ndim(x) == 1 or np.ndim(axis) == 0 and axis is not None)):
        if ord == 1 and (np.ndim(x) == 1 or np.ndim(axis) == 0 and axis is not None):
            return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
        raise Unexpressed
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))


@records(np.trace)
def trace(a, **_):
    return np.sum(np.diagonal(a))


@records(np.diag)
def diag(v, k=0):
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    return np.diag(np.ones(np.size(v) + 0), k)[...] * 0 + place_on_diagonal(v, k)


def place_on_diagonal(v, offset):
    from . import kernels

    value = np.diag(plain(v), offset)
    places = np.flatnonzero(np.diag(np.ones(v.size), offset))
    return wrap(value, kernels.scatter(node_of(v), places, value.shape))


def masked(func):
    """np.tril and np.triu: times ones and zeros."""
    return lambda m, k=0: m * func(np.ones(np.shape(m)[-2:] if np.ndim(m) > 1 else np.shape(m)), k)


TABLE[np.tril] = masked(np.tril)
TABLE[np.triu] = masked(np.triu)


@records(np.average)
def average(a, axis=None, weights=None, **_):
    if weights is None:
        return np.mean(a, axis=axis)
    return np.sum(a * weights, axis=axis) / np.sum(np.broadcast_to(weights, np.shape(a)), axis=axis)


@records(np.diff)
def diff(a, n=1, axis=-1, **_):
    for _ in range(n):
        at = [slice(None)] * a.ndim
        after, before = list(at), list(at)
        after[axis], before[axis] = slice(1, None), slice(None, -1)
        a = a[tuple(after)] - a[tuple(before)]
    return a


@records(np.copy)
def copy(a, **_):
    if not isinstance(a, Traced):
        return np.array(a)
    value = np.array(plain(a))
    return wrap(value[()] if a._scalar else value, node_of(a))


@records(np.nan_to_num)
def nan_to_num(x, **kwargs):
    value = np.nan_to_num(plain(x), **kwargs)
    fine = np.isfinite(plain(x))
    return wrap(value, k.select(tape.current.constant(fine), node_of(x), tape.current.constant(value)))
