"""Planned invoices and the schedule they make: who is asked to pay what, when."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import attrgetter

import attrs
import moneyed

from contractbill.charges import Certainty, Charge
from contractbill.deal import Group, instalments
from contractbill.deal.payment_terms import due_days
from contractbill.display import Table, to_html, to_text
from contractbill.invoices.shares import InvoiceShare, shares_of
from contractbill.invoices.tables import invoice_table, schedule_table, shares_table
from contractbill.money import add_up, quantum


# Without slots a frozen value is made in half the time.
@attrs.frozen(slots=False)
class PlannedInvoice:
    """One invoice of a schedule: lines that share a day and a group.

    Args:
        group: what its lines share.
        planned_on: the day it is planned for.
        due_on: the day (with instalments, the last day) by which it is to be paid.
        lines: at least one charge, by order, then line, then period.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> first = schedule(sales_led()).invoices[0]
        >>> str(first.planned_on), str(first.due_on), first.total
        ('2025-12-18', '2026-02-01', Money('15000.00', 'USD'))
    """

    group: Group
    planned_on: date
    due_on: date
    lines: tuple[Charge, ...]

    @property
    def certainty(self) -> Certainty:
        """That of its least certain line."""
        return max((line.certainty for line in self.lines), key=lambda certainty: certainty.doubt)

    @property
    def value(self) -> Decimal:
        """The exact sum of its lines, at the scale of its currency."""
        return add_up([line.derivation.amount for line in self.lines])

    @property
    def total(self) -> moneyed.Money:
        """The sum of its lines."""
        return moneyed.Money(self.value, self.group.currency)

    @property
    def is_credit(self) -> bool:
        """Whether it nets below zero: then it is a credit note, for no invoice is negative."""
        return self.value < 0

    @property
    def instalments(self) -> tuple[tuple[date, Decimal], ...]:
        """The parts in which it is to be paid, each with its day; one part unless the terms say otherwise."""
        return instalments(self.group.payment_terms, self.planned_on, self.value, to=quantum(self.group.currency))

    @property
    def shares(self) -> tuple[InvoiceShare, ...]:
        """What each payer or cost centre takes of it, as its split lists them; none where it is not split."""
        return shares_of(self.group, [line.derivation.amount for line in self.lines], self.instalments)

    def to_table(self) -> Table:
        """Its lines with their operands, and its total."""
        return invoice_table(self)

    def __str__(self) -> str:
        """Its table as text."""
        return to_text(self.to_table())

    def _repr_html_(self) -> str:
        """Its table as a notebook shows it."""
        return to_html(self.to_table())

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


@attrs.frozen
class Schedule:
    """Every invoice of a contract, past and to come.

    Args:
        contract: the contract's id.
        currency: ISO 4217 code of every amount.
        invoices: by day, then by group.
        as_of: the day by which things were known; None for everything there is.
        through: the last day that was asked for; None for the whole of the terms.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> plan = schedule(sales_led())
        >>> plan.fixed, plan.contingent, plan.tcv == plan.fixed + plan.estimated
        (Money('408960.87', 'USD'), Money('143221.50', 'USD'), True)
    """

    contract: str
    currency: str
    invoices: tuple[PlannedInvoice, ...]
    as_of: date | None = None
    through: date | None = None

    @property
    def charges(self) -> tuple[Charge, ...]:
        """The lines of all its invoices, in their order."""
        return tuple(line for invoice in self.invoices for line in invoice.lines)

    def total_of(self, *certainties: Certainty) -> moneyed.Money:
        """The sum of the lines of some certainty."""
        amounts = (line.derivation.amount for line in self.charges if line.certainty in certainties)
        return moneyed.Money(add_up([quantum(self.currency) * 0, *amounts]), self.currency)

    @property
    def fixed(self) -> moneyed.Money:
        """The sum of what is certain."""
        return self.total_of(Certainty.FIXED)

    @property
    def estimated(self) -> moneyed.Money:
        """The sum of what is agreed but not measured yet."""
        return self.total_of(Certainty.ESTIMATED)

    @property
    def contingent(self) -> moneyed.Money:
        """The sum of what may never be."""
        return self.total_of(Certainty.CONTINGENT)

    @property
    def tcv(self) -> moneyed.Money:
        """Total contract value: fixed + estimated, never contingent. Source: house rule."""
        return self.total_of(Certainty.FIXED, Certainty.ESTIMATED)

    def to_table(self) -> Table:
        """A row for each invoice, and the totals by certainty.

        Example:
            >>> from contractbill.testing import sales_led
            >>> from contractbill.invoices import schedule
            >>> schedule(sales_led()).to_table().footer[-1]
            ('', '', '408,960.87', 'TCV', 'fixed + estimated')
        """
        known = f", as known on {self.as_of}" if self.as_of is not None else ""
        through = f", through {self.through}" if self.through is not None else ""
        count = len(self.invoices)
        title = f"{self.contract}: {count} invoice{'' if count == 1 else 's'} in {self.currency}{known}{through}"
        totals = {certainty.value: self.total_of(certainty).amount for certainty in Certainty}
        return schedule_table(title, self.currency, self.invoices, {**totals, "TCV": self.tcv.amount})

    def shares_table(self) -> Table:
        """What each payer or cost centre is asked for, and what its shares come to; no rows where nobody shares.

        Example:
            >>> from contractbill.testing import sales_led
            >>> from contractbill.invoices import schedule
            >>> schedule(sales_led()).shares_table().rows
            ()
        """
        return shares_table(f"{self.contract}: shares, in {self.currency}", self.currency, self.invoices)

    def __str__(self) -> str:
        """Its table as text."""
        return to_text(self.to_table())

    def _repr_html_(self) -> str:
        """Its table as a notebook shows it."""
        return to_html(self.to_table())

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def gather(charges: Iterable[Charge]) -> tuple[PlannedInvoice, ...]:
    """The invoices that charges stand on: one for each day and group.

    Args:
        charges: in the order their lines should have; each lands on exactly one invoice.

    Returns:
        Invoices by day, then by group, in an order that depends on nothing else.
    """
    gathered: dict[Group, defaultdict[date, list[Charge]]] = defaultdict(lambda: defaultdict(list))
    # Charges of one line come together, and lines of one order share their group: it is looked up where it changes.
    group: Group | None = None
    for charge in charges:
        if charge.line.group is not group:
            group = charge.line.group
            days = gathered[group]
        days[charge.planned_on].append(charge)
    # Most schedules have one group, and writing its order out costs more than to look for another.
    ordered = sorted(gathered.items(), key=lambda item: _order(item[0])) if len(gathered) > 1 else gathered.items()
    invoices = [
        PlannedInvoice(shared, planned_on, due_on, tuple(lines))
        for shared, by_day in ordered
        for (planned_on, lines), due_on in zip(by_day.items(), due_days(shared.payment_terms, by_day), strict=True)
    ]
    return tuple(sorted(invoices, key=attrgetter("planned_on")))


def _order(group: Group) -> tuple[str, ...]:
    """A total order of groups that depends on what they say only."""
    parts = (group.entity, group.bill_to, group.po, group.remit_to, group.separate, group.tax_regime)
    shared = "" if group.split is None else repr(group.split)
    return (*(part or "" for part in parts), str(group.payment_terms), group.currency, shared)
