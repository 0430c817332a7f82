"""What the syntax tree tells: what a function takes, and what its return statement calls its results."""
import ast
import inspect


class Function:
    """One of the user's functions."""

    def __init__(self, name, run, trees):
        self.name, self.run = name, run
        self.signature = inspect.signature(run)
        self.arguments = [
            p.name for p in self.signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ]
        self.filename = run.__code__.co_filename if hasattr(run, "__code__") else None
        self.line = run.__code__.co_firstlineno if self.filename else None
        self.returned = self._returned(trees.get(self.filename))

    def default(self, name):
        value = self.signature.parameters[name].default
        return value if value is not inspect.Parameter.empty else None

    def has_default(self, name):
        return self.signature.parameters[name].default is not inspect.Parameter.empty

    def annotation(self, name):
        value = self.signature.parameters[name].annotation
        return value if value is not inspect.Parameter.empty else None

    def _returned(self, tree):
        """The names in the last return statement: a list of them, None for what has no name."""
        if tree is None:
            return None
        found = None
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == self.name and first_line(node) == self.line:
                returns = [n for n in own_nodes(node) if isinstance(n, ast.Return) and n.value is not None]
                if returns:
                    last = max(returns, key=lambda n: n.lineno).value
                    parts = last.elts if isinstance(last, (ast.Tuple, ast.List)) else [last]
                    found = [name_of(part) for part in parts]
        return found


def first_line(node):
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def own_nodes(function):
    """The nodes of a function, without those of functions in it."""
    open_nodes = list(function.body)
    while open_nodes:
        node = open_nodes.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            open_nodes.extend(ast.iter_child_nodes(node))


def name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    # float(cost), np.array(dx), dx.T, dx.copy()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float" and node.args:
        return name_of(node.args[0])
    return None


def functions_in(loaded):
    """The functions that the file itself defines."""
    files = set(loaded.trees)
    return {
        name: value
        for name, value in loaded.names.items()
        if inspect.isfunction(value) and value.__code__.co_filename in files and not name.startswith("__handgrad")
    }
