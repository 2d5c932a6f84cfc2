"""The public names as their users write them: type-checked by mypy, never run."""

from decimal import Decimal
from typing import assert_type

from contractbill import errors, money


def numbers_enter_by_an_allowlist() -> None:
    assert_type(money.exact("0.10"), Decimal)
    assert_type(money.quantize(Decimal("1.005"), Decimal("0.01"), money.Rounding.HALF_UP), Decimal)
    assert_type(money.allocate(Decimal("100.00"), [1, 1, 1], to=Decimal("0.01")), tuple[Decimal, ...])


def errors_speak_of_issues(error: errors.ContractbillError) -> None:
    assert_type(error.issues, tuple[errors.Issue, ...])
    assert_type(error.code, str)
