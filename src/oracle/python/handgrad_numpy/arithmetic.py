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
    return place_on_diagonal(v, k)


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
