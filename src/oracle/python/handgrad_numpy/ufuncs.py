"""numpy's universal functions as kernels."""
import math

import numpy as np

from . import kernels as k
from . import tape
from .array import Traced, node_of, plain, stopped, wrap, write

UNARY = {
    "negative": "Neg", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "square": "Square", "tanh": "Tanh",
    "absolute": "Abs", "fabs": "Abs", "sign": "Sign", "log1p": "Log1p", "expm1": "Expm1", "sin": "Sin",
    "cos": "Cos", "tan": "Tan", "sinh": "Sinh", "cosh": "Cosh", "arctan": "Atan", "arcsin": "Asin",
    "arccos": "Acos", "arctanh": "Atanh", "arcsinh": "Asinh", "arccosh": "Acosh", "floor": "Floor",
    "ceil": "Ceil", "rint": "Round", "reciprocal": "Reciprocal", "positive": "Identity",
    "conjugate": "Identity", "expit": "Sigmoid", "erf": "Erf",
}
TESTS = {"isnan": "IsNan", "isinf": "IsInf", "isfinite": "IsFinite"}
BINARY = {
    "add": "Add", "subtract": "Sub", "multiply": "Multiply", "divide": "RealDiv", "true_divide": "RealDiv",
    "maximum": "Maximum", "minimum": "Minimum", "fmax": "Maximum", "fmin": "Minimum", "power": "Pow",
    "float_power": "Pow", "arctan2": "Atan2", "floor_divide": "FloorDiv", "remainder": "Mod",
    "greater": "Greater", "greater_equal": "GreaterEqual", "less": "Less", "less_equal": "LessEqual",
    "equal": "Equal", "not_equal": "NotEqual", "logical_and": "LogicalAnd", "logical_or": "LogicalOr",
}
REDUCE = {
    "add": "Sum", "multiply": "Prod", "maximum": "Max", "minimum": "Min", "logical_or": "Any", "logical_and": "All",
}
ON_BOOLS = {"bitwise_and": "LogicalAnd", "bitwise_or": "LogicalOr", "multiply": "LogicalAnd", "add": "LogicalOr"}


def scaled(a, factor):
    return k.binary("Multiply", a, k.constant(factor))


COMPOSITE = {
    "exp2": lambda a: k.unary("Exp", scaled(a, math.log(2))),
    "log2": lambda a: scaled(k.unary("Log", a), 1 / math.log(2)),
    "log10": lambda a: scaled(k.unary("Log", a), 1 / math.log(10)),
    "cbrt": lambda a: k.binary("Pow", a, k.constant(1 / 3)),
    "hypot": lambda a, b: k.unary("Sqrt", k.binary("Add", k.unary("Square", a), k.unary("Square", b))),
    "logaddexp": lambda a, b: k.binary(
        "Add",
        k.binary("Maximum", a, b),
        k.unary("Log1p", k.unary("Exp", k.unary("Neg", k.unary("Abs", k.binary("Sub", a, b))))),
    ),
}


def express(name, nodes, kind):
    """The node of a universal function's result; None where no kernel does it."""
    if name == "matmul":
        return k.matmul(*nodes)
    if kind == "bool" and len(nodes) == 2 and name in ON_BOOLS:
        return k.binary(ON_BOOLS[name], *nodes, kind="bool")
    if name in ("logical_not", "invert") and kind == "bool":
        return k.unary("LogicalNot", k.cast(nodes[0], "bool"), "bool")
    if name in TESTS:
        return k.unary(TESTS[name], k.cast(nodes[0], "float32"), "bool")
    if name in UNARY and kind != "bool":
        return k.unary(UNARY[name], k.cast(nodes[0], kind), kind)
    if name in COMPOSITE:
        return COMPOSITE[name](*(k.cast(node, "float32") for node in nodes))
    if name in BINARY:
        return k.binary(BINARY[name], *nodes, kind=kind)
    return None


def apply(ufunc, method, inputs, out, options):
    """What Traced.__array_ufunc__ does."""
    if method == "at":
        return add_at(ufunc, *inputs)
    targets = out or ()
    bare = [plain(x) for x in inputs]
    # What went in is looked at before anything is written over it.
    nodes = [node_of(x) if np.asarray(b).dtype.kind in "biuf" else None for x, b in zip(inputs, bare)]
    if targets:
        options["out"] = tuple(plain(t) for t in targets)
    options = {name: plain(value) for name, value in options.items()}
    if targets and targets[0] is not None and isinstance(targets[0], Traced) and targets[0]._scalar:
        options["out"] = (targets[0].view(np.ndarray),)
    result = getattr(ufunc, method)(*bare, **options)
    if isinstance(result, tuple):
        return tuple(stopped(part, f"np.{ufunc.__name__}", *inputs) for part in result)
    node = None
    kind = tape.kind_of(np.asarray(result).dtype)
    where = options.get("where", True)
    if kind is not None and None not in nodes and where is True:
        if method == "__call__":
            node = express(ufunc.__name__, nodes, kind)
        elif method == "outer":
            left = k.reshape(nodes[0], nodes[0].shape + (1,) * len(nodes[1].shape))
            node = express(ufunc.__name__, [left, nodes[1]], kind)
        elif method == "reduce" and ufunc.__name__ in REDUCE and options.get("initial") in (None, np._NoValue):
            node = k.reduce(REDUCE[ufunc.__name__], nodes[0], options.get("axis", 0), options.get("keepdims", False))
        elif method == "accumulate" and ufunc.__name__ == "add":
            attrs = {"axis": options.get("axis", 0) % len(nodes[0].shape), "exclusive": False, "reverse": False}
            node = k.unary("Cumsum", nodes[0], kind, attrs)
    return settle(result, node, targets[0] if targets else None, f"np.{ufunc.__name__}", inputs, kind)


def settle(result, node, target, what, inputs, kind):
    """The result as a new array, or written into the one that was asked for."""
    if target is None:
        return stopped(result, what, *inputs) if node is None else wrap(result, node)
    if not isinstance(target, Traced):
        if any(isinstance(x, Traced) and node_of(x).live for x in inputs):
            tape.current.stop("an array that was made before the recording is written to")
        return target
    if node is None:
        stopped(result, what, *inputs)
        node = tape.current.value(plain(target))
    own = tape.kind_of(target.dtype)
    write(target, k.cast(k.broadcast(node, target.shape), own))
    return target


def add_at(ufunc, target, key, *values):
    """np.add.at(target, key, value): what falls on one place adds up."""
    from .indexing import positions_of

    if not isinstance(target, Traced):
        getattr(ufunc, "at")(target, plain(key), *(plain(v) for v in values))
        return tape.current.stop("an array that was made before the recording is written to")
    before = node_of(target)
    places = positions_of(target, key)
    nodes = [node_of(v) for v in values]
    ufunc.at(plain(target), plain(key), *(plain(v) for v in values))
    if ufunc.__name__ in ("add", "subtract"):
        updates = k.cast(k.broadcast(nodes[0], places.shape), before.kind)
        kernel = "Add" if ufunc.__name__ == "add" else "Sub"
        node = k.binary(kernel, before, k.scatter(updates, places, target.shape), before.kind)
    else:
        stopped(plain(target), f"np.{ufunc.__name__}.at", target, *values)
        node = tape.current.value(plain(target))
    write(target, node)
    return None
