"""The command `contractbill`, over the same public functions that a program calls."""

import sys
from importlib.util import find_spec
from typing import NoReturn

_WRONG_USE = 2


def main() -> NoReturn:
    """Run the command with the arguments of this process.

    Raises:
        SystemExit: always: 0 when all is well, 1 when `check` finds something, 2 for a malformed deal, wrong use, or
            without the packages that the command needs, 141 when the reader of its output has left.

    Source: exit codes 2 and 141 as shells and Unix tools use them.
    """
    if any(find_spec(package) is None for package in ("click", "rich")):
        sys.stderr.write("The command needs packages that are not installed: pip install 'contractbill[cli]'\n")
        raise SystemExit(_WRONG_USE)
    # Imported here, since the packages of the extra may be missing.
    from contractbill.cli.commands import contractbill  # noqa: PLC0415 - see above

    contractbill.main(prog_name="contractbill")
