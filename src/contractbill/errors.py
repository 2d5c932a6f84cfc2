"""Errors, split by who must act.

    ContractbillError
    ├── InvalidTerms      fix the deal: a value that can never be true
    ├── NotAllowed        fix the call: the operation does not fit the state
    ├── Conflict          re-read and retry: same key, other content
    ├── NotFound          nothing has that name
    └── AdapterFailure    the host's adapter failed; see `retryable`

Every error carries one or more `Issue`s, each with a path from the object that was being built (`$` is that object), a
stable code and what was got. A value raises on its own; a batch returns the good ones and the issues.
"""

from collections.abc import Iterable
from typing import Any, NoReturn, Self

import attrs


@attrs.frozen
class Issue:
    """One fault, addressed.

    Args:
        path: where it is, from the object in hand: `$.orders[0].lines[2].amount`.
        code: a stable word to program against, such as `not_quantized`.
        message: the same for a person, without the path and the code.
        got: the offending value, when there is one to show.

    Example:
        >>> print(Issue("$.quantity", "negative", "must not be negative", "-3"))
        $.quantity: negative: must not be negative (got '-3')
    """

    path: str
    code: str
    message: str
    got: Any = None

    def __str__(self) -> str:
        """`path: code: message (got value)`, on one line."""
        shown = repr(self.got)
        clipped = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
        tail = "" if self.got is None else f" (got {clipped})"
        return f"{self.path}: {self.code}: {self.message}{tail}"

    def under(self, path: str) -> Self:
        """The same issue seen from an outer object, in which the inner one stands at `path`.

        Example:
            >>> Issue("$.amount", "missing", "is required").under("$.lines[2]").path
            '$.lines[2].amount'
        """
        return attrs.evolve(self, path=path + self.path.removeprefix("$"))


# Long enough for any honest value, short enough that a hostile one cannot flood a terminal.
_SHOWN = 80


class ContractbillError(Exception):
    """The root of every error this library raises on purpose.

    Args:
        issues: one or more `Issue`s; `code`, `path` and `got` speak of the first.

    Example:
        >>> error = InvalidTerms(Issue("$.rate", "negative", "must not be negative", "-1"))
        >>> error.code, error.path
        ('negative', '$.rate')
    """

    def __init__(self, *issues: Issue) -> None:
        """Keep the issues, in the order they were found."""
        super().__init__(*issues)
        self.issues = issues

    @property
    def code(self) -> str:
        """The first issue's code."""
        return self.issues[0].code

    @property
    def path(self) -> str:
        """The first issue's path."""
        return self.issues[0].path

    @property
    def got(self) -> Any:  # noqa: ANN401 - what was got may be anything
        """What the first issue was about."""
        return self.issues[0].got

    def under(self, path: str) -> Self:
        """The same error seen from an outer object, in which the inner one stands at `path`."""
        return type(self)(*(issue.under(path) for issue in self.issues))

    def __str__(self) -> str:
        """One issue a line."""
        return "\n".join(str(issue) for issue in self.issues)


class InvalidTerms(ContractbillError):
    """The deal, or a value in it, can never be true: whoever wrote it must change it."""


class NotAllowed(ContractbillError):
    """The call does not fit the state it was made in: whoever called must change the call."""


class Conflict(ContractbillError):
    """The same key came with other content: read again, then retry."""


class NotFound(ContractbillError):
    """Nothing has that name."""


class AdapterFailure(ContractbillError):
    """The host's adapter failed; `retryable` says whether trying again may help."""

    def __init__(self, *issues: Issue, retryable: bool = False) -> None:
        """Keep the issues and whether to try again."""
        super().__init__(*issues)
        self.retryable = retryable

    def under(self, path: str) -> Self:
        """The same error seen from an outer object; it can be retried as before."""
        return type(self)(*(issue.under(path) for issue in self.issues), retryable=self.retryable)


def refuse(issues: Iterable[Issue]) -> None:
    """Raise `InvalidTerms` with all of `issues` when there are any.

    Raises:
        InvalidTerms: with the codes of the issues given.

    Example:
        >>> refuse([])
    """
    found = tuple(issues)
    if found:
        raise InvalidTerms(*found)


def invalid(path: str, code: str, message: str, got: Any = None) -> NoReturn:  # noqa: ANN401 - anything may be got
    """Raise `InvalidTerms` for one fault.

    Raises:
        InvalidTerms: with the code given.
    """
    raise InvalidTerms(Issue(path, code, message, got))
