"""A torch.autograd.Function: its backward by hand, against torch.autograd of what its forward computes."""
import inspect
import sys

import numpy as np

from . import tape
from .forms import LABELS, Given
from .load import Refused, said
from .syntax import Function


def functions_of(loaded):
    """The autograd Functions that a file defines, by name."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    base = torch.autograd.Function
    return {
        n: c for n, c in loaded.names.items() if inspect.isclass(c) and issubclass(c, base) and c.__module__ == "__handgrad_model__"
    }


class Context:
    """What a Function saves, while its forward is differentiated as any other code."""

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *_):
        pass

    mark_dirty = set_materialize_grads = mark_non_differentiable


class Inputs:
    """The leaves of a forward(ctx, x, w, …), as Passes has them."""

    def __init__(self, loaded, name, own):
        self.forward = Function(name, own.forward, loaded.trees)
        self.forward.arguments = self.forward.arguments[1:]
        self.given = Given(loaded, self.forward, [])
        self.groups = {}
        arrays = [n for n, v in self.given.values.items() if np.asarray(v).dtype.kind == "f"]
        self.leaves = [a for a in self.forward.arguments if a in self.given.shapes or a in arrays]
        missing = [
            a for a in self.forward.arguments
            if a not in self.given.shapes and a not in self.given.values and not self.forward.has_default(a)
        ]
        if missing:
            raise Refused(
                f"nothing says what {', '.join(missing)} of {name}.forward is. Add shapes = {{'{missing[0]}': ['N', 'D']}}",
                self.forward.filename, self.forward.line,
            )


class TorchSubject:
    kind = "layer"

    def __init__(self, loaded, name):
        import torch

        self.torch, self.own = torch, loaded.names[name]
        self.passes = Inputs(loaded, name, self.own)

    def arguments(self, point, grad):
        values = {**self.passes.given.values, **point}
        found = []
        for name in self.passes.forward.arguments:
            value = values.get(name, self.passes.forward.default(name))
            if name in point or isinstance(value, np.ndarray):
                value = self.torch.tensor(np.asarray(value))
                value.requires_grad_(grad and name in point and name not in LABELS and value.is_floating_point())
            found.append(value)
        return found

    def call(self, what, run, *arguments):
        try:
            out = run(*arguments)
        except Exception as error:
            raise Refused(f"{self.passes.forward.name}.{what} throws: {said(error)}", *(tape.place_of(error) or ())) from None
        return out

    def outputs(self, point, apply=True, grad=False):
        arguments = self.arguments(point, grad)
        run = self.own.apply if apply else lambda *a: self.own.forward(Context(), *a)
        out = self.call("forward", run, *arguments)
        return arguments, list(out) if isinstance(out, tuple) else [out]

    def prepare(self, point, seed):
        random = np.random.RandomState(seed)
        _, outs = self.outputs(point)
        return [random.standard_normal(tuple(out.shape)) for out in outs]

    def number(self, point, seeds):
        with self.torch.no_grad():
            _, outs = self.outputs(point)
        return float(sum((out.numpy() * seed).sum() for out, seed in zip(outs, seeds)))

    def gradients(self, point, seeds, apply):
        arguments, outs = self.outputs(point, apply, grad=True)
        asked = [(n, a) for n, a in zip(self.passes.forward.arguments, arguments) if getattr(a, "requires_grad", False)]
        flowing = [(o, self.torch.tensor(s)) for o, s in zip(outs, seeds) if o.requires_grad]
        grads = self.call(
            "backward",
            lambda: self.torch.autograd.grad([o for o, _ in flowing], [a for _, a in asked], [s for _, s in flowing], allow_unused=True),
        )
        return {n: np.zeros(tuple(a.shape)) if g is None else g.numpy() for (n, a), g in zip(asked, grads)}

    def pass_both(self, point, seeds, between=lambda: None):
        between()
        named = {f"d{n}": g for n, g in self.gradients(point, seeds, True).items()}
        return dict(enumerate(seeds)), {}, self.number(point, seeds), named

    def hand(self, grads):
        own = {name[1:]: array for name, array in grads.items()}
        return own, {name: f"d{name}" for name in own}, []

    def optional(self, leaf):
        return leaf in LABELS
