"""Loads somebody's .py file or notebook: its functions by name, their source, and what stands in the way."""
import ast
import json
import linecache
import os
import sys
import types

from . import creation, tape

ALIASES = {"np", "numpy"}
HALVES = {"float32", "float16", "single", "half"}


class Refused(Exception):
    """What the user reads: one sentence, with their line."""

    def __init__(self, message, filename=None, line=None):
        super().__init__(message)
        self.place = (filename, line) if filename else None


class Doubled(ast.NodeTransformer):
    """
    float(x) keeps what is recorded of x, and np.float32 is np.float64: the check computes in double
    precision. Everything stays at its line and column.
    """

    def visit_Call(self, node):
        self.generic_visit(node)
        func = node.func
        is_float = isinstance(func, ast.Name) and func.id == "float"
        is_numpys = isinstance(func, ast.Attribute) and func.attr in ("float64", "float_") and of_numpy(func)
        if (is_float or is_numpys) and len(node.args) == 1 and not node.keywords:
            keeper = "__handgrad_float__" if is_float else "__handgrad_double__"
            node.func = ast.copy_location(ast.Name(keeper, ast.Load()), func)
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr in HALVES and of_numpy(node):
            node.attr = "float64"
        return node

    def visit_Constant(self, node):
        if node.value in ("float32", "float16"):
            node.value = "float64"
        return node


def of_numpy(node):
    return isinstance(node.value, ast.Name) and node.value.id in ALIASES


class Loaded:
    """`names` is the module's namespace, `trees` holds the syntax tree of each file or cell by its name."""

    def __init__(self, path):
        self.path = path
        self.module = types.ModuleType("__handgrad_model__")
        self.module.__file__ = path
        self.names = self.module.__dict__
        self.names["__handgrad_float__"] = creation.keep_float
        self.names["__handgrad_double__"] = creation.keep_double
        self.trees = {}
        self.notes = []

    def parse(self, source, filename):
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            tree = ast.parse(source, filename)
        except SyntaxError as error:
            raise Refused(f"{error.msg[0].upper()}{error.msg[1:]}", filename, error.lineno) from None
        self.trees[filename] = ast.parse(source, filename)
        return ast.fix_missing_locations(Doubled().visit(tree))

    def run(self, tree, filename):
        exec(compile(tree, filename, "exec"), self.names)


def load(path):
    """@raises Refused"""
    path = os.path.abspath(path)
    folder = os.path.dirname(path)
    sys.path.insert(0, folder)
    loaded = Loaded(path)
    sys.modules["__handgrad_model__"] = loaded.module
    try:
        with open(path, encoding="utf-8-sig") as file:
            source = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"it cannot be read: {error}") from None
    if path.endswith(".ipynb"):
        return load_notebook(loaded, source)
    tree = loaded.parse(source, path)
    try:
        loaded.run(tree, path)
    except (Exception, SystemExit) as error:
        raise Refused(said(error), *(tape.place_of(error) or ())) from None
    return loaded


def said(error):
    """An exception in one line."""
    first = (str(error).splitlines() or [""])[0]
    if isinstance(error, SystemExit):
        return "it ends the process (SystemExit)"
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def load_notebook(loaded, source):
    """Of the code cells the imports, definitions and assignments; what trains or prints is not run."""
    try:
        notebook = json.loads(source)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise Refused("it is no notebook of Jupyter's format 4: there are no cells in it") from None
    own = set()
    for number, cell in enumerate(cells, 1):
        filename = f"{loaded.path} cell {number}"
        text = without_magics("".join(cell["source"]))
        tree = loaded.parse(text, filename)
        for statement in tree.body:
            own.update([statement.name] if isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else [])
            if not is_declaration(statement, own):
                continue
            try:
                loaded.run(ast.Module([statement], []), filename)
            except (Exception, SystemExit) as error:
                loaded.notes.append(f"{said(error)} in cell {number}, line {statement.lineno}, which was left out.")
    return loaded


def is_declaration(statement, own):
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
        return True
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    called = {n.func.id for n in ast.walk(statement.value) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return not called & own


def without_magics(text):
    """Lines of IPython's (%matplotlib, !pip, x?) are blank; a cell of another language is empty."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(("%%time", "%%capture", "%%prun")):
        return ""
    kept = []
    for line in lines:
        bare = line.lstrip()
        is_magic = bare.startswith(("%", "!", "?")) or bare.rstrip().endswith("?") and "#" not in bare
        kept.append(line[: len(line) - len(bare)] + "pass" if is_magic else line)
    return "\n".join(kept)
