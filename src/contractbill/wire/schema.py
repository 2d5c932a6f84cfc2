"""JSON Schema of the form, generated from the classes whose values it describes."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from textwrap import dedent
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

import attrs

from contractbill.errors import Issue, NotFound
from contractbill.wire.form import VERSIONS
from contractbill.wire.forms import FORMS
from contractbill.wire.leaves import Leaves, word_leaf
from contractbill.wire.shapes import MOST_MEMBERS, WORDS_FOR_NOTHING, alternatives, is_required

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_Schema = dict[str, Any]


def json_schema(name: Literal["deal", "facts", "schedule", "difference"]) -> dict[str, Any]:
    """The JSON Schema of one form in its current version.

    Args:
        name: which form.

    Returns:
        A schema of draft 2020-12 in plain JSON types, the same in every process. It accepts everything that `to_dict`
        writes; what it refuses `from_dict` refuses too. What only the terms themselves rule out, such as a line that
        starts before its order, is left to `from_dict`.

    Raises:
        NotFound: `unknown_schema`.

    Example:
        >>> schema = json_schema("deal")
        >>> schema["$id"]
        'urn:contractbill:deal:1'
        >>> schema["properties"]["version"], schema["required"]
        ({'const': 1}, ['schema', 'version', 'id', 'currency'])
        >>> schema["$defs"]["PerUnit"]["required"]
        ['unit_amount']
    """
    if name not in _NAMES:
        raise NotFound(Issue("$.name", "unknown_schema", f"must be one of {', '.join(_NAMES)}", name))
    title = _NAMES[name]
    cls, leaves = FORMS[title].shape, FORMS[title].leaves
    definitions = {_name(one): _object(one, leaves) for one in _classes(cls, leaves)}
    root = definitions.pop(_name(cls))
    return {**headed(title, VERSIONS[title], root), "$defs": definitions}


def headed(title: str, version: int, root: _Schema) -> _Schema:
    """The schema of a form that says what it is and in which version, before the keys that `root` describes."""
    return {
        "$schema": DIALECT,
        # A name and no address: it stays the same wherever a copy is kept.
        "$id": f"urn:{title.replace('/', ':')}:{version}",
        "title": f"{title}, version {version}",
        **root,
        "properties": {"schema": {"const": title}, "version": {"const": version}, **root["properties"]},
        "required": ["schema", "version", *root["required"]],
    }


_NAMES: Mapping[str, str] = MappingProxyType({title.rpartition("/")[2]: title for title in FORMS})


def _name(cls: type) -> str:
    """What a class is called in the schema."""
    return cls.__name__.removesuffix("Form")


def _classes(root: type, leaves: Leaves) -> list[type]:
    """The classes that the form is made of, the root first, each once, in the order they are met."""
    found = [root]
    for cls in found:
        for field in attrs.fields(cls):
            found += [one for one in _parts(field.type, leaves) if one not in found]
    return found


def _parts(annotation: Any, leaves: Leaves) -> list[type]:  # noqa: ANN401 - annotations are of many types
    """The classes with keys of their own that an annotation names."""
    if get_origin(annotation) is tuple:
        return _parts(get_args(annotation)[0], leaves)
    return [one for one in alternatives(annotation) if one not in leaves and attrs.has(one)]


def _object(cls: type, leaves: Leaves) -> _Schema:
    """The schema of a class with keys of its own."""
    fields = attrs.fields(cls)
    summary, arguments = _documentation(cls)
    properties = {}
    for field in fields:
        said = {"description": arguments[field.name]} if field.name in arguments else {}
        properties[field.name] = {**_field(field, cls, leaves), **said}
    return {
        "description": summary,
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields if is_required(field, cls)],
        "additionalProperties": False,
    }


def _field(field: "attrs.Attribute[Any]", cls: type, leaves: Leaves) -> _Schema:
    """The schema of what stands under one key."""
    schema = _member(field.type, leaves)
    word = WORDS_FOR_NOTHING.get((cls, field.name))
    return schema if word is None else {"anyOf": [schema, {"const": word}]}


def _member(annotation: Any, leaves: Leaves) -> _Schema:  # noqa: ANN401 - annotations are of many types
    """The schema of what an annotation stands for."""
    if annotation in leaves:
        return dict(leaves[annotation].schema)
    if get_origin(annotation) is tuple:
        return {"type": "array", "items": _member(get_args(annotation)[0], leaves), "maxItems": MOST_MEMBERS}
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return dict(word_leaf(annotation).schema)
    if attrs.has(annotation):
        return {"$ref": f"#/$defs/{_name(annotation)}"}
    members = [_member(one, leaves) for one in alternatives(annotation)]
    return members[0] if len(members) == 1 else {"anyOf": members}


def _documentation(cls: type) -> tuple[str, Mapping[str, str]]:
    """The summary of a docstring, and what it says of each field."""
    summary, _, rest = (cls.__doc__ or "").partition("\n")
    section = re.search(r"^Args:\n((?: .*\n|\n(?= ))+)", dedent(rest), re.MULTILINE)
    return summary, dict(_arguments(dedent(section[1]))) if section else {}


def _arguments(section: str) -> Iterator[tuple[str, str]]:
    """Each field that a section of a docstring names, and what it says of it."""
    for entry in re.split(r"\n(?=\S)", section.strip()):
        names, _, text = entry.partition(": ")
        for name in names.split(", "):
            yield name, " ".join(text.split())
