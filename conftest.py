"""Run the snippets of the README and of every page under docs/.

`python` blocks run in order, one namespace a page. An `output` block shows what the `python` block before it prints; a
`console` block, commands after `$ ` and below each what it prints. In both `...` stands for anything. Commands run in a
folder of the page's own, beside the examples and the documentation. `toml` and `json` blocks must parse.
"""

import doctest
import json
import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parent
_FLAGS = doctest.ELLIPSIS
_PRINTED, _FOLDER = "__printed__", "__folder__"
_evaluate = PythonEvaluator()


def _run_python(example: Example) -> None:
    """Run a block, and keep what it prints for the block that shows it."""
    with redirect_stdout(StringIO()) as printed:
        _evaluate(example)
    example.namespace[_PRINTED] = printed.getvalue()


def _compare_output(example: Example) -> str | None:
    """What the block before printed, where the page shows something else."""
    printed = example.namespace.pop(_PRINTED, "")
    if doctest.OutputChecker().check_output(example.parsed, printed, _FLAGS):
        return None
    return f"expected:\n{example.parsed}\nprinted:\n{printed}"


def _run_console(example: Example) -> str | None:
    """The first difference between what the commands print and what the page shows."""
    for command, expected in _commands(example.parsed):
        printed = _output(command, example.namespace[_FOLDER].name)
        if not doctest.OutputChecker().check_output(expected, printed, _FLAGS):
            return f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed}"
    return None


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block and the output that the page shows for it."""
    lines = block.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], "a console block starts with a command"
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start].removeprefix("$ ").strip(), "".join(lines[start + 1 : end])


def _output(command: str, folder: str) -> str:
    """What a command prints, errors included."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    finished = subprocess.run(
        ["/usr/bin/env", *shlex.split(command)],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "120", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return finished.stdout


def _make_folder(namespace: dict[str, Any]) -> None:
    """A folder for what the commands of a page write, in which they find what they name from the root."""
    namespace[_FOLDER] = TemporaryDirectory()
    for name in ("docs", "examples"):
        Path(namespace[_FOLDER].name, name).symlink_to(ROOT / name)


def _remove_folder(namespace: dict[str, Any]) -> None:
    namespace[_FOLDER].cleanup()


def _parse_toml(example: Example) -> None:
    tomllib.loads(example.parsed)


def _parse_json(example: Example) -> None:
    json.loads(example.parsed)


_collect = Sybil(
    parsers=[
        CodeBlockParser("python", _run_python),
        CodeBlockParser("output", _compare_output),
        CodeBlockParser("console", _run_console),
        CodeBlockParser("toml", _parse_toml),
        CodeBlockParser("json", _parse_json),
    ],
    patterns=["*.md"],
    setup=_make_folder,
    teardown=_remove_folder,
).pytest()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The README and the documentation; notes beside tests and vectors are not ours to run."""
    is_ours = file_path == ROOT / "README.md" or ROOT / "docs" in file_path.parents
    return _collect(file_path, parent) if is_ours else None
