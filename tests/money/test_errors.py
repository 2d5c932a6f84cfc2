"""Errors: addressed, coded, split by who must act."""

from typing import Any

import pytest

from contractbill.errors import (
    AdapterFailure,
    Conflict,
    ContractbillError,
    InvalidTerms,
    Issue,
    NotAllowed,
    NotFound,
    invalid,
    refuse,
)

FIRST = Issue("$.lines[0].amount", "not_quantized", "must be a multiple of 0.01", "0.001")
SECOND = Issue("$.currency", "missing", "is required")


@pytest.mark.parametrize(
    ("got", "tail"),
    [
        (None, ""),
        ("", " (got '')"),
        (0, " (got 0)"),
        ("x" * 78, f" (got '{'x' * 78}')"),
        ("x" * 79, f" (got '{'x' * 79}…)"),
    ],
)
def test_an_issue_is_one_line_of_bounded_length(got: object, tail: str) -> None:
    assert str(Issue("$.a", "code", "message", got)) == f"$.a: code: message{tail}"


@pytest.mark.parametrize(
    ("path", "outer", "whole"),
    [
        ("$.amount", "$.lines[2]", "$.lines[2].amount"),
        ("$", "$.lines[2]", "$.lines[2]"),
        ("$[1].a", "$", "$[1].a"),
        ("$.a$", "$.b", "$.b.a$"),
    ],
)
def test_an_issue_moves_under_an_outer_object(path: str, outer: str, whole: str) -> None:
    moved = Issue(path, "code", "message", 5).under(outer)
    assert moved == Issue(whole, "code", "message", 5)


@pytest.mark.parametrize("kind", [InvalidTerms, NotAllowed, Conflict, NotFound, AdapterFailure])
def test_every_error_carries_its_issues_and_speaks_of_the_first(kind: type[ContractbillError]) -> None:
    error = kind(FIRST, SECOND)
    assert isinstance(error, ContractbillError)
    assert error.issues == (FIRST, SECOND)
    assert (error.code, error.path, error.got) == (FIRST.code, FIRST.path, FIRST.got)
    assert str(error) == f"{FIRST}\n{SECOND}"
    assert error.args == (FIRST, SECOND)


def test_kinds_of_error_are_not_caught_for_each_other() -> None:
    kinds = [InvalidTerms, NotAllowed, Conflict, NotFound, AdapterFailure]
    assert all(not issubclass(one, other) for one in kinds for other in kinds if one is not other)


def test_an_adapter_failure_says_whether_to_try_again() -> None:
    assert AdapterFailure(FIRST).retryable is False
    failure = AdapterFailure(FIRST, retryable=True)
    assert failure.retryable is True
    assert failure.issues == (FIRST,)


def test_an_error_moves_under_an_outer_object() -> None:
    moved = Conflict(FIRST, SECOND).under("$.orders[1]")
    assert type(moved) is Conflict
    assert [issue.path for issue in moved.issues] == ["$.orders[1].lines[0].amount", "$.orders[1].currency"]
    assert [issue.got for issue in moved.issues] == ["0.001", None]


@pytest.mark.parametrize("retryable", [True, False])
def test_an_adapter_failure_moves_without_changing_whether_to_try_again(retryable: Any) -> None:
    moved = AdapterFailure(FIRST, retryable=retryable).under("$.payment")
    assert (type(moved), moved.retryable, moved.path) == (AdapterFailure, retryable, "$.payment.lines[0].amount")


def test_invalid_raises_one_issue() -> None:
    with pytest.raises(InvalidTerms) as caught:
        invalid("$.amount", "negative", "must not be negative", -1)
    assert caught.value.issues == (Issue("$.amount", "negative", "must not be negative", -1),)
    with pytest.raises(InvalidTerms) as bare:
        invalid("$.amount", "missing", "is required")
    assert bare.value.got is None


def test_refuse_raises_all_issues_or_nothing() -> None:
    refuse([])
    refuse(iter(()))
    with pytest.raises(InvalidTerms) as caught:
        refuse(issue for issue in (FIRST, SECOND))
    assert caught.value.issues == (FIRST, SECOND)
