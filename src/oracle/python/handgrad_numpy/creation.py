"""
What makes arrays: np.zeros and its like give arrays that record while a tape runs, since what is
computed is written into them; np.array keeps what its list holds; math.exp and float() keep a number.
"""
import math
import sys

import numpy as np

from . import arithmetic, joining, methods, products, tape  # noqa: F401  (they fill the tables)
from .array import Traced, fresh, has_traced, plain, stacked
from .functions import call


def recording():
    """Whether a tape runs and the user's own code asks: numpy itself, and we, want plain arrays."""
    return tape.current is not None and tape.is_users(sys._getframe(2).f_code.co_filename)


def making(func):
    def run(*args, **kwargs):
        if not recording():
            return func(*args, **kwargs)
        return fresh(func(*(plain(a) for a in args), **{name: plain(v) for name, v in kwargs.items()}))

    run.__name__ = run.__qualname__ = func.__name__
    return run


def converting(func):
    """np.array, np.asarray …: of what is recorded a copy, that is recorded too."""

    def run(x=(), *args, **kwargs):
        if not recording():
            return func(x, *args, **kwargs)
        dtype = kwargs.get("dtype", args[0] if args else None)
        if not has_traced(x):
            return fresh(func(x, *args, **kwargs))
        same = func.__name__ in ("asarray", "asanyarray", "ascontiguousarray") or kwargs.get("copy") is False
        made = x if same and isinstance(x, Traced) else np.copy(stacked(x))
        while made.ndim < kwargs.get("ndmin", 0):
            made = np.expand_dims(made, 0)
        return made if dtype is None else made.astype(dtype)

    run.__name__ = run.__qualname__ = func.__name__
    return run


def of_lists(func):
    """np.sum([a, b]): numpy would look for no recording in a list."""

    def run(x, *args, **kwargs):
        if isinstance(x, (list, tuple)) and recording() and has_traced(x):
            return call(func, (stacked(x), *args), kwargs)
        return func(x, *args, **kwargs)

    run.__name__ = run.__qualname__ = func.__name__
    return run


def of_numbers(name):
    func = getattr(math, name)
    own = {"fabs": "abs", "pow": "power"}.get(name, name)

    def run(*args):
        if tape.current is not None and any(isinstance(a, Traced) for a in args):
            return getattr(np, own)(*args)
        return func(*args)

    return run


def keep_float(x=0.0):
    """float(x) in the user's code: a recorded number stays one."""
    return x.item() if isinstance(x, Traced) and tape.current is not None and x.size == 1 else float(x)


def keep_double(x=0.0):
    """np.float64(x), of an array too."""
    return keep_float(x) if isinstance(x, Traced) and x.size == 1 else x.astype(float) if isinstance(x, np.ndarray) else np.float64(x)


def install():
    """Puts them in numpy's place; while no tape runs they are numpy's own."""
    for name in ("zeros", "ones", "empty", "full", "eye", "identity", "linspace"):
        setattr(np, name, making(getattr(np, name)))
    for name in ("zeros_like", "ones_like", "empty_like", "full_like"):
        setattr(np, name, making(getattr(np, name)))
    for name in ("array", "asarray", "asanyarray", "ascontiguousarray"):
        setattr(np, name, converting(getattr(np, name)))
    for name in ("sum", "mean", "prod", "max", "min", "average", "var", "std"):
        setattr(np, name, of_lists(getattr(np, name)))
    for name in ("exp", "log", "sqrt", "tanh", "sin", "cos", "pow", "fabs", "log1p", "expm1"):
        setattr(math, name, of_numbers(name))
