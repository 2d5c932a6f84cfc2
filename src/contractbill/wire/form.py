"""The form: values as plain JSON types, as JSON text, or as the TOML that people write."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar, cast, overload

from contractbill.deal import Contract
from contractbill.errors import InvalidTerms, Issue, invalid, refuse
from contractbill.wire.forms import FORMS, Value, schema_of
from contractbill.wire.leaves import shown
from contractbill.wire.shapes import Repeated, read_under, reader, writer

VERSIONS: Mapping[str, int] = MappingProxyType(dict.fromkeys(FORMS, 1))

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
# (schema, version) to the function that turns the keys of that version into those of the next. A version is read for
# ever: its upcaster and its golden file stay.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType({})

Read = TypeVar("Read", bound=Value)

_READERS = {schema: reader(form.leaves) for schema, form in FORMS.items()}
_WRITERS = {schema: writer(form.leaves) for schema, form in FORMS.items()}
# A number this long is no int of ours; as a Decimal it is refused where it stands.
_LONGEST_INT = 40


def to_dict(value: Value) -> dict[str, Any]:
    """A deal, facts, a schedule or a difference as plain JSON types.

    Args:
        value: what to write.

    Returns:
        Text, ints, bools, lists and dicts only. Keys stand in a fixed order, `schema` and `version` first; what has
        its default is left out; numbers that may have a fraction are decimal text. The same value gives the same
        form in every process.

    Raises:
        InvalidTerms: for a schedule that contradicts itself: `wrong_group`, or the codes of payment terms that do not
            fit an invoice.

    Example:
        >>> to_dict(Contract(id="C-1", currency="USD", po="PO-7"))
        {'schema': 'contractbill/deal', 'version': 1, 'id': 'C-1', 'currency': 'USD', 'po': 'PO-7'}
    """
    schema = schema_of(type(value))
    body = _WRITERS[schema].unstructure(FORMS[schema].shaped(value))
    return {"schema": schema, "version": VERSIONS[schema], **body}


def from_dict(form: Mapping[str, Any]) -> Value:
    """The deal, facts, schedule or difference that a form describes.

    Args:
        form: as `to_dict` writes it, in this version or an older one. Numbers of a deal and of facts may be ints and
            Decimals too, days may be dates.

    Returns:
        A value equal to the one that was written.

    Raises:
        InvalidTerms: every fault at once, each with its path: `missing`, `null`, `unknown_key`, `unknown_schema`,
            `unknown_version`, `wrong_type`, `ambiguous`, `wrong_total` and the like for figures that contradict the
            lines, and the codes of the classes.

    Example:
        >>> from_dict({"schema": "contractbill/deal", "version": 1, "id": "C-1", "currency": "USD"}).id
        'C-1'
        >>> from_dict({"schema": "contractbill/deal", "version": 1, "id": "C-1", "curency": "USD"})
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $.curency: unknown_key: is not a key here; did you mean currency? (got 'USD')
        $.currency: missing: is required
    """
    if not isinstance(form, Mapping):
        invalid("$", "wrong_type", "must be a group of keys such as schema, version, id", shown(form))
    schema, version, found = _header(form)
    body = {key: value for key, value in form.items() if key not in ("schema", "version")}
    while version < VERSIONS[schema]:
        body = UPCASTERS[schema, version](body)
        version += 1
    try:
        value = _read(schema, body)
    except InvalidTerms as error:
        found += error.issues
    refuse(found)
    return value


def _read(schema: str, body: dict[str, Any]) -> Value:
    """The value of a body of the current version."""
    form = FORMS[schema]
    return cast("Value", form.read(read_under(_READERS[schema], body, form.shape, "$")))


def _header(form: Mapping[str, Any]) -> tuple[str, int, list[Issue]]:
    """What a form says it is; without a schema nothing else can be read, without a version the latest is assumed."""
    schema = form.get("schema")
    known = f"one of {', '.join(VERSIONS)}"
    twice = (key for key in ("schema", "version") if isinstance(form.get(key), Repeated))
    refuse(Issue(f"$.{key}", "duplicate_key", "must be written once") for key in twice)
    if "schema" not in form:
        invalid("$.schema", "missing", f"is required: {known}")
    if not isinstance(schema, str) or schema not in VERSIONS:
        invalid("$.schema", "unknown_schema", f"must be {known}", shown(schema))
    latest = VERSIONS[schema]
    if "version" not in form:
        return schema, latest, [Issue("$.version", "missing", f"is required: 1 to {latest}")]
    version = form["version"]
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= latest:
        invalid("$.version", "unknown_version", f"must be a version known here, 1 to {latest}", shown(version))
    return schema, version, []


def to_json(value: Value) -> str:
    """The form as JSON text: indented, ending in a line break, byte for byte the same for equal values.

    Raises:
        InvalidTerms: as `to_dict`.

    Example:
        >>> print(to_json(Contract(id="C-1", currency="USD")), end="")
        {
          "schema": "contractbill/deal",
          "version": 1,
          "id": "C-1",
          "currency": "USD"
        }
    """
    return json.dumps(to_dict(value), ensure_ascii=False, indent=2) + "\n"


@overload
def from_json(text: str) -> Value: ...
@overload
def from_json(text: str, of: type[Read]) -> Read: ...
def from_json(text: str, of: type[Any] | None = None) -> Any:
    """The deal, facts, schedule or difference of a JSON text; numbers are read as Decimals, digit by digit.

    Args:
        text: what somebody or some program wrote.
        of: the class of what it must describe; of any, when none is named.

    Raises:
        InvalidTerms: `not_json` with line and column, `duplicate_key`, `too_deep`, `unknown_schema` for anything but
            `of`, and the codes of `from_dict`.

    Example:
        >>> from_json('{"schema": "contractbill/deal", "version": 1, "id": "C-1", "currency": "USD"}').currency
        'USD'
        >>> from_json('{"schema": ')
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $: not_json: Expecting value (got 'line 1, column 12')
    """
    try:
        form = json.loads(
            _text(text),
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_number,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        invalid("$", "not_json", error.msg, f"line {error.lineno}, column {error.colno}")
    except RecursionError:
        _too_deep()
    return from_dict(form) if of is None else _expected(from_dict(form), of)


@overload
def from_toml(text: str) -> Contract: ...
@overload
def from_toml(text: str, of: type[Read]) -> Read: ...
def from_toml(text: str, of: type[Any] = Contract) -> Any:
    r"""The deal of a TOML text, the form for people; numbers are read as Decimals, digit by digit.

    Args:
        text: what somebody wrote.
        of: the class of what it describes: `Facts` where it is not a deal.

    Raises:
        InvalidTerms: `not_toml` with line and column, `too_deep`, `unknown_schema` for anything else, and the codes of
            `from_dict`.

    Example:
        >>> from_toml('schema = "contractbill/deal"\nversion = 1\nid = "C-1"\ncurrency = "USD"').currency
        'USD'
        >>> from contractbill.charges import Facts
        >>> from_toml('schema = "contractbill/facts"\nversion = 1\nprogress = [{ order = "O-1" }]', Facts).known_days()
        frozenset()
        >>> from_toml('schema = ')
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $: not_toml: Invalid value (got 'end of document')
    """
    try:
        form = tomllib.loads(_text(text), parse_float=_number)
    except ValueError as error:
        # Also numbers and dates that TOML's grammar allows and Python does not.
        message, _, place = str(error).rpartition(" (at ")
        place = re.sub(r"[()]", "", place)
        invalid("$", "not_toml", message or place, place if message else None)
    except RecursionError:
        _too_deep()
    return _expected(from_dict(form), of)


def _expected(value: Value, of: type[Read]) -> Read:
    """The value, which must be of a class."""
    if not isinstance(value, of):
        invalid("$.schema", "unknown_schema", f"must be {schema_of(of)}", schema_of(type(value)))
    return value


def _text(text: str) -> str:
    """Text without the mark that some editors put before it."""
    if not isinstance(text, str):
        invalid("$", "not_text", "must be text", type(text).__name__)
    return text.removeprefix("\ufeff")


def _too_deep() -> NoReturn:
    invalid("$", "too_deep", "must not be nested so deeply")


def _number(text: str) -> Decimal | str:
    """A number with a point or an exponent, exact; what no Decimal can hold is refused, as text, where it stands."""
    try:
        return Decimal(text)
    except DecimalException:
        return text


def _whole(text: str) -> int | Decimal:
    """A number without them."""
    return int(text) if len(text) <= _LONGEST_INT else Decimal(text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The keys of a JSON object; one that is written twice is marked, for the last one must not win in silence."""
    form: dict[str, object] = {}
    for key, value in pairs:
        form[key] = Repeated() if key in form else value
    return form
