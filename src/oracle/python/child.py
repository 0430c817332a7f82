"""
The child process of `handgrad check model.py`. It reads requests from stdin, a line of JSON each, and
answers with a token and a line of JSON on what was stdout; what the user's code prints goes to stderr.
"""
import json
import os
import sys

sys.path[0] = os.path.dirname(os.path.abspath(__file__))
channel = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
os.dup2(2, 1)
_nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(_nothing, 0)
dumps = json.dumps
token = requests.readline().strip()


def answer(value):
    channel.write(f"{token}{dumps(value)}\n")
    channel.flush()


def refusal(message):
    return {"error": {"message": message}}


def main():
    if sys.version_info < (3, 9):
        version = ".".join(map(str, sys.version_info[:3]))
        return answer(refusal(f"Python {version} is too old: 3.9 is needed. Name a newer one: --python PATH"))
    try:
        import numpy  # noqa: F401
    except ImportError:
        cure = f"Install it, {sys.executable} -m pip install numpy, or name a Python that has it: --python PATH"
        return answer(refusal(f"this Python has no numpy. {cure}"))
    from handgrad_numpy.serve import Served

    served = Served()
    del sys.path[0]
    for line in requests:
        answer(served.answer(json.loads(line)))
    return None


main()
