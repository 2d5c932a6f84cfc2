"""Faults: told on standard error, one a line for people, or as JSON to the program that asked for JSON."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import click

from contractbill.cli.output import json_text, told, written
from contractbill.cli.schemas import ISSUES, form_of
from contractbill.display import clean
from contractbill.errors import ContractbillError, Issue

_WRONG = 2
_AS_JSON = "contractbill.as_json"

# What to do about an issue that the command can settle, or that people often make.
_HINTS = {
    "not_toml": "amounts are written 1_000 or 59.90, dates 2026-01-31, 5 % as 0.05, names in quotation marks",
    "through_required": "give a last day with --through",
}


class Reporting(click.Group):
    """A group of commands that report the library's own errors, and never with a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the name of a command."""
        ctx.meta[_AS_JSON] = _asks_for_json(args)
        with _reporting(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named."""
        with _reporting(ctx):
            return super().invoke(ctx)


def _asks_for_json(words: Sequence[str]) -> bool:
    """Whether whoever called wants JSON: looked up in the words themselves, for wrong ones are never parsed."""
    return "--format=json" in words or ("--format", "json") in pairwise(words)


@contextmanager
def _reporting(ctx: click.Context) -> Iterator[None]:
    """Tell what is raised inside, and end with 2."""
    try:
        with written():
            yield
    except ContractbillError as error:
        with told():
            _tell(ctx, error)
        ctx.exit(_WRONG)
    except click.UsageError as error:
        with told():
            _tell_use(ctx, error)
        ctx.exit(_WRONG)


def _tell(ctx: click.Context, error: ContractbillError) -> None:
    """Issues, in the form that was asked for."""
    # Where there are several files, a note says which one.
    file = next(iter(getattr(error, "__notes__", ())), None)
    if ctx.meta[_AS_JSON]:
        _tell_json([issue_form(issue, file=file) for issue in error.issues])
    else:
        _tell_lines(error.issues, file)


def _tell_use(ctx: click.Context, error: click.UsageError) -> None:
    """Wrong use, in the form that was asked for."""
    if ctx.meta[_AS_JSON]:
        _tell_json([issue_form(_wrong_use(error))])
    else:
        error.show()


def _tell_lines(issues: Sequence[Issue], file: str | None) -> None:
    """One issue a line, the file first where it is named."""
    for issue in issues:
        hint = f"; {_HINTS[issue.code]}" if issue.code in _HINTS else ""
        click.echo(clean(f"{'' if file is None else f'{file}: '}{issue}{hint}"), err=True)


def _tell_json(issues: Sequence[dict[str, Any]]) -> None:
    """One JSON document; in ASCII, for it quotes what may steer a terminal, or no encoding can hold."""
    click.echo(json_text(form_of(ISSUES, {"issues": issues}), ascii_only=True), nl=False, err=True)


def _wrong_use(error: click.UsageError) -> Issue:
    """An argument or option that cannot be: its path is its name, `$` where it is none alone."""
    match error:
        case click.BadParameter(param=click.Option() as option):
            path = max(option.opts, key=len)
        case click.BadParameter(param=click.Argument() as argument):
            path = argument.human_readable_name
        case click.NoSuchOption():
            path = error.option_name
        case _:
            path = "$"
    return Issue(path, "wrong_use", error.format_message())


def issue_form(issue: Issue, *, of: str | None = None, file: str | None = None) -> dict[str, Any]:
    """An issue as JSON has it; what is None is left out.

    Args:
        issue: the fault.
        of: what its path starts from: `deal`, `facts` or `schedule`.
        file: the file at fault, where there are several.
    """
    got = issue.got if issue.got is None or isinstance(issue.got, str) else _text(issue.got)
    return {
        "in": of,
        "file": file,
        "path": issue.path,
        "code": issue.code,
        "message": issue.message,
        "got": got,
        "hint": _HINTS.get(issue.code),
    }


def _text(got: object) -> str:
    """What was got, as files write it."""
    return str(got).lower() if isinstance(got, bool) else str(got)
