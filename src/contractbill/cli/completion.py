"""What a shell may complete beyond the names of commands, options and files."""

import click

from contractbill.cli.files import read_deal
from contractbill.errors import ContractbillError


def line_ids(ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """The ids of lines of FILE that begin so; none before FILE is typed, or where it is no deal.

    Standard input is left alone: the shell is what reads it.
    """
    # While the option lacks its value, what was read before it stands among the rest.
    file = ctx.params.get("file") or next(iter(ctx.args), None)
    if file in (None, "-"):
        return []
    try:
        contract = read_deal(file)
    except (ContractbillError, click.UsageError):
        return []
    return [line.id for order in contract.orders for line in order.lines if line.id.startswith(begun)]
