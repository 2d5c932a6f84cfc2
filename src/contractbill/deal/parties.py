"""Parties: who sells, who is served, who pays, and where the money goes."""

from collections.abc import Iterable, Iterator

import attrs

from contractbill.deal.fields import as_texts, as_tuple, each, faults, is_a, is_currency, is_name, is_text, maybe
from contractbill.errors import Issue, refuse


@attrs.frozen(kw_only=True)
class Address:
    """A postal address.

    Args:
        lines: street lines, first to last.
        city, region, postcode: as written on an envelope.
        country: two letters, ISO 3166-1 alpha-2.

    Raises:
        InvalidTerms: `not_text`.
    """

    lines: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is not text."""
        optional = maybe(is_text)
        refuse(faults(self, lines=each(is_text), city=optional, region=optional, postcode=optional, country=optional))


@attrs.frozen(kw_only=True)
class TaxId:
    """A registration number with a tax or company register.

    Args:
        scheme: what kind of number it is: `eu_vat`, `us_ein`, `gb_vat` (free text, carried to the documents).
        value: the number as it is printed.

    Raises:
        InvalidTerms: `not_text`.
    """

    scheme: str
    value: str

    def __attrs_post_init__(self) -> None:
        """Refuse what is not text."""
        refuse(faults(self, scheme=is_text, value=is_text))


@attrs.frozen(kw_only=True)
class RemitTo:
    """Where to pay, for one currency.

    Args:
        id: names it in grouping and on documents.
        currency: ISO 4217 code that this receives.
        lines: what the payer reads: bank, IBAN or account and routing number, reference.

    Raises:
        InvalidTerms: `not_an_id`, `unknown_currency`, `not_text`.
    """

    id: str
    currency: str
    lines: tuple[str, ...] = attrs.field(default=(), converter=as_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is not text."""
        refuse(faults(self, id=is_name, currency=is_currency, lines=each(is_text)))


def as_tax_ids(values: Iterable[TaxId]) -> tuple[TaxId, ...]:
    """A tuple of tax ids."""
    return as_tuple(values)


def as_accounts(values: Iterable[RemitTo]) -> tuple[RemitTo, ...]:
    """A tuple of places to pay to."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Party:
    """A legal entity in one of its parts: seller, customer, bill-to or sold-to.

    Args:
        id: the host's own name for it.
        name: legal name, as it stands on documents.
        address: where it is registered.
        tax_ids: its registration numbers.
        emails: where documents go.
        remit_to: for a seller, where to pay, at most one for each currency.

    Raises:
        InvalidTerms: `not_an_id`, `not_text`, `wrong_type`, `duplicate_currency`.

    Example:
        >>> Party(id="globex", name="Globex Corporation").name
        'Globex Corporation'
    """

    id: str
    name: str
    address: Address | None = None
    tax_ids: tuple[TaxId, ...] = attrs.field(default=(), converter=as_tax_ids)
    emails: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    remit_to: tuple[RemitTo, ...] = attrs.field(default=(), converter=as_accounts)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                id=is_name,
                name=is_text,
                address=maybe(is_a(Address)),
                tax_ids=each(is_a(TaxId)),
                emails=each(is_text),
                remit_to=each(is_a(RemitTo)),
            )
        )
        refuse(found or self._contradictions())

    def _contradictions(self) -> Iterator[Issue]:
        """Accounts that receive the same currency: an invoice would not know which to name."""
        currencies = [where.currency for where in self.remit_to]
        for place, currency in enumerate(currencies):
            if currency in currencies[:place]:
                path = f"$.remit_to[{place}].currency"
                yield Issue(path, "duplicate_currency", "is received by another account already", currency)

    def remit_to_in(self, currency: str) -> RemitTo | None:
        """Where this party is paid in `currency`, or None when it has not said.

        Example:
            >>> bank = RemitTo(id="us-bank", currency="USD", lines=["Routing 011000015", "Account 0042"])
            >>> Party(id="acme", name="Acme Inc.", remit_to=[bank]).remit_to_in("USD").id
            'us-bank'
        """
        return next((where for where in self.remit_to if where.currency == currency), None)
