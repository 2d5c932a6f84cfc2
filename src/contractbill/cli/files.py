"""Files: bytes from a path or standard input to a deal, to facts, or to a schedule."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from contractbill.charges import Facts
from contractbill.deal import Contract
from contractbill.errors import ContractbillError, invalid
from contractbill.invoices import Schedule
from contractbill.wire import DEAL, SCHEDULE, from_json, from_toml, to_dict

# Longer than any deal people sign, short enough to hold in memory.
_MOST_BYTES = 16 * 1024 * 1024
_STDIN = "contractbill.stdin"


class InputFile(click.Path):
    """A file to read, or "-" for standard input, which holds one file and no more."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        """The name of the file."""
        if value == "-" and ctx is not None:
            if ctx.meta.get(_STDIN):
                self.fail("Standard input holds one file: name the others.", param, ctx)
            ctx.meta[_STDIN] = True
            # Typed as always there; a process that is started with it closed has None.
            if getattr(sys, "stdin", None) is None:
                self.fail("Standard input is closed.", param, ctx)
        return super().convert(value, param, ctx)


def read_deal(file: str) -> Contract:
    """The contract of a deal file.

    Args:
        file: a path, or "-" for standard input; `.json` is JSON, `.toml` is TOML, else the content decides.

    Raises:
        InvalidTerms: `too_large`, `not_utf8`, `unknown_schema` for anything but a deal, and the codes of `from_json`
            and `from_toml`.
        click.BadParameter: for a file that cannot be read.
    """
    text = _text(_bytes(file))
    return from_json(text, Contract) if _is_json(file, text) else from_toml(text)


def read_facts(file: str) -> Facts:
    """The facts of a file, as `read_deal`; faults are noted with its name."""
    with noted(file):
        text = _text(_bytes(file))
        return from_json(text, Facts) if _is_json(file, text) else from_toml(text, Facts)


def read_deal_or_schedule(file: str) -> Contract | Schedule:
    """A deal, as `read_deal`, or a schedule that was written as JSON; faults are noted with the name of the file."""
    with noted(file):
        text = _text(_bytes(file))
        found = from_json(text) if _is_json(file, text) else from_toml(text)
        if not isinstance(found, Contract | Schedule):
            invalid("$.schema", "unknown_schema", f"must be {DEAL} or {SCHEDULE}", to_dict(found)["schema"])
        return found


@contextmanager
def noted(file: str) -> Iterator[None]:
    """Note on an error which file it speaks of."""
    try:
        yield
    except ContractbillError as error:
        error.add_note(file)
        raise


def _is_json(file: str, text: str) -> bool:
    """Whether a text is JSON, by its name or its first character: no TOML starts with a brace."""
    suffix = Path(file).suffix.lower()
    return suffix == ".json" or (suffix != ".toml" and text.lstrip("\ufeff \t\r\n").startswith("{"))


def _bytes(file: str) -> bytes:
    """What a file holds."""
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as source:
            raw = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise click.BadParameter(f"{file!r} cannot be read: {error.strerror}.") from error
    if len(raw) > _MOST_BYTES:
        invalid("$", "too_large", f"must have at most {_MOST_BYTES:,} bytes")
    return raw


def _text(raw: bytes) -> str:
    """The text of some bytes."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        invalid("$", "not_utf8", "must be text in UTF-8", f"byte {raw[error.start]:#04x} at offset {error.start}")


def starter() -> bytes:
    """A commented deal to start from, in TOML."""
    return files(__package__).joinpath("starter.toml").read_bytes()


def write_new(file: str, content: bytes, *, over: bool) -> None:
    """Write a file, over one that is there only when asked to.

    Raises:
        click.UsageError: for a file that is there already, or that cannot be written.
    """
    try:
        with Path(file).open("wb" if over else "xb") as target:
            target.write(content)
    except FileExistsError as error:
        raise click.UsageError(f"{file!r} is there already; --force writes over it.") from error
    except OSError as error:
        raise click.UsageError(f"{file!r} cannot be written: {error.strerror}.") from error
