"""The codes of errors and issues that the sources can raise, read from the sources."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "contractbill"
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def raised() -> dict[str, str]:
    """Each code that can be read off a call, with the place of one such call."""
    found: dict[str, str] = {}
    for path in sorted(SOURCES.rglob("*.py")):
        for code, line in codes_in(path.read_text()):
            found.setdefault(code, f"{path.relative_to(SOURCES)}:{line}")
    return found


def codes_in(source: str) -> Iterator[tuple[str, int]]:
    """The codes in one module: literal ones, those of a conditional, and those of a name or pair set beside the call.

    A function that returns a code together with its message (`return "not_exact", "must be …"`) counts too.
    """
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                yield from ((code, node.lineno) for code in _of_call(node, function))
            if isinstance(node, ast.Return) and node.value is not None:
                yield from ((code, node.lineno) for code in _of_pair(node.value))


def _of_call(call: ast.Call, function: ast.FunctionDef) -> Iterator[str]:
    """The codes that a call may make."""
    if not _makes(call):
        return
    argument = call.args[1]
    yield from _constants(argument)
    if isinstance(argument, ast.Name):
        for value in _assigned(argument.id, function):
            yield from _constants(value)


def _makes(call: ast.Call) -> bool:
    """Whether a call makes an issue, its code the second argument."""
    return isinstance(call.func, ast.Name) and call.func.id in {"Issue", "invalid"} and len(call.args) > 1


def _constants(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, as far as it shows them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _assigned(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a name is set to in a function, alone or in a pair."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=True)
                yield from (value for one, value in pairs if isinstance(one, ast.Name) and one.id == name)


def _of_pair(node: ast.expr) -> Iterator[str]:
    """The code of a returned pair of code and message."""
    if isinstance(node, ast.IfExp):
        yield from _of_pair(node.body)
        yield from _of_pair(node.orelse)
    match node:
        case ast.Tuple(elts=[ast.Constant(value=str(code)), ast.Constant(value=str(message))]):
            if _CODE.fullmatch(code) and " " in message:
                yield code
        case _:
            pass


def patterns() -> list[str]:
    """What codes made by an f-string must look like, as regular expressions."""
    calls = (node for path in SOURCES.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    made = (call.args[1] for call in calls if isinstance(call, ast.Call) and _makes(call))
    return sorted({_pattern(code) for code in made if isinstance(code, ast.JoinedStr)})


def _pattern(code: ast.JoinedStr) -> str:
    """What the text of an f-string must look like."""
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "[a-z_]+" for one in code.values)


def constants() -> set[str]:
    """Every text in the sources that looks like a code."""
    nodes = (node for path in SOURCES.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if _CODE.fullmatch(text)}
