"""Modelling: deals side by side, or one deal with one of its terms varied."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

import attrs
import moneyed

from contractbill.charges import Facts
from contractbill.deal import Contract, evolve_at, value_at
from contractbill.deal.fields import default_of
from contractbill.display import Table, to_html, to_text
from contractbill.errors import ContractbillError, Issue, NotAllowed, NotFound
from contractbill.invoices import schedule
from contractbill.money import subtract
from contractbill.reports.comparison_tables import cash_table, side_by_side, value_by_value
from contractbill.reports.pricing import average_uplift, effective_discount
from contractbill.reports.timing import billings_by_year, cash_by_month
from contractbill.reports.value import acv

_NO_FACTS = Facts()
_LONGEST_LABEL = 60


@attrs.frozen(kw_only=True)
class DealFigures:
    """What one deal of a comparison comes to.

    Args:
        label: what it is called there.
        contract: the id of its contract.
        tcv: total contract value: fixed + estimated.
        fixed, estimated, contingent: the sums of its schedule by certainty.
        acv: annual contract value, as `acv`; None for a contract without an end.
        billings: what is invoiced in each year of the contract, as `billings_by_year`.
        cash: what is to be paid in each month, as `cash_by_month`.
        effective_discount: how far recurring charges are below the list, as `effective_discount`.
        average_uplift: how fast prices rise a year, as `average_uplift`.
    """

    label: str
    contract: str
    tcv: moneyed.Money
    fixed: moneyed.Money
    estimated: moneyed.Money
    contingent: moneyed.Money
    acv: moneyed.Money | None
    billings: tuple[moneyed.Money, ...]
    cash: tuple[tuple[str, moneyed.Money], ...]
    effective_discount: Decimal | None
    average_uplift: Decimal | None


class FigureRow(TypedDict):
    """One figure of one deal; every row has every key, in this order."""

    deal: str
    contract: str
    figure: str
    period: str | None
    value: Decimal | None
    difference: Decimal | None
    currency: str | None


@attrs.frozen(kw_only=True)
class Comparison:
    """Deals side by side: the first is what the others are compared with.

    Args:
        currency: ISO 4217 code of every amount.
        deals: at least one, each with a label of its own.
        varied: the path of the term in which they differ, where it is one deal that was varied.

    Example:
        >>> from attrs import evolve
        >>> from contractbill.deal import Discount
        >>> from contractbill.testing import sales_led
        >>> early = evolve(sales_led(), discounts=[Discount(id="early", rate="0.08")])
        >>> [deal.tcv for deal in compare({"as signed": sales_led(), "8 % off": early}).deals]
        [Money('408960.87', 'USD'), Money('376244.00', 'USD')]
    """

    currency: str
    deals: tuple[DealFigures, ...]
    varied: str | None = None

    def of(self, label: str) -> DealFigures:
        """The figures of the deal that is called so.

        Raises:
            NotFound: `unknown_label`, with those there are.
        """
        found = {deal.label: deal for deal in self.deals}
        if label not in found:
            raise NotFound(_unknown_label("$", label, found))
        return found[label]

    def to_tables(self) -> tuple[Table, Table]:
        """The figures, a column for each deal or a row for each value of a term; and cash by month."""
        figures = side_by_side(self) if self.varied is None else value_by_value(self)
        return figures, cash_table(self)

    def shown(self) -> tuple[Table, ...]:
        """The tables that it shows as text and in a notebook.

        Of a varied term these are the figures alone, unless it moves nothing but the days of payment.
        """
        figures, cash = self.to_tables()
        first, *others = self.deals
        moved = any(deal.billings != first.billings or deal.contingent != first.contingent for deal in others)
        return (figures,) if self.varied is not None and (moved or not others) else (figures, cash)

    def __str__(self) -> str:
        """Its tables as text."""
        return "\n\n".join(map(to_text, self.shown()))

    def _repr_html_(self) -> str:
        """Its tables as a notebook shows them."""
        return "\n<br>\n".join(map(to_html, self.shown()))

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def compare(
    deals: Mapping[str, Contract] | Iterable[Contract],
    *,
    facts: Facts | Mapping[str, Facts] = _NO_FACTS,
    as_of: date | None = None,
    through: date | None = None,
) -> Comparison:
    """Deals side by side: value, billings by year, cash by month, discount, uplift, certainty.

    Args:
        deals: contracts by what to call them; or contracts alone, which are then called by their ids.
        facts: what happened since, for all of them or by label; a deal without any has none.
        as_of: orders and facts known later are passed over; by default all are known.
        through: nothing planned later counts; required where a contract has no end.

    Returns:
        The figures of each, in the order given; the first is what the others are compared with.

    Raises:
        NotAllowed: `nothing_to_compare`, `wrong_type`, `not_text`, `duplicate_id` for contracts with one id and no
            labels, `currency_mismatch` for deals of different currencies, `through_required`.
        NotFound: `unknown_label` for facts of a deal that is not there.
        InvalidTerms: as `schedule`.

    Source: house rule.

    Example:
        >>> from contractbill.testing import sales_led
        >>> compare([sales_led()]).of("sales-led").average_uplift
        Decimal('0.0390')
    """
    named = _named(deals)
    known = _facts_of(named, facts)
    return _compared(named, known, as_of=as_of, through=through)


def vary(  # noqa: PLR0913 - what varies, and what every deal is looked at by
    contract: Contract,
    path: str,
    values: Mapping[str, Any] | Iterable[Any],
    *,
    facts: Facts = _NO_FACTS,
    as_of: date | None = None,
    through: date | None = None,
) -> Comparison:
    """One deal, with one of its terms varied: a row for each value.

    Args:
        contract: the deal.
        path: the term, as `value_at` reads it: `orders[O-1].lines[platform].escalator.rate`.
        values: what to put there, by what to call it; or values alone, which are then called by their text. Each is
            what the constructor takes in that place, also a whole value such as an `Escalator`.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.
        through: nothing planned later counts; required where the contract has no end.

    Returns:
        As `compare`, a deal for each value.

    Raises:
        NotFound: `unknown_path` with the nearest path there is, `nothing_there`.
        NotAllowed: `nothing_to_compare`, `not_a_list` for text alone, `duplicate_id` for two values of one text,
            `wrong_type` for facts by label, `not_text` for a path that is none, `currency_mismatch` where currencies
            are varied, `through_required`.
        InvalidTerms: what the constructors say of a value, with the path of the term; as `schedule`, with paths from
            the deal of the value: `$.deals[0.03]`.

    Source: house rule.

    Example:
        >>> from contractbill.testing import sales_led
        >>> rate = "orders[O-1].lines[platform].escalator.rate"
        >>> [str(deal.tcv.amount) for deal in vary(sales_led(), rate, ["0.03", "0.05"]).deals]
        ['402800.87', '408960.87']
    """
    value_at(contract, path)
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise NotAllowed(Issue("$.values", "not_a_list", "must be several values", values))
    if not isinstance(facts, Facts):
        raise NotAllowed(Issue("$.facts", "wrong_type", "must be Facts", facts))
    pairs = values.items() if isinstance(values, Mapping) else [(_told(value), value) for value in values]
    named = _distinct(pairs, "$.values", "stands for another value already; name each")
    deals = {label: evolve_at(contract, path, value) for label, value in named.items()}
    compared = _compared(deals, dict.fromkeys(deals, facts), as_of=as_of, through=through)
    return attrs.evolve(compared, varied=path)


def comparison_rows(comparison: Comparison) -> list[FigureRow]:
    """One row for each figure of each deal.

    Args:
        comparison: what to lay out.

    Returns:
        Dictionaries that all have the same keys in the same order, by deal, then by figure. `figure` is `tcv`, `fixed`,
        `estimated`, `contingent`, `acv`, `effective_discount`, `average_uplift`, `billings` or `cash`; `period` the
        year of the contract, from 1, or the month. `difference` is the value less that of the first deal. Amounts have
        a currency, rates are fractions and have none; what a deal does not have is None.

    Example:
        >>> from contractbill.testing import sales_led
        >>> row = comparison_rows(compare([sales_led()]))[0]
        >>> row["deal"], row["figure"], row["value"], row["difference"]
        ('sales-led', 'tcv', Decimal('408960.87'), Decimal('0.00'))
    """
    first = {key: value for key, value, _currency in _all_figures(comparison.deals[0])}
    return [
        {
            "deal": deal.label,
            "contract": deal.contract,
            "figure": figure,
            "period": period,
            "value": value,
            "difference": None if value is None or base is None else subtract(value, base),
            "currency": currency,
        }
        for deal in comparison.deals
        for (figure, period), value, currency in _all_figures(deal)
        for base in [first.get((figure, period), Decimal(0) if period else None)]
    ]


def _all_figures(deal: DealFigures) -> Iterator[tuple[tuple[str, str | None], Decimal | None, str | None]]:
    """Each figure of a deal by its name and period, with the currency of an amount."""
    for name in ("tcv", "fixed", "estimated", "contingent", "acv"):
        money = getattr(deal, name)
        yield (name, None), None if money is None else money.amount, deal.tcv.currency.code
    for name in ("effective_discount", "average_uplift"):
        yield (name, None), getattr(deal, name), None
    years = ((str(year), money) for year, money in enumerate(deal.billings, 1))
    for name, listed in (("billings", years), ("cash", deal.cash)):
        yield from (((name, period), money.amount, money.currency.code) for period, money in listed)


def _compared(
    named: Mapping[str, Contract], facts: Mapping[str, Facts], *, as_of: date | None, through: date | None
) -> Comparison:
    """Deals by label, each with its facts; what is wrong with one has paths that begin with its label."""
    currency = _currency(named)
    found = []
    for label, contract in named.items():
        try:
            found.append(_figures(label, contract, facts.get(label, _NO_FACTS), as_of=as_of, through=through))
        except ContractbillError as error:
            raise error.under(f"$.deals[{label}]") from None
    return Comparison(currency=currency, deals=tuple(found))


def _facts_of(named: Mapping[str, Contract], facts: object) -> Mapping[str, Facts]:
    """The facts of each deal, of those that have any."""
    if isinstance(facts, Facts):
        return dict.fromkeys(named, facts)
    if not isinstance(facts, Mapping):
        raise NotAllowed(Issue("$.facts", "wrong_type", "must be Facts, or Facts by label", facts))
    strangers = [_unknown_label("$.facts", label, named) for label in facts if label not in named]
    if strangers:
        raise NotFound(*strangers)
    wrong = [
        Issue(f"$.facts[{label}]", "wrong_type", "must be Facts", one)
        for label, one in facts.items()
        if not isinstance(one, Facts)
    ]
    if wrong:
        raise NotAllowed(*wrong)
    return facts


def _figures(label: str, contract: Contract, facts: Facts, *, as_of: date | None, through: date | None) -> DealFigures:
    """What one deal comes to."""
    plan = schedule(contract, facts, as_of=as_of, through=through)
    return DealFigures(
        label=label,
        contract=contract.id,
        tcv=plan.tcv,
        fixed=plan.fixed,
        estimated=plan.estimated,
        contingent=plan.contingent,
        acv=acv(contract, facts, as_of=as_of),
        billings=billings_by_year(contract, plan),
        cash=cash_by_month(plan),
        effective_discount=effective_discount(contract, facts, as_of=as_of, through=through),
        average_uplift=average_uplift(contract, facts, as_of=as_of, through=through),
    )


def _named(deals: object) -> dict[str, Contract]:
    """Contracts by their labels."""
    if isinstance(deals, Contract | str) or not isinstance(deals, Iterable):
        raise NotAllowed(Issue("$.deals", "wrong_type", "must be contracts by label, or a list of contracts", deals))
    pairs = list(deals.items()) if isinstance(deals, Mapping) else [(getattr(one, "id", ""), one) for one in deals]
    wrong = [
        Issue(f"$.deals[{label or place}]", "wrong_type", "must be a Contract", one)
        for place, (label, one) in enumerate(pairs)
        if not isinstance(one, Contract)
    ]
    if wrong:
        raise NotAllowed(*wrong)
    message = "is the id of another deal already; name each, as in compare({'as signed': …, 'with a ramp': …})"
    named: dict[str, Contract] = _distinct(pairs, "$.deals", message)
    return named


def _currency(named: Mapping[str, Contract]) -> str:
    """The currency of all deals, which must be one."""
    currency = next(iter(named.values())).currency
    mixed = [
        Issue(f"$.deals[{label}].currency", "currency_mismatch", f"must be {currency}, as of the first", one.currency)
        for label, one in named.items()
        if one.currency != currency
    ]
    if mixed:
        raise NotAllowed(*mixed)
    return currency


def _distinct(pairs: Iterable[tuple[Any, Any]], path: str, message: str) -> dict[str, Any]:
    """Things by labels, of which there is at least one and none twice."""
    named: dict[str, Any] = {}
    found = []
    for place, (label, one) in enumerate(pairs):
        if not isinstance(label, str) or not label.strip():
            found.append(Issue(f"{path}[{place}]", "not_text", "must have a label", label))
        elif label in named:
            found.append(Issue(f"{path}[{place}]", "duplicate_id", message, label))
        named[label] = one
    if not named:
        found.append(Issue(path, "nothing_to_compare", "must have at least one member"))
    if found:
        raise NotAllowed(*found)
    return named


def _told(value: Any) -> str:  # noqa: ANN401 - whatever stands at a path
    """A value in a few words: of one of this package the fields that somebody stated."""
    cls: Any = type(value)
    if isinstance(value, list | tuple):
        told = ", ".join(map(_told, value)) or "none"
    elif attrs.has(cls) and "__str__" not in vars(cls):
        said = {field.name: getattr(value, field.name) for field in attrs.fields(cls)}
        stated = (name for name in said if said[name] != default_of(value, attrs.fields_dict(cls)[name]))
        told = f"{cls.__name__}({', '.join(f'{name}={_told(said[name])}' for name in stated)})"
    else:
        told = "none" if value is None else str(value)
    return told if len(told) <= _LONGEST_LABEL else f"{told[: _LONGEST_LABEL - 1]}…"


def _unknown_label(path: str, label: str, known: Iterable[str]) -> Issue:
    """A label that no deal has."""
    return Issue(f"{path}[{label}]", "unknown_label", f"must be one of {', '.join(known)}", label)
