"""Let the reference show what griffe does not read by itself.

An `Example:` section, which griffe knows as `Examples:` only; the constructor that attrs writes for a value, with its
defaults; the words of a closed list; names that are set together.
"""

import ast
import re
from typing import Any

import griffe


class Values(griffe.Extension):
    """Complete classes and docstrings before they are shown."""

    def on_object(self, *, obj: griffe.Object, **_context: Any) -> None:  # noqa: ANN401 - what griffe passes to all
        """Read the heading `Example:` of a docstring as `Examples:`."""
        if obj.docstring:
            obj.docstring.value = re.sub(
                r"^(\s*)Example:$",
                r"\1Examples:",
                obj.docstring.value,
                flags=re.MULTILINE,
            )

    def on_module(self, *, mod: griffe.Module, **_context: Any) -> None:  # noqa: ANN401 - what griffe passes to all
        """Write down each of the names that one statement sets."""
        for node in ast.parse("\n".join(mod.lines)).body:
            match node:
                case ast.Assign(
                    targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)
                ):
                    for name, value in zip(names, values, strict=True):
                        text = ast.unparse(name)
                        mod.set_member(
                            text,
                            griffe.Attribute(
                                text, value=ast.unparse(value), lineno=node.lineno
                            ),
                        )
                case _:
                    pass

    def on_class(self, *, cls: griffe.Class, **_context: Any) -> None:  # noqa: ANN401 - what griffe passes to all
        """Write down the constructor of a value, and the words of a list."""
        decorators = [str(decorator.value) for decorator in cls.decorators]
        attrs = next(
            (text for text in decorators if text.startswith("attrs.frozen")), None
        )
        if attrs is not None:
            kind = (
                "keyword_only"
                if "kw_only=True" in attrs
                else "positional_or_keyword"
            )
            fields = (
                _parameter(field, griffe.ParameterKind[kind])
                for field in _fields(cls)
            )
            cls.set_member(
                "__init__",
                griffe.Function("__init__", parameters=griffe.Parameters(*fields)),
            )
        if cls.docstring and "StrEnum" in map(str, cls.bases):
            words = ", ".join(
                f"`{str(word.value)[1:-1]}`"
                for word in cls.attributes.values()
                if word.value
            )
            cls.docstring.value += f"\n\nOne of: {words}."


def _fields(cls: griffe.Class) -> list[griffe.Attribute]:
    """The attributes that stand as fields in the class."""
    return [
        one
        for one in cls.attributes.values()
        if one.annotation is not None and "property" not in one.labels
    ]


def _parameter(
    field: griffe.Attribute, kind: griffe.ParameterKind
) -> griffe.Parameter:
    """A field as a parameter of the constructor, with the default that readers see."""
    default = field.value
    if (
        isinstance(default, griffe.ExprCall)
        and str(default.function) == "attrs.field"
    ):
        arguments = (
            one for one in default.arguments if isinstance(one, griffe.ExprKeyword)
        )
        default = {one.name: one.value for one in arguments}.get("default")
    if str(default).startswith("attrs.Factory"):
        default = "..."
    return griffe.Parameter(
        field.name, annotation=field.annotation, kind=kind, default=default
    )
