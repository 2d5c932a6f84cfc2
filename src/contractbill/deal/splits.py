"""Splits: one invoice shared by several payers or cost centres, to the cent."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

import attrs

from contractbill.deal.billing import as_carrier
from contractbill.deal.fields import (
    as_fraction,
    as_optional_fraction,
    as_texts,
    as_tuple,
    each,
    faults,
    is_a,
    is_fraction,
    is_name,
    is_text,
    is_word,
    maybe,
)
from contractbill.deal.parties import Party
from contractbill.display import format_fraction
from contractbill.errors import Issue, refuse
from contractbill.money import Carrier, add, allocate, subtract

_MOST_SHARES = 1000


@attrs.frozen(kw_only=True)
class SplitShare:
    """What one payer or cost centre takes of every invoice that is split.

    Args:
        id: names the payer or the cost centre; unique within the split.
        share: the part, as a fraction of one: a number, or text such as "1/3" where no decimal number is exact. Those
            that say none take equal parts of what the others leave.
        bill_to: who pays this share, when not the bill-to of the invoice.
        po: the number of the purchase order of this share, when not that of the invoice.

    Raises:
        InvalidTerms: `not_an_id`, `too_small`, `not_text`, `wrong_type`, and the codes of a number.

    Example:
        >>> SplitShare(id="police", share="0.60").share, SplitShare(id="fire", share="1/3").share
        (Fraction(3, 5), Fraction(1, 3))
    """

    id: str
    share: Fraction | None = attrs.field(default=None, converter=as_optional_fraction)
    bill_to: Party | None = None
    po: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, id=is_name, share=maybe(is_fraction), bill_to=maybe(is_a(Party)), po=maybe(is_text)))


def _as_shares(values: Iterable[SplitShare]) -> tuple[SplitShare, ...]:
    """A tuple of shares."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Split:
    """How an invoice is shared by several payers or cost centres.

    Args:
        shares: who takes which part; together they are the whole invoice.
        carrier: who takes the cents that the parts leave; those whose parts lost most, unless said.
        cents_to: ids in the order in which they take left-over cents where parts lost the same; those it does not name
            come after, as listed.

    Raises:
        InvalidTerms: `split_not_whole` with the difference, `duplicate_id`, `unknown_share`, `unexpected` for
            `cents_to` beside a carrier that takes all, and the codes of the fields.

    Source: house rule; largest remainder is Hamilton's method.

    Example:
        >>> print(Split(shares=[SplitShare(id="police", share="0.6"), SplitShare(id="fire")]))
        police 0.6, fire 0.4
    """

    shares: tuple[SplitShare, ...] = attrs.field(converter=_as_shares)
    carrier: Carrier = attrs.field(default=Carrier.LARGEST_REMAINDER, converter=as_carrier)
    cents_to: tuple[str, ...] = attrs.field(default=(), converter=as_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        shares = each(is_a(SplitShare), at_least=1, at_most=_MOST_SHARES)
        found = list(faults(self, shares=shares, carrier=is_word(Carrier), cents_to=each(is_name)))
        refuse(found or _contradictions(self))

    @property
    def fractions(self) -> tuple[Fraction, ...]:
        """The part that each share takes, as listed; they add up to 1.

        Example:
            >>> print(*Split(shares=[SplitShare(id="police", share="0.6"), SplitShare(id="fire")]).fractions)
            3/5 2/5
        """
        silent = sum(one.share is None for one in self.shares)
        return tuple((1 - _said(self.shares)) / silent if one.share is None else one.share for one in self.shares)

    def __str__(self) -> str:
        """Who takes what."""
        return str(split_of_group(self))


@attrs.frozen(kw_only=True)
class GroupShare:
    """A share of an invoice, complete.

    Args:
        id: names the payer or the cost centre.
        share: the part, as a fraction of one.
        bill_to: id of the party that pays it, when not that of the invoice.
        po: the number of its purchase order, when not that of the invoice.

    Raises:
        InvalidTerms: as `SplitShare`.
    """

    id: str
    share: Fraction = attrs.field(converter=as_fraction)
    bill_to: str | None = None
    po: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, id=is_name, share=is_fraction, bill_to=maybe(is_name), po=maybe(is_text)))


def _as_group_shares(values: Iterable[GroupShare]) -> tuple[GroupShare, ...]:
    """A tuple of shares."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class GroupSplit:
    """How the invoices of a group are shared: a split that says every part, and names parties by their ids.

    Args:
        shares, carrier, cents_to: as in `Split`.

    Raises:
        InvalidTerms: as `Split`.

    Example:
        >>> print(GroupSplit(shares=[GroupShare(id="police", share="0.6"), GroupShare(id="fire", share="0.4")]))
        police 0.6, fire 0.4
    """

    shares: tuple[GroupShare, ...] = attrs.field(converter=_as_group_shares)
    carrier: Carrier = attrs.field(default=Carrier.LARGEST_REMAINDER, converter=as_carrier)
    cents_to: tuple[str, ...] = attrs.field(default=(), converter=as_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        shares = each(is_a(GroupShare), at_least=1, at_most=_MOST_SHARES)
        found = list(faults(self, shares=shares, carrier=is_word(Carrier), cents_to=each(is_name)))
        refuse(found or _contradictions(self))

    def __str__(self) -> str:
        """Who takes what."""
        return ", ".join(f"{one.id} {format_fraction(one.share)}" for one in self.shares)


def split_of_group(split: Split) -> GroupSplit:
    """A split as invoices carry it."""
    shares = (
        GroupShare(id=one.id, share=part, bill_to=None if one.bill_to is None else one.bill_to.id, po=one.po)
        for one, part in zip(split.shares, split.fractions, strict=True)
    )
    return GroupSplit(shares=shares, carrier=split.carrier, cents_to=split.cents_to)


def _said(shares: Iterable[SplitShare | GroupShare]) -> Fraction:
    """What the shares that say how much come to."""
    return sum((one.share for one in shares if one.share is not None), Fraction(0))


def _contradictions(split: Split | GroupSplit) -> Iterator[Issue]:
    """What shares say against each other."""
    ids = [one.id for one in split.shares]
    yield from _repeated("shares[{}].id", ids)
    yield from _repeated("cents_to[{}]", split.cents_to)
    for place, name in enumerate(split.cents_to):
        if name not in ids:
            yield Issue(f"$.cents_to[{place}]", "unknown_share", "names no share of this split", name)
    if split.cents_to and split.carrier is not Carrier.LARGEST_REMAINDER:
        yield Issue("$.cents_to", "unexpected", f"says nothing where the carrier is {split.carrier}")
    said = _said(split.shares)
    if any(one.share is None for one in split.shares):
        if said >= 1:
            message = "must leave something for the shares that say none"
            yield Issue("$.shares", "split_not_whole", message, format_fraction(said))
    elif said != 1:
        difference = f"{format_fraction(abs(1 - said))} {'is missing' if said < 1 else 'too much'}"
        yield Issue("$.shares", "split_not_whole", f"must add up to 1: {difference}", format_fraction(said))


def _repeated(path: str, names: Sequence[str]) -> Iterator[Issue]:
    """Names that stand before already."""
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Issue(f"$.{path.format(place)}", "duplicate_id", "names a share that stands before already", name)


def split_amounts(
    split: Split | GroupSplit, amounts: Sequence[Decimal], *, to: Decimal
) -> tuple[tuple[Decimal, ...], ...]:
    """The parts of several amounts, such as the lines of an invoice, that add up both ways.

    Each share of the sum is what the carrier's rule gives it; a part of one amount is what the share of the sum grows
    by where that amount is added, in their order.

    Args:
        split: who takes which part.
        amounts: multiples of `to`, of any sign; at least one.
        to: the quantum of the currency.

    Returns:
        For each share, as listed, its part of each amount, in their order. The parts of an amount add up to it; with
        the carrier `largest_remainder` those of a share are less than one quantum from its part of the sum, and a
        single one less than two. Opposite amounts have opposite parts.

    Source: house rule.

    Example:
        >>> thirds = Split(shares=[SplitShare(id="a"), SplitShare(id="b"), SplitShare(id="c")], cents_to=["b"])
        >>> for part in split_amounts(thirds, [Decimal("50.00"), Decimal("50.00")], to=Decimal("0.01")):
        ...     print(*part)
        16.67 16.66
        16.67 16.67
        16.66 16.67
    """
    nothing = (Decimal(0),) * len(split.shares)
    complete = split_of_group(split) if isinstance(split, Split) else split
    sums = [nothing, *(_shared(complete, total, to) for total in accumulate(amounts, add))]
    parts = [map(subtract, after, before) for before, after in pairwise(sums)]
    return tuple(zip(*parts, strict=True))


def _shared(split: GroupSplit, amount: Decimal, to: Decimal) -> tuple[Decimal, ...]:
    """The share of each of one amount, as listed."""
    parts = {one.id: one.share for one in split.shares}
    # Of parts that lost the same the earlier takes what is left, so they are asked in the order in which they take it.
    asked = list(dict.fromkeys([*split.cents_to, *parts]))
    found = allocate(amount, [parts[name] for name in asked], to=to, carrier=split.carrier)
    taken = dict(zip(asked, found, strict=True))
    return tuple(taken[name] for name in parts)
