"""What a backward pass returns, as gradients by their names, and whose they are."""
import numpy as np

from .array import Traced
from .forms import described
from .load import Refused


def gradients_of(function, returned, leaves):
    """{ name: value } of a dict, of a tuple by the names of the return statement, of one array."""
    if isinstance(returned, dict):
        flat = {}
        for name, value in returned.items():
            nested = isinstance(value, dict)
            flat.update(value if nested else {name: value})
        return {str(name): value for name, value in flat.items()}
    many = isinstance(returned, (tuple, list))
    values = list(returned) if many else [returned]
    if returned is None or not many and not isinstance(returned, (np.ndarray, np.generic, float, int)):
        shown = ", ".join(f"'d{leaf}': …" for leaf in leaves[:3])
        raise Refused(
            f"{function.name} returns {described(returned)}; it must return the gradients, {{{shown}}} or a tuple of them",
            function.filename, function.line,
        )
    names = function.returned or []
    names = names if len(names) == len(values) else [None] * len(values)
    if None in names and len(values) == len(leaves):
        names = [name or f"d{leaf}" for name, leaf in zip(names, leaves)]
    if None in names:
        raise Refused(
            f"{function.name} returns {len(values)} values without names, and there are {len(leaves)} inputs "
            f"({', '.join(leaves)}): write return d{', d'.join(leaves)}",
            function.filename, function.line,
        )
    return dict(zip(names, values))


def plainly(name, value, function):
    """A gradient as an array of doubles. @raises Refused"""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise Refused(
            f"{function.name} returns {described(value)} for {name}; return an array of numbers",
            function.filename, function.line,
        )
    return array.astype(np.float64)


def owners(grads, leaves):
    """{ gradient: leaf }, by the name as far as it goes, else by the place among as many."""
    found = {}
    free = list(leaves)

    def pair(fits):
        for grad in grads:
            if grad in found:
                continue
            own = [leaf for leaf in free if fits(grad, leaf)]
            if len(own) == 1:
                found[grad] = own[0]
                free.remove(own[0])

    pair(lambda grad, leaf: grad == f"d{leaf}")
    pair(lambda grad, leaf: grad in (f"d_{leaf}", f"grad_{leaf}", f"{leaf}_grad", f"nabla_{leaf}", f"dL_d{leaf}", leaf))
    pair(lambda grad, leaf: grad.lower() == f"d{leaf}".lower())
    pair(lambda grad, leaf: grad.lower().removesuffix("_prev") == f"d{leaf}".lower().removesuffix("_prev"))
    pair(lambda grad, leaf: grad.lower().startswith(f"d{leaf}".lower()) and leaf.lower() not in ("d",) and len(grads) == len(leaves))
    if not found and len(grads) == len(leaves):
        return dict(zip(grads, leaves))
    if len(free) == 1 and len(grads) == len(leaves):
        found.update({grad: free[0] for grad in grads if grad not in found})
    return found


def untraced(value):
    return value.view(np.ndarray) if isinstance(value, Traced) else value
