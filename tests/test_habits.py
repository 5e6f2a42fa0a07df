"""What the code never does: run text, read pickles, start shells, count on one system."""

import ast
import re
from pathlib import Path

import pytest

import ros1struct

PACKAGE = Path(ros1struct.__file__).parent
FILES = sorted(p for p in PACKAGE.rglob("*.py") if "data" not in p.relative_to(PACKAGE).parts)

# Calls that turn data into code, or run a shell.
CODE = {"eval", "exec", "compile", "__import__"}
MODULES = {"marshal", "shelve", "dill", "cloudpickle", "joblib", "telnetlib", "ftplib"}
# A pickle may be made (the key of a piece of work is the hash of one); none is ever read.
READERS = {"load", "loads", "Unpickler"}
SHELLS = {"system", "popen", "spawnl", "spawnv", "startfile"}
# Of one family of systems, asked for by hasattr or not at all.
POSIX = {"fork", "forkpty", "getuid", "geteuid", "chown", "mkfifo", "setsid", "killpg"}
MODULES_OF_ONE_SYSTEM = {"fcntl", "resource", "pwd", "grp", "termios", "msvcrt", "winreg"}


def problems(text):
    """What a file does that it must not, with its line."""
    tree = ast.parse(text)
    guarded = set(re.findall(r"hasattr\(os, \"(\w+)\"\)", text))
    if "chown" in guarded:  # its owner is asked for beside it
        guarded |= {"getuid", "geteuid"}
    linux = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.If) and ast.unparse(outer.test) == "sys.platform == 'linux'"
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in CODE:
                yield f"{line}: {name}()"
            for word in node.keywords:
                known = isinstance(word.value, ast.Constant) and word.value.value is False
                if word.arg in ("shell", "allow_pickle") and not known:
                    yield f"{line}: {word.arg}="
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = node.value.id, node.attr
            if of[0] == "pickle" and of[1] in READERS:
                yield f"{line}: reads a pickle"
            if of[0] == "os" and (of[1] in SHELLS or of[1] in POSIX - guarded):
                yield f"{line}: os.{of[1]}"
            if of == ("tempfile", "mktemp") or of == ("yaml", "load"):
                yield f"{line}: {'.'.join(of)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            for name in names:
                first = name.split(".")[0]
                if first in MODULES or (first in MODULES_OF_ONE_SYSTEM and id(node) not in linux):
                    yield f"{line}: imports {name}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.match(r"(/(tmp|home|usr|var|etc|dev|proc)/|[A-Z]:\\)", node.value):
                yield f"{line}: a path of one system, {node.value[:30]!r}"
            if node.value == "fork":
                yield f"{line}: processes made by fork alone"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = [s.value for s in (node.left, node.right) if isinstance(s, ast.Constant)]
            if any(s in ("/", "\\") for s in sides) and "path" in ast.unparse(node).lower():
                yield f"{line}: a separator put into a path by hand"


@pytest.mark.parametrize("file", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_code_does_none_of_it(file):
    assert list(problems(file.read_text("utf-8"))) == []


TEMPORARY = "/".join(("", "tmp", "x"))


@pytest.mark.parametrize(
    "line",
    [
        "eval('1')", "exec(text)", "__import__(name)", "subprocess.run(x, shell=True)",
        "np.load(path, allow_pickle=True)", "pickle.loads(data)", "pickle.Unpickler(stream)",
        "os.system('ls')", "os.fork()", "os.getuid()", "import fcntl", "from pwd import getpwnam",
        f"open('{TEMPORARY}')", "get_context('fork')", "tempfile.mktemp()", "import shelve",
        "path + '/' + name", "Path(r'C:\\temp')",
    ],
)  # fmt: skip
def test_each_of_it_is_seen(line):
    assert list(problems(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "'/'.join(names)", "pickle.dumps(x)", "np.load(path)",
        "subprocess.run(['ls'], shell=False)",
        "hasattr(os, \"chown\") and os.chown(p, os.getuid(), 0)", "get_context('spawn')",
        "re.compile('a')", "self.exec()",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_none(line):
    assert list(problems(line)) == []
