"""Calls the passes: each argument by its name, each result by the name that its return statement gives it."""
import copy
import random
import re

import numpy as np

from . import tape
from .forms import COSTS, GROUPS, Given, described, find_functions, is_number
from .load import Refused, said
from .syntax import Function, functions_in

UPSTREAM = {"dout", "upstream", "grad_output", "grad_out", "grad", "delta", "dy", "dz", "gradient", "dvalues", "g"}


class Passes:
    """A forward and a backward pass that can be called at a point: { name: array } of `leaves`."""

    def __init__(self, loaded, names):
        self.loaded = loaded
        self.forward, self.backward, self.cost = find_functions(loaded, names)
        self.given = Given(loaded, self.forward, [f for f in (self.backward, self.cost) if f])
        self.takes = [argument for f in (self.forward, self.backward, self.cost) if f for argument in f.arguments]
        self.groups = dict(self.given.groups)
        self._find_group()
        self.leaves = self._find_leaves()
        self.kind = None
        self._bind_forward()

    def _find_group(self):
        """One argument that nothing is given for takes all parameters that are no arguments themselves."""
        known = {*self.given.values, *self.given.shapes, *self.groups}
        unknown = [a for a in self.forward.arguments if a not in known and not self.forward.has_default(a)]
        rest = [n for n in {**self.given.shapes, **self.given.values} if n not in self.takes and n not in ("X", "Y")]
        grouped = {name for names in self.groups.values() for name in names}
        if self.groups and not any(g in self.takes for g in self.groups):
            rest = list(grouped)  # params = {…} for an argument of another name
        elif grouped:
            return
        if len(unknown) == 1 and rest:
            self.groups[unknown[0]] = rest
        for argument in self.takes:
            if argument in GROUPS and argument not in known and argument not in self.groups and rest:
                self.groups[argument] = rest

    def _find_leaves(self):
        """What a point holds: the arrays, and those numbers that a gradient is returned for."""
        body = self.loaded.trees.get((self.backward or self.forward).filename)
        leaves = dict.fromkeys(self.given.shapes)
        for name, value in self.given.values.items():
            if not is_number(value):
                continue
            array = np.asarray(value)
            if array.dtype.kind != "f" and not (array.ndim and name in ("X", "x")):
                continue
            if array.ndim or mentions(body, f"d{name}"):
                leaves[name] = None
        return [name for name in leaves if self._is_taken(name)]

    def _is_taken(self, name):
        """Whether a function takes it, as an argument or in a dict: a file may hold other functions too."""
        return name in self.takes or any(name in own for group, own in self.groups.items() if group in self.takes)

    def _bind_forward(self):
        known = {*self.given.values, *self.given.shapes, *self.groups}
        missing = [a for a in self.forward.arguments if a not in known and not self.forward.has_default(a)]
        if missing:
            shown = ", ".join(f"'{name}': ['N', 'D']" for name in missing[:2])
            raise Refused(
                f"nothing says what {listed(missing)} of {self.forward.name}({', '.join(self.forward.arguments)}) "
                f"{'is' if len(missing) == 1 else 'are'}. Add shapes = {{{shown}{', …' if len(missing) > 2 else ''}}}, "
                f"or inputs = {{'{missing[0]}': np.random.randn(4, 3){', …' if len(missing) > 1 else ''}}}",
                self.forward.filename,
                self.forward.line,
            )

    # A call

    def _environment(self, point):
        """Every value by its name, made anew: a pass that changes them changes nobody else's."""
        values = {n: v if is_number(v) else copy.deepcopy(v) for n, v in self.given.values.items()}
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                values[name] = value.copy()
        values.update(point)
        for group, names in self.groups.items():
            values[group] = {name: values[name] for name in names if name in values}
        return values

    def _call(self, function, values):
        random.seed(0)
        np.random.seed(0)
        known = {name: values[name] for name in function.arguments if name in values}
        try:
            return function.run(**known)
        except (Exception, SystemExit) as error:
            raise Refused(f"{function.name} throws: {said(error)}", *(tape.place_of(error) or ())) from None

    def run_forward(self, point):
        """(outputs by name, caches by name, every value by name)"""
        values = self._environment(point)
        returned = self._call(self.forward, values)
        outputs, caches = self._sort_out(returned)
        return outputs, caches, values

    def _sort_out(self, returned):
        """What forward returns, as numbers that flow on and caches that the backward pass wants."""
        if isinstance(returned, dict) and ("cost" in returned or "out" in returned or "loss" in returned):
            caches = {name: v for name, v in returned.items() if "cache" in name or not is_array(v)}
            return {name: v for name, v in returned.items() if name not in caches}, caches
        if not isinstance(returned, tuple):
            name = (self.forward.returned or [None])[0] or "out"
            if not is_array(returned):
                raise Refused(
                    f"{self.forward.name} returns {described(returned)}; it must return (out, cache) or (cost, cache)",
                    self.forward.filename, self.forward.line,
                )
            return {name: returned}, {}
        names = self.forward.returned or []
        names = names if len(names) == len(returned) else [None] * len(returned)
        outputs, caches = {}, {}
        for i, (name, value) in enumerate(zip(names, returned)):
            is_cache = "cache" in (name or "") or not is_array(value)
            own = name or ("cache" if is_cache else "out" if i == 0 else f"out{i}")
            own = own if own not in outputs else f"{own} {i}"
            (caches if is_cache else outputs)[own] = value
        if not caches and len(outputs) > 1:
            last = list(outputs)[-1]
            leftover = [a for a in self.takes if "cache" in a]
            if leftover and self.backward and last not in self.backward.arguments:
                caches[leftover[0]] = outputs.pop(last)
        if not outputs:
            raise Refused(
                f"{self.forward.name} returns nothing that is an array; it must return (out, cache) or (cost, cache)",
                self.forward.filename, self.forward.line,
            )
        return outputs, caches

    def bind(self, outputs, caches, values):
        """Which output each upstream gradient of the backward pass belongs to, once the outputs are known."""
        self.upstream, self.cache_of = {}, {}
        claimed = []
        for argument in self.backward.arguments:
            if argument in values or argument in outputs:
                continue
            output = output_of(argument, outputs)
            if argument in caches or "cache" in argument or argument == "ctx":
                claimed.append(argument)
                self.cache_of[argument] = argument if argument in caches else None
            elif output and output not in self.upstream.values():
                self.upstream[argument] = output
            elif not self.backward.has_default(argument):
                self.cache_of[argument] = None
        free = [name for name in caches if name not in self.cache_of.values()]
        for argument, name in self.cache_of.items():
            if name is None:
                if not free:
                    raise Refused(
                        f"{self.backward.name} takes {argument}, and neither {self.forward.name} returns it nor does anything "
                        f"else give it. Return it from {self.forward.name}, or add inputs = {{'{argument}': …}}",
                        self.backward.filename, self.backward.line,
                    )
                self.cache_of[argument] = free.pop(0)

    def run_backward(self, outputs, caches, values, seeds):
        """What the backward pass returns."""
        own = {**outputs, **values}
        own.update({argument: seeds[output] for argument, output in self.upstream.items()})
        own.update({argument: caches[name] for argument, name in self.cache_of.items()})
        return self._call(self.backward, own)

    def run_cost(self, outputs, values):
        return self._call(self.cost, {**values, **outputs})

    def find_cost(self, outputs, values):
        """The file's own cost function, by its name and what it takes. @raises Refused"""
        known = {**values, **outputs}
        own = functions_in(self.loaded)
        fitting = [
            made for made in (Function(n, f, self.loaded.trees) for n, f in own.items() if COSTS.search(n) and "backward" not in n)
            if all(a in known or made.has_default(a) for a in made.arguments) and set(made.arguments) & set(outputs)
        ]
        if len(fitting) == 1:
            return fitting[0]
        which = f"one of {listed([f.name for f in fitting])}" if fitting else "NAME"
        first = next(iter(outputs))
        raise Refused(
            f"{self.forward.name} returns {first} of the shape {np.shape(outputs[first])}, which is no cost, and "
            f"{self.backward.name} takes no gradient of it. Name the cost function: --cost {which}",
            self.forward.filename, self.forward.line,
        )


def output_of(argument, outputs):
    """dA2, d_A2, grad_A2, A2_grad of A2; dout and its like of the only one."""
    low = argument.lower()
    for name in outputs:
        own = name.lower()
        if low in (f"d{own}", f"d_{own}", f"grad_{own}", f"{own}_grad", f"dl_d{own}", f"dl{own}"):
            return name
    if low in UPSTREAM or re.match(r"d[a-z_]", low) or "grad" in low:
        return next(iter(outputs))
    return None


def is_array(value):
    return isinstance(value, (np.ndarray, np.generic, float, int)) and not isinstance(value, bool)


def mentions(tree, name):
    import ast

    return tree is not None and any(
        isinstance(n, ast.Name) and n.id == name or isinstance(n, ast.Constant) and n.value == name or isinstance(n, ast.keyword) and n.arg == name
        for n in ast.walk(tree)
    )


def listed(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
