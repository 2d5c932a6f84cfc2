"""The command `contractbill`: schedule, explain, check, value, shares, headroom and diff of deal files."""

import sys
from typing import NoReturn

_WRONG_USE = 2


def main() -> NoReturn:
    """Run the command with the arguments of this process.

    Raises:
        SystemExit: always: 0 when all is well, 1 when `check` finds something, 2 for a malformed deal, wrong use, or
            without the packages that the command needs, 141 when the reader of its output has left.

    Source: exit codes 2 and 141 as shells and Unix tools use them.
    """
    try:
        # Imported here, since the packages of the extra may be missing.
        from contractbill.cli.commands import contractbill  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        sys.stderr.write("The command needs packages that are not installed: pip install 'contractbill[cli]'\n")
        raise SystemExit(_WRONG_USE) from None
    contractbill.main(prog_name="contractbill")
