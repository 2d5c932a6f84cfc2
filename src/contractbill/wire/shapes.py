"""Shapes: how values of the classes of this library become groups of keys, and groups of keys become values again.

The classes themselves say what the form is: keys are their fields in their order, a field at its default is left out,
and no key may be null or unknown. What is wrong with an object is found in one attempt: the faults of its parts, and
those that its constructor finds in what could be read.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
import cattrs

from contractbill.deal import Flat, Instalments, OneTime, Percent, PerUnit, Recurring, Renewal, Spread, Tiered
from contractbill.deal.fields import default_of
from contractbill.errors import InvalidTerms, Issue, invalid, refuse
from contractbill.wire.leaves import Leaves, shown, word_leaf

# Which key says which class of a union is meant; it is written even when it has its default.
TELLING: Mapping[type, tuple[str, str]] = MappingProxyType(
    {
        Flat: ("amount", "a price for the whole line"),
        PerUnit: ("unit_amount", "a price for each unit"),
        Percent: ("rate", "a percent of other lines or of an amount"),
        Tiered: ("tiers", "a price by tiers of the quantity"),
        Recurring: ("every", "billed again and again"),
        OneTime: ("once", "billed once"),
        Instalments: ("parts", "billed in parts"),
        Spread: ("apart", "billed in equal payments"),
    }
)
# Where nothing means something else than the default, a word stands for it: the form has no null.
WORDS_FOR_NOTHING: Mapping[tuple[type, str], str] = MappingProxyType({(Renewal, "times"): "unlimited"})
MOST_MEMBERS = 10_000
_LONGEST_KEY = 60


@attrs.frozen
class Repeated:
    """Stands for a key that was written twice, so that it is refused with its path."""


# Stands for a field that could not be read: the constructor refuses it, and what it says of it is passed over, for the
# fault is known already.
_UNREAD = Repeated()


def reader(leaves: Leaves) -> cattrs.Converter:
    """A converter that reads values: `structure(form, cls)`, which raises `InvalidTerms` with all faults."""
    converter = cattrs.Converter()
    converter.register_structure_hook_factory(attrs.has, lambda cls: _Objects(converter, cls).read)
    converter.register_structure_hook_factory(_is_list, lambda cls: _Lists(converter, get_args(cls)[0]).read)
    converter.register_structure_hook_factory(_is_union, lambda cls: _Unions(converter, alternatives(cls)).read)
    for cls, leaf in leaves.items():
        converter.register_structure_hook(cls, _leaf_hook(leaf.read))
    # Words are a kind of text to Python, and so to the converter.
    text = leaves[str].read
    converter.register_structure_hook(
        str, lambda value, cls: word_leaf(cls).read(value) if _is_words(cls) else text(value)
    )
    return converter


def writer(leaves: Leaves) -> cattrs.Converter:
    """A converter that writes values: `unstructure(value)` gives plain JSON types, keys in the order of the class."""
    converter = cattrs.Converter()
    converter.register_unstructure_hook_factory(attrs.has, lambda cls: _object_writer(converter, cls))
    converter.register_unstructure_hook_func(_is_tuple, lambda values: [converter.unstructure(one) for one in values])
    for cls, leaf in leaves.items():
        converter.register_unstructure_hook(cls, leaf.write)
    return converter


def alternatives(cls: Any) -> tuple[Any, ...]:  # noqa: ANN401 - annotations are of many types
    """The members of a union but None; of anything else, itself."""
    return tuple(one for one in get_args(cls) if one is not NoneType) if _is_union(cls) else (cls,)


def is_required(field: "attrs.Attribute[Any]", cls: type) -> bool:
    """Whether a key must be there: it has no default, or tells which class of a union is meant."""
    return field.default is attrs.NOTHING or TELLING.get(cls, ("",))[0] == field.name


def _is_union(cls: object) -> bool:
    return get_origin(cls) in (Union, UnionType)


def _is_list(cls: object) -> bool:
    return get_origin(cls) is tuple


def _is_tuple(cls: object) -> bool:
    return cls is tuple or _is_list(cls)


def _is_words(cls: object) -> bool:
    return isinstance(cls, type) and issubclass(cls, StrEnum)


def _leaf_hook(read: Callable[[object], Any]) -> Callable[[object, object], Any]:
    """The reader of a leaf, in the form that the converter calls."""
    return lambda value, _cls: read(value)


def read_under(converter: cattrs.Converter, value: object, cls: Any, path: str) -> Any:  # noqa: ANN401 - of any class
    """One member of something, its faults addressed from there."""
    if value is None:
        invalid(path, "null", "must be left out rather than null")
    if isinstance(value, Repeated):
        invalid(path, "duplicate_key", "must be written once")
    try:
        return converter.structure(value, cls)
    except InvalidTerms as error:
        raise error.under(path) from None


@attrs.frozen
class _Objects:
    """Reads values of one class."""

    converter: cattrs.Converter
    cls: type

    def read(self, value: object, _cls: object) -> Any:  # noqa: ANN401 - an instance of `cls`
        """The value that a group of keys describes."""
        fields = attrs.fields(self.cls)
        names = [field.name for field in fields]
        if not isinstance(value, Mapping):
            invalid("$", "wrong_type", f"must be a group of keys such as {', '.join(names[:3])}", shown(value))
        found = list(_strangers(value, names))
        given: dict[str, object] = {}
        for field in fields:
            try:
                given |= self._given(field, value)
            except InvalidTerms as error:
                found += error.issues
                given[field.name] = _UNREAD
        try:
            built = self.cls(**given)
        except InvalidTerms as error:
            unread = tuple(f"$.{name}" for name, argument in given.items() if argument is _UNREAD)
            found += (one for one in error.issues if one.got is not _UNREAD and one.path not in unread)
        refuse(found)
        return built

    def _given(self, field: "attrs.Attribute[Any]", value: Mapping[str, object]) -> dict[str, object]:
        """The argument for one field, if its key is there."""
        name = field.name
        if name not in value:
            if is_required(field, self.cls):
                invalid(f"$.{name}", "missing", "is required")
            return {}
        word = WORDS_FOR_NOTHING.get((self.cls, name))
        if word is not None and value[name] == word:
            return {name: None}
        return {name: read_under(self.converter, value[name], field.type, f"$.{name}")}


def _strangers(value: Mapping[Any, object], names: list[str]) -> Iterator[Issue]:
    """The keys that a class does not have."""
    for key in value:
        if key in names:
            continue
        text = str(shown(key))[:_LONGEST_KEY]
        near = get_close_matches(text, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"the keys here are {', '.join(names)}"
        path = f"$.{text}" if text.isidentifier() else f"$[{text!a}]"
        got = None if isinstance(value[key], Repeated) else shown(value[key])
        yield Issue(path, "unknown_key", f"is not a key here; {hint}", got)


@attrs.frozen
class _Lists:
    """Reads lists of one class."""

    converter: cattrs.Converter
    cls: Any

    def read(self, value: object, _cls: object) -> tuple[Any, ...]:
        """The values of a list, in its order."""
        if not isinstance(value, list | tuple):
            invalid("$", "not_a_list", "must be a list", shown(value))
        if len(value) > MOST_MEMBERS:
            invalid("$", "out_of_range", f"must have at most {MOST_MEMBERS} members", len(value))
        read: list[Any] = []
        found: list[Issue] = []
        for index, member in enumerate(value):
            try:
                read.append(read_under(self.converter, member, self.cls, f"$[{index}]"))
            except InvalidTerms as error:
                found += error.issues
        refuse(found)
        return tuple(read)


@attrs.frozen
class _Unions:
    """Reads values of one of several classes."""

    converter: cattrs.Converter
    classes: tuple[Any, ...]

    def read(self, value: object, _cls: object) -> Any:  # noqa: ANN401 - an instance of one of `classes`
        """The value of the class whose telling key is there; of one that the kind of value tells, where one does."""
        if (told := self._told(value)) is not None:
            return self.converter.structure(value, told)
        *others, last = (f"{key} ({meaning})" for key, meaning in map(TELLING.__getitem__, self.classes))
        choice = f"{', '.join(others)} or {last}"
        if not isinstance(value, Mapping):
            invalid("$", "wrong_type", f"must be a group of keys, one of them {choice}", shown(value))
        named = [cls for cls in self.classes if TELLING[cls][0] in value]
        if not named:
            invalid("$", "missing", f"must say {choice}", ", ".join(map(str, value))[:_LONGEST_KEY] or None)
        if len(named) > 1:
            invalid("$", "ambiguous", f"must say {choice}, and only one")
        return self.converter.structure(value, named[0])

    def _told(self, value: object) -> Any:  # noqa: ANN401 - a class or an alias of one
        """The class that the kind of value says: text, a list, or keys of the only class that has any."""
        if len(self.classes) == 1:
            return self.classes[0]
        lists = [cls for cls in self.classes if _is_list(cls)]
        keyed = [cls for cls in self.classes if attrs.has(cls)]
        if lists and isinstance(value, list | tuple):
            return lists[0]
        if len(keyed) == 1 and isinstance(value, Mapping):
            return keyed[0]
        return str if str in self.classes else None


def _object_writer(converter: cattrs.Converter, cls: type) -> Callable[[Any], dict[str, object]]:
    """A function from a value of the class to its keys, without those that say nothing."""
    fields = attrs.fields(cls)

    def write(value: Any) -> dict[str, object]:  # noqa: ANN401 - an instance of `cls`
        form: dict[str, object] = {}
        for field in fields:
            member = getattr(value, field.name)
            if not is_required(field, cls) and member == default_of(value, field):
                continue
            form[field.name] = WORDS_FOR_NOTHING[cls, field.name] if member is None else converter.unstructure(member)
        return form

    return write
