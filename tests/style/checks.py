"""The style of the house as functions of source text, each returning what it found wrong.

Every check takes a `Module` and returns one line of text a fault, so a test can show it bad source as well as ours.
"""

import ast
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = "contractbill"

# From the top: a module imports from lower layers only; those of one layer do not import each other.
LAYERS = (
    ("cli",),
    ("testing",),
    ("workflows", "adapters"),
    ("wire",),
    ("ports",),
    ("documents", "reports"),
    ("payments",),
    ("invoices",),
    ("charges",),
    ("deal",),
    ("periods",),
    ("money",),
    ("display", "errors"),
)
_DEPTH = {name: depth for depth, names in enumerate(LAYERS) for name in names}
_OUTER = _DEPTH["adapters"]

# What the domain may import: nothing here does I/O, reads a clock or draws randomness, except by names banned below.
_ALLOWED = frozenset(
    "__future__ abc bisect calendar collections contextlib copy csv dataclasses datetime decimal enum fractions "
    "functools hashlib heapq html io itertools keyword math numbers operator re string textwrap types typing "
    "unicodedata attrs babel cattrs moneyed pendulum contractbill".split()
)
# What one room alone may import: `wire` knows JSON, its form for people and how they mistype it, `deal` how they do
# that to the path of a term, `periods` the civil dates of instants.
_ALLOWED_IN = {
    "wire": frozenset({"difflib", "json", "tomllib"}),
    "deal": frozenset({"difflib"}),
    "periods": frozenset({"zoneinfo"}),
}
# Input and output, clocks, randomness (the hash of a text has a seed), floats, caches that outlive a call, and hidden
# doors to any of them.
_BANNED_NAMES = frozenset(
    "open print input breakpoint exec eval compile __import__ globals hash "
    "float cache lru_cache cached_property uuid1 uuid4 sleep".split()
)
_BANNED_ATTRIBUTES = _BANNED_NAMES - {"compile"} | frozenset(
    "now today tomorrow yesterday utcnow fromtimestamp utcfromtimestamp local_timezone "
    "read_text read_bytes write_text write_bytes float64".split()
)

MAX_LINES = 500
MAX_BODY = 40
MAX_POSITIONAL = 5
MAX_NESTING = 2

Function = ast.FunctionDef | ast.AsyncFunctionDef


@attrs.frozen
class Module:
    """One source file, parsed.

    Args:
        name: the dotted name: `contractbill.deal.prices`, or `contractbill.deal` for its `__init__`.
        text: the source.
        is_package: whether the file is an `__init__`.
    """

    name: str
    text: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The name under the root package that has a layer; empty for the root itself."""
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def is_domain(self) -> bool:
        return bool(self.room) and _DEPTH.get(self.room, 0) > _OUTER


def our_modules() -> list[Module]:
    """Every module of the package."""
    return [_read(path, SOURCE) for path in sorted((SOURCE / PACKAGE).rglob("*.py"))]


def our_tests() -> list[Module]:
    """Every file that tests or measures the package."""
    return [_read(path, ROOT) for folder in ("tests", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]


def _read(path: Path, above: Path) -> Module:
    parts = path.relative_to(above).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), path.read_text("utf-8"), is_package)


# Imports.


def layering(module: Module) -> list[str]:
    """Imports that do not point down the layers, and modules without a layer."""
    if not module.room:
        return []
    if module.room not in _DEPTH:
        return [f"{module.name}: has no layer"]
    return [
        f"{module.name}: must not import {target}"
        for target in _own_imports(module)
        if not _may_import(module.room, target.partition(".")[2].partition(".")[0])
    ]


def _may_import(room: str, target: str) -> bool:
    return room == target or (target in _DEPTH and _DEPTH[target] > _DEPTH[room])


def _own_imports(module: Module) -> list[str]:
    return [name for name in imported_names(module) if name.split(".")[0] == PACKAGE]


def imported_names(module: Module) -> list[str]:
    """Every dotted name that the module imports anywhere in it: `a.b.c` for `from a.b import c`."""
    return [name for node in ast.walk(module.tree) for name in _names_of(node, module)]


def _names_of(node: ast.AST, module: Module) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = _absolute(node, module)
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def cycles(modules: Iterable[Module]) -> list[str]:
    """Modules that import each other in a ring."""
    by_name = {module.name: module for module in modules}
    graph = {name: _edges(module, by_name) for name, module in by_name.items()}
    # What is left after taking away, again and again, the modules that import nothing left is in a ring or above one.
    while free := [name for name, targets in graph.items() if not targets & graph.keys()]:
        for name in free:
            del graph[name]
    ringed = [name for name in sorted(graph) if name in _reachable(graph, name)]
    return [f"imports form a ring: {', '.join(ringed)}"] if ringed else []


def _edges(module: Module, by_name: Mapping[str, Module]) -> set[str]:
    """The modules that one imports; a name taken from a package counts as an import of the package."""
    found = {name if name in by_name else name.rpartition(".")[0] for name in _own_imports(module)}
    return found - {module.name}


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = set(graph[start])
    while todo:
        name = todo.pop()
        seen.add(name)
        todo |= graph.get(name, set()) - seen
    return seen


# Purity.


def purity(module: Module) -> list[str]:
    """Input, output, clocks, randomness, floats and lasting caches in a module of the domain."""
    if not module.is_domain:
        return []
    allowed = _ALLOWED | _ALLOWED_IN.get(module.room, frozenset())
    imports = {name for name in imported_names(module) if name.split(".")[0] not in allowed}
    return [f"{module.name}: must not import {name}" for name in sorted(imports)] + [
        f"{module.name}:{line}: must not use {what}" for line, what in _banned_uses(module.tree)
    ]


def _banned_uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in _BANNED_NAMES:
                yield node.lineno, name
            case ast.Attribute(attr=name) if name in _BANNED_ATTRIBUTES:
                yield node.lineno, f".{name}"
            case ast.ImportFrom(names=names):
                yield from ((node.lineno, alias.name) for alias in names if alias.name in _BANNED_ATTRIBUTES)
            case ast.Constant(value=float() | complex() as value):
                yield node.lineno, f"the float {value}"
            case ast.Constant(value="float"):
                yield node.lineno, "the name float in a string"
            case ast.Global():
                yield node.lineno, "global"
            case _:
                pass


def month_counting(module: Module) -> list[str]:
    """Months counted through an interval, in any module: `anchor + n` is the only way."""
    return [
        f"{module.name}:{node.lineno}: must not use .{node.attr}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"in_months", "months"}
    ]


# Sizes.


def sizes(module: Module) -> list[str]:
    """Modules, function bodies, parameter lists and nestings that are too long or too deep."""
    lines = len(module.text.splitlines())
    too_long = [f"{module.name}: {lines} lines, at most {MAX_LINES}"] if lines > MAX_LINES else []
    functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
    return too_long + [
        f"{module.name}:{function.lineno}: {function.name}: {measured} {what}, at most {limit}"
        for function in functions
        for what, measure, limit in _MEASURES
        if (measured := measure(function)) > limit
    ]


def _body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _positional(function: Function) -> int:
    """Parameters that may be given by position, the object itself apart."""
    names = [parameter.arg for parameter in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def _nesting(node: ast.AST) -> int:
    """How many of if, for, while, with, try and match stand around the innermost statement.

    An `elif` is as deep as its `if`; a `case` as deep as its `match`; a function inside starts anew.
    """
    return max((_depth_of(child, node) for child in ast.iter_child_nodes(node)), default=0)


_BLOCKS = ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match | ast.AsyncFor | ast.AsyncWith


def _depth_of(child: ast.AST, parent: ast.AST) -> int:
    if isinstance(child, Function | ast.ClassDef | ast.Lambda):
        return 0
    is_elif = isinstance(parent, ast.If) and isinstance(child, ast.If) and parent.orelse == [child]
    return _nesting(child) + (isinstance(child, _BLOCKS) and not is_elif)


_MEASURES: tuple[tuple[str, Callable[[Function], int], int], ...] = (
    ("lines of body", _body_lines, MAX_BODY),
    ("positional parameters", _positional, MAX_POSITIONAL),
    ("levels of nesting", _nesting, MAX_NESTING),
)


# Text.


def silencing(module: Module) -> list[str]:
    """Comments that silence a tool without naming the rule and the reason beside it."""
    comments = [
        token for token in tokenize.generate_tokens(StringIO(module.text).readline) if token.type == tokenize.COMMENT
    ]
    return [
        f"{module.name}:{token.start[0]}: silences without a rule and a reason: {token.string}"
        for token in comments
        if re.search(r"noqa|type:\s*ignore|pragma:", token.string) and not _REASONED.search(token.string)
    ]


_REASONED = re.compile(
    r"noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* +[-#] *\w+ \w+"
    r"|type: ignore\[[\w-]+(, ?[\w-]+)*\] +# *\w+ \w+"
)


def everyday_names(module: Module) -> list[str]:
    """Anything in the root but a docstring, imports and a sorted `__all__`."""
    *imports, names = module.tree.body[1:] or [ast.Pass()]
    odd = [node for node in imports if not isinstance(node, ast.Import | ast.ImportFrom)]
    found = [f"{module.name}:{node.lineno}: is neither an import nor `__all__`" for node in odd]
    match names:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List() | ast.Tuple() as value):
            listed = ast.literal_eval(value)
            return found + ([] if list(listed) == sorted(set(listed)) else [f"{module.name}: `__all__` is not sorted"])
        case _:
            return [*found, f"{module.name}: must end with `__all__`"]
