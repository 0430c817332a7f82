"""One pair of passes at a point: the number that is differentiated, and the gradients by hand."""
import os
import sys

import numpy as np

from .calls import Passes
from .forms import LABELS
from .gradients import gradients_of, owners, plainly
from .load import Refused


def hush():
    """From here on nobody hears what the user's code prints: it would say it again and again."""
    sys.stdout = open(os.devnull, "w")


class Subject:
    """
    With a cost, J is the cost. Without one it is Σ dout · out for a dout that is drawn once: the gradient
    of that is the product of dout and the Jacobian, which a layer's backward pass gives.
    """

    def __init__(self, loaded, names):
        self.passes = Passes(loaded, names)
        self.kind = None
        self.cost_name = None

    def prepare(self, point, seed):
        """Finds out the form by running it once at the point. @raises Refused"""
        passes = self.passes
        outputs, caches, values = passes.run_forward(point)
        hush()
        if passes.backward is None:
            self.kind = "combined"
            self.take_apart(outputs, caches)
        else:
            passes.bind(outputs, caches, values)
            self.kind = "layer" if passes.upstream else "cost"
            if self.kind == "cost":
                self.find_cost(outputs, values)
        self.assert_repeats(point)
        return self.seeds(outputs, seed)

    def find_cost(self, outputs, values):
        passes = self.passes
        named = [n for n in outputs if n.lower() in ("cost", "loss", "j", "l", "e", "error")]
        single = [n for n, v in outputs.items() if np.size(v) == 1]
        if passes.cost is None:
            if named or single:
                self.cost_name = (named or single)[0]
            else:
                passes.cost = passes.find_cost(outputs, values)

    def take_apart(self, outputs, caches):
        """(cost, grads) of one function that does both: the number is the cost, what is left the gradients."""
        single = [n for n, v in outputs.items() if np.size(v) == 1 and not n.startswith("d")]
        named = [n for n in single if n.lower() in ("cost", "loss", "j")]
        if not single:
            passes = self.passes
            raise Refused(
                f"{passes.forward.name} returns no cost that is one number. Name the backward pass too: --backward NAME",
                passes.forward.filename, passes.forward.line,
            )
        self.cost_name = (named or single)[0]

    def objective(self, outputs, values, seeds):
        """J as it comes: a number, or an array of one."""
        if self.kind == "layer":
            parts = [np.sum(outputs[name] * seed) for name, seed in seeds.items()]
            return sum(parts[1:], parts[0])
        cost = self.passes.run_cost(outputs, values) if self.passes.cost else outputs[self.cost_name]
        if np.size(cost) != 1:
            function = self.passes.cost or self.passes.forward
            raise Refused(
                f"{function.name} returns a cost of the shape {np.shape(cost)}; it must be one number. Is a sum or mean missing?",
                function.filename, function.line,
            )
        return cost

    def number(self, point, seeds):
        outputs, _, values = self.passes.run_forward(point)
        if self.kind == "layer" and any(np.shape(outputs[n]) != np.shape(s) for n, s in seeds.items()):
            raise ValueError("the outputs change their shape")
        return np.asarray(self.objective(outputs, values, seeds)).reshape(-1)[0]

    def seeds(self, outputs, seed):
        """dout of each output that the backward pass takes one of: draws away from zero."""
        random = np.random.RandomState(seed)
        drawn = {}
        for name in self.passes.upstream.values() if self.kind == "layer" else ():
            draw = np.asarray(random.standard_normal(np.shape(outputs[name])))
            drawn[name] = draw + 0.1 * np.sign(draw)
        return drawn

    def assert_repeats(self, point):
        outputs, _, values = self.passes.run_forward(point)
        seeds = self.seeds(outputs, 1)
        first, second = self.number(point, seeds), self.number(point, seeds)
        if first != second and not (np.isnan(first) and np.isnan(second)):
            raise Refused(
                f"{self.passes.forward.name} gives two results for the same input: it draws random numbers or keeps a state. "
                "Draw with np.random, which the check seeds, or pass a mask in",
                self.passes.forward.filename, self.passes.forward.line,
            )

    def pass_both(self, point, seeds, between=hush):
        """(outputs, caches, J, gradients as they are returned)"""
        passes = self.passes
        outputs, caches, values = passes.run_forward(point)
        J = self.objective(outputs, values, seeds)
        if self.kind == "combined":
            rest = {n: v for n, v in {**outputs, **caches}.items() if n != self.cost_name}
            grads = {}
            for name, value in rest.items():
                grads.update(value if isinstance(value, dict) else {name: value})
            return outputs, caches, J, grads
        between()
        returned = passes.run_backward(outputs, caches, values, seeds)
        return outputs, caches, J, gradients_of(passes.backward, returned, passes.leaves)

    def hand(self, grads):
        """({ leaf: gradient }, { leaf: its name }, the names of gradients that are nobody's)"""
        named = owners(grads, self.passes.leaves)
        function = self.passes.backward or self.passes.forward
        arrays = {leaf: plainly(name, grads[name], function) for name, leaf in named.items()}
        extra = [name for name in grads if name not in named]
        return arrays, {leaf: name for name, leaf in named.items()}, extra

    def optional(self, leaf):
        """Whether nobody has to return this one's gradient: data, labels, a single number."""
        given = self.passes.given
        data = LABELS if self.kind == "layer" else {*LABELS, "X", "x"}
        alone = leaf in given.values and np.ndim(given.values[leaf]) == 0
        in_group = any(leaf in names for names in self.passes.groups.values())
        return leaf in data or alone and not in_group
