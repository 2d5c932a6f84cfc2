"""The style of the house, checked on every run; and each check shown to fail on bad source."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import pytest

from tests.style import checks
from tests.style.checks import Module

MODULES = checks.our_modules()
ROOT = Module("contractbill", (checks.SOURCE / "contractbill" / "__init__.py").read_text("utf-8"), is_package=True)
CHECKS = [checks.layering, checks.purity, checks.sizes, checks.silencing]

Check = Callable[[Module], list[str]]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_module_passes(check: Check) -> None:
    assert [fault for module in MODULES for fault in check(module)] == []


def test_t001_no_module_counts_months_through_an_interval() -> None:
    assert [fault for module in MODULES for fault in checks.month_counting(module)] == []


def test_no_test_silences_a_tool_without_a_reason() -> None:
    assert [fault for module in checks.our_tests() for fault in checks.silencing(module)] == []


def test_no_ring_of_imports() -> None:
    assert checks.cycles(MODULES) == []


def test_the_root_is_the_everyday_names_and_nothing_else() -> None:
    assert checks.everyday_names(ROOT) == []


PUBLIC = sorted(module.name for module in MODULES if module.is_package and "__all__ = [" in module.text)


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_is_type_checked_as_its_users_write_it(package: str) -> None:
    written = set(re.findall(r"\w+", (checks.SOURCE.parent / "tests" / "typing" / "api.py").read_text("utf-8")))
    assert [name for name in import_module(package).__all__ if name not in written] == []


# Modules that users import by themselves: what has no underscore is public.
OPEN = [
    one
    for one in MODULES
    if re.fullmatch(r"\w+\.(display|errors|money|ports|adapters\.\w+|testing\.strategies)", one.name)
]


@pytest.mark.parametrize("module", OPEN, ids=lambda module: module.name)
def test_so_is_every_name_of_a_module_that_users_import(module: Module) -> None:
    written = set(re.findall(r"\w+", (checks.SOURCE.parent / "tests" / "typing" / "api.py").read_text("utf-8")))
    names = [node.name for node in module.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert [name for name in names if not name.startswith("_") and name not in written] == []


def test_every_package_with_public_names_is_among_them() -> None:
    assert {"contractbill", "contractbill.charges", "contractbill.deal", "contractbill.invoices"} <= set(PUBLIC)
    assert {"contractbill.periods", "contractbill.reports", "contractbill.testing", "contractbill.wire"} <= set(PUBLIC)


def test_import_loads_nothing_heavy() -> None:
    heavy = {"altair", "click", "duckdb", "httpx", "jinja2", "rich", "sqlalchemy", "starlette", "typst"}
    program = f"import sys, contractbill; print(sorted({heavy!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


# Each row: the check, the module that has the source, the source, and a part of what must be found.
BAD = [
    (checks.layering, "money", "from contractbill.deal import prices", "must not import contractbill.deal.prices"),
    (checks.layering, "money", "import contractbill.periods", "must not import contractbill.periods"),
    (checks.layering, "deal.prices", "from ..charges import Charge", "must not import contractbill.charges.Charge"),
    (checks.layering, "documents", "from contractbill.reports import tcv", "must not import contractbill.reports"),
    (checks.layering, "deal.prices", "from contractbill import Charge", "must not import contractbill.Charge"),
    (checks.layering, "deal.prices", "def f():\n    import contractbill.cli", "must not import contractbill.cli"),
    (checks.layering, "plans", "", "has no layer"),
    (checks.purity, "money", "import os", "must not import os"),
    (checks.purity, "money", "from pathlib import Path", "must not import pathlib.Path"),
    (checks.purity, "money", "import logging", "must not import logging"),
    (checks.purity, "money", "import random", "must not import random"),
    (checks.purity, "money", "import time", "must not import time"),
    (checks.purity, "money", "from uuid import uuid4", "must not import uuid.uuid4"),
    (checks.purity, "money", "import secrets, socket, subprocess", "must not import secrets"),
    (checks.purity, "periods", "import json", "must not import json"),
    (checks.purity, "charges", "import zoneinfo", "must not import zoneinfo"),
    (checks.purity, "reports", "import difflib", "must not import difflib"),
    (checks.purity, "wire", "import httpx", "must not import httpx"),
    (checks.purity, "wire", "text = open('deal.json')", ":1: must not use open"),
    (checks.purity, "wire", "def f(path):\n    return path.read_text()", ":2: must not use .read_text"),
    (checks.purity, "money", "print('here')", "must not use print"),
    (checks.purity, "money", "from datetime import date\nx = date.today()", ":2: must not use .today"),
    (checks.purity, "money", "import datetime\nx = datetime.datetime.now()", "must not use .now"),
    (checks.purity, "money", "import pendulum\nx = pendulum.now('UTC')", "must not use .now"),
    (checks.purity, "money", "from pendulum import now", "must not use now"),
    (checks.purity, "money", "from io import open", "must not use open"),
    (checks.purity, "money", "def f(x: float) -> None: ...", "must not use float"),
    (checks.purity, "money", "def f(x: 'float') -> None: ...", "must not use the name float"),
    (checks.purity, "money", "def f(x):\n    return isinstance(x, float)", ":2: must not use float"),
    (checks.purity, "money", "import builtins", "must not import builtins"),
    (checks.purity, "money", "x = 0.5", "must not use the float 0.5"),
    (checks.purity, "money", "x = 1e3", "must not use the float 1000.0"),
    (checks.purity, "money", "key = hash('text')", "must not use hash"),
    (checks.purity, "money", "import functools\n@functools.cache\ndef f(): ...", "must not use .cache"),
    (checks.purity, "money", "from functools import lru_cache", "must not use lru_cache"),
    (checks.purity, "money", "def f():\n    global rate", "must not use global"),
    (checks.month_counting, "cli", "n = (b - a).in_months()", "must not use .in_months"),
    (checks.month_counting, "periods", "n = interval.months", "must not use .months"),
    (checks.sizes, "money", "x = 1\n" * 501, "501 lines, at most 500"),
    (checks.sizes, "money", "def f():\n    '''Doc.'''\n" + "    x = 1\n" * 41, "f: 41 lines of body, at most 40"),
    (checks.sizes, "money", "def f(a, b, c, /, d, e, g): ...", "6 positional parameters, at most 5"),
    (
        checks.sizes,
        "money",
        "def f(x):\n  for a in x:\n    if a:\n      while a:\n        a()",
        "3 levels of nesting, at most 2",
    ),
    (checks.silencing, "money", "x = 1  # noqa", "silences without"),
    (checks.silencing, "money", "x = 1  # noqa: E501", "silences without"),
    (checks.silencing, "money", "x = 1  # type: ignore", "silences without"),
    (checks.silencing, "money", "x = 1  # type: ignore[misc]", "silences without"),
    (checks.silencing, "money", "x = 1  # pragma: no cover", "silences without"),
]


@pytest.mark.parametrize(("check", "name", "source", "expected"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_a_check_finds_bad_source(check: Check, name: str, source: str, expected: str) -> None:
    found = check(Module(f"contractbill.{name}", source))
    assert any(expected in fault for fault in found), found


# Each row: the check, the module that has the source, and source it must let pass.
GOOD = [
    (checks.layering, "deal.prices", "from contractbill.money import exact\nfrom .escalators import Step"),
    (checks.layering, "cli", "from contractbill import wire, adapters"),
    (checks.purity, "cli", "import os, time, random\nprint(float('1'), open('x'))"),
    (checks.purity, "adapters.plot", "import altair\nx = 0.5"),
    (checks.purity, "wire", "import json, tomllib"),
    (checks.purity, "deal.paths", "import difflib"),
    (checks.purity, "money", "import re\nx = re.compile('a')\n'''Refuses a float.'''"),
    (checks.month_counting, "periods", "def months(): ..."),
    (checks.sizes, "money", "def f(self, a, b, c, d, e, *, g): ..."),
    (checks.sizes, "money", "def f(a):\n  if a: ...\n  elif a: ...\n  elif a: ...\n  else:\n    if a: a()\n    a()"),
    (checks.sizes, "money", "def f(a):\n  for b in a:\n    if b:\n      def g():\n        if b:\n          b()"),
    (checks.silencing, "money", "x = 1  # noqa: ANN401 - anything may be got"),
    (checks.silencing, "money", "x = 1  # type: ignore[misc]  # the stub is wrong"),
    (checks.silencing, "money", "x = '# noqa'"),
]


@pytest.mark.parametrize(("check", "name", "source"), GOOD, ids=lambda value: getattr(value, "__name__", ""))
def test_a_check_lets_good_source_pass(check: Check, name: str, source: str) -> None:
    assert check(Module(f"contractbill.{name}", source)) == []


def test_a_ring_is_found_and_a_chain_is_not() -> None:
    package = Module("contractbill.deal", "from contractbill.deal.a import x", is_package=True)
    first = Module("contractbill.deal.a", "from contractbill.deal import b")
    second = Module("contractbill.deal.b", "from contractbill.deal.c import x")
    chain = [package, first, second, Module("contractbill.deal.c", "")]
    assert checks.cycles(chain) == []
    ring = [*chain[:3], Module("contractbill.deal.c", "from .a import x")]
    assert checks.cycles(ring) == ["imports form a ring: contractbill.deal.a, contractbill.deal.b, contractbill.deal.c"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""Doc."""\nimport os\n__all__ = ["b", "a"]', "not sorted"),
        ('"""Doc."""\nimport os', "must end with `__all__`"),
        ('"""Doc."""', "must end with `__all__`"),
        ('"""Doc."""\nVERSION = 1\n__all__ = ["a"]', "neither an import nor"),
    ],
)
def test_a_root_with_more_than_names_is_found(source: str, expected: str) -> None:
    found = checks.everyday_names(Module("contractbill", source, is_package=True))
    assert any(expected in fault for fault in found), found
