"""x.sum(), x.T, x.reshape(…): the methods of an array are numpy's functions."""
import numpy as np

from . import functions, tape
from . import kernels as k
from .array import Traced, node_of, plain, wrap
from .arithmetic import copy as copied
from .functions import TABLE
from .indexing import read_out


def method(func):
    def run(self, *args, **kwargs):
        if tape.current is None:
            return func(plain(self), *args, **kwargs)
        return functions.call(func, (self, *args), kwargs)

    return run


for _name in (
    "sum", "mean", "var", "std", "max", "min", "prod", "argmax", "argmin", "any", "all", "dot", "clip", "cumsum",
    "repeat", "take", "swapaxes", "ravel", "squeeze", "trace", "diagonal", "argsort", "round", "compress",
):
    setattr(Traced, _name, method(getattr(np, _name)))


def reshape(self, *shape, **kwargs):
    shape = shape[0] if len(shape) == 1 else shape
    return functions.call(np.reshape, (self, plain(shape)), kwargs)


def transpose(self, *axes):
    axes = axes[0] if len(axes) == 1 else axes
    return functions.call(np.transpose, (self, *([axes] if axes else [])), {})


def flatten(self, order="C"):
    flat = functions.call(np.ravel, (self,), {"order": order})
    return copied(flat)


def astype(self, dtype, **_):
    value = plain(self).astype(dtype)
    kind = tape.kind_of(value.dtype)
    if tape.current is None or kind is None:
        return value
    return wrap(value, k.cast(node_of(self), kind))


def item(self, *args):
    """A number as it is recorded, so that a cost that is read out stays one."""
    if tape.current is None or args or self.size != 1:
        return plain(self).item(*args)
    return wrap(plain(self).reshape(())[()], k.reshape(node_of(self), ()))


def fill(self, value):
    self[...] = value


def sort(self, axis=-1, **_):
    self[...] = TABLE[np.sort](self, axis)


Traced.reshape = reshape
Traced.transpose = transpose
Traced.T = property(transpose)
Traced.mT = property(lambda self: functions.call(np.swapaxes, (self, -1, -2), {}))
Traced.flatten = flatten
Traced.astype = astype
Traced.item = item
Traced.fill = fill
Traced.sort = sort
Traced.copy = lambda self, order="C": copied(self)
Traced.__copy__ = Traced.copy
Traced.__deepcopy__ = lambda self, memo: copied(self)
Traced.conj = lambda self: self
Traced.real = property(lambda self: self)
Traced.tolist = lambda self: read_out(self, lambda x: np.asarray(x).tolist())
Traced.__repr__ = lambda self: repr(plain(self))
Traced.__str__ = lambda self: str(plain(self))
Traced.__format__ = lambda self, spec: format(plain(self), spec)
Traced.nonzero = lambda self: plain(self).nonzero()
Traced.__iter__ = lambda self: (self[i] for i in range(len(self)))
