"""The user's own variables: what each holds, and the line that gave it."""
import sys

from . import tape
from .array import Traced


class Names:
    """While it is open, every assignment to a local variable of the user's functions is written down."""

    def __init__(self, limit=20000):
        self.seen = {}
        self.limit = limit

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self.on_call)

    def __exit__(self, *_):
        sys.settrace(self.before)

    def on_call(self, frame, event, arg):
        if not tape.is_users(frame.f_code.co_filename):
            return None
        line = [frame.f_lineno]
        self.look(frame, frame.f_lineno)  # the arguments

        def on_line(frame, event, arg):
            if event in ("line", "return"):
                self.look(frame, line[0])
                line[0] = frame.f_lineno
            return on_line

        return on_line

    def look(self, frame, line):
        written = tape.current.names
        if len(written) > self.limit:
            return
        key = id(frame)
        for name, value in list(frame.f_locals.items()):
            if not isinstance(value, Traced) or value._node is None:
                continue
            if value._base is not None and value._base._node is not value._seen:
                continue  # it is looked up again when it is used
            if self.seen.get((key, name)) == value._node.id:
                continue
            self.seen[(key, name)] = value._node.id
            written.append(
                {
                    "name": name,
                    "id": value._node.id,
                    "function": frame.f_code.co_name,
                    "file": frame.f_code.co_filename,
                    "line": line,
                    "after": len(tape.current.operations),
                }
            )


def entries(value, name):
    """('cache[0]', array), ("cache['Z1']", array), … of all that is recorded in a cache."""
    if isinstance(value, Traced):
        yield name, value
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from entries(item, f"{name}[{i}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from entries(item, f"{name}[{key!r}]")
    elif hasattr(value, "__dict__") and not callable(value):
        for key, item in vars(value).items():
            yield from entries(item, f"{name}.{key}")
