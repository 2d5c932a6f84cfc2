"""Run mutmut, demand that the tests kill enough mutants, and that every survivor is listed with a reason.

    python tests/mutation/score.py [PACKAGE...]

Without arguments each of `PACKAGES` is tested, by the fast tests nearest to it, which have to run all of its lines.
mutmut mutates inside functions, so constants at module level are the tests' own matter. A run starts afresh: results
kept by mutmut do not notice that tests changed.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("SURVIVORS.md")
# Each part of the library that is changed, and the tests that have to notice; parts with the same tests share a run.
ARITHMETIC = ("tests/money", "tests/periods", "tests/test_rating_vectors.py", "tests/test_schedule_vectors.py")
PACKAGES = {
    "contractbill.money": ARITHMETIC,
    "contractbill.periods": ARITHMETIC,
    "contractbill.deal.changes": ("tests/deal/test_terms.py",),
    "contractbill.deal.escalators": ("tests/deal/test_terms.py",),
    "contractbill.deal.resolve": ("tests/deal/test_resolve.py",),
    "contractbill.charges.prices": (
        "tests/charges/test_prices.py",
        "tests/charges/test_renewals.py",
        "tests/charges/test_indices.py",
    ),
    "contractbill.charges.timeline": ("tests/charges/test_timeline.py",),
    "contractbill.invoices.corrections": ("tests/invoices/test_entries.py",),
    "contractbill.invoices.history": ("tests/invoices/test_history.py", "tests/invoices/test_runs.py"),
}
LEAST = Fraction(90, 100)
# A mutant that never ends, or brings the interpreter down, is noticed as surely as one that fails a test.
KILLED = frozenset({"killed", "timeout", "segfault", "caught by type check"})

# What mutmut draws while it works, a line each time it turns.
SPINNER = tuple("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

# Where a change is, and its lines, those taken out and those put in.
Change = tuple[str, tuple[str, ...]]


def main(packages: Sequence[str]) -> int:
    """Test the packages; the exit code is 0 when all is well."""
    runs: dict[tuple[str, ...], list[str]] = {}
    for package in packages:
        (tests,) = (tests for known, tests in PACKAGES.items() if belongs(f"{package}.", [known]))
        runs.setdefault(tests, []).append(package)
    return max([run(together, tests) for tests, together in runs.items()])


def run(packages: Sequence[str], tests: Sequence[str]) -> int:
    """Test packages by some tests; the exit code is 0 when all is well."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    # pytest, which mutmut starts in this folder, reads arguments from a file named after an @; see pyproject.toml.
    (ROOT / "mutants").mkdir()
    (ROOT / "mutants" / "tests.txt").write_text("\n".join(tests), "utf-8")
    mutmut("run", *(f"{package}.*" for package in packages))
    results = {name: status for name, status in statuses(mutmut("results", "--all", "true")) if belongs(name, packages)}
    listed = {change for change, _ in read(SURVIVORS.read_text("utf-8"))}
    survivors = {name: changed(name, mutmut("show", name)) for name, status in results.items() if status not in KILLED}
    faults = [*scores(results, packages), *unlisted(survivors, results, listed)]
    for stale in sorted(change for change in listed - set(survivors.values()) if belongs(change[0], packages)):
        say(f"listed, but killed or gone: {show(stale)}")
    for fault in faults:
        say(fault)
    return 1 if faults else 0


def mutmut(*arguments: str) -> str:
    """What mutmut prints; should it fail, everything stops here."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=ROOT, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        say("\n".join(line for line in done.stdout.splitlines() if line[:1] not in SPINNER))
        sys.exit(f"mutmut {arguments[0]} failed with {done.returncode}")
    return done.stdout


def statuses(printed: str) -> list[tuple[str, str]]:
    """Each mutant's name and what became of it."""
    lines = (line.strip().rpartition(": ") for line in printed.splitlines() if "__mutmut_" in line)
    return [(name, status) for name, _, status in lines]


def belongs(name: str, packages: Iterable[str]) -> bool:
    """Whether a dotted name lies in one of the packages."""
    return any(name.startswith(f"{package}.") for package in packages)


def scores(results: dict[str, str], packages: Iterable[str]) -> list[str]:
    """Say the score of each package; return those that are too low."""
    faults = []
    for package in packages:
        found = [status for name, status in results.items() if belongs(name, [package])]
        killed = sum(status in KILLED for status in found)
        say(f"{package}: {killed} of {len(found)} mutants killed ({100 * killed / max(len(found), 1):.1f} %)")
        if not found or Fraction(killed, len(found)) < LEAST:
            faults.append(f"{package}: fewer than {LEAST * 100} % killed")
    return faults


def unlisted(survivors: dict[str, Change], results: dict[str, str], listed: set[Change]) -> list[str]:
    """The survivors that `SURVIVORS.md` does not explain, ready to be added to it."""
    return [
        f"not in {SURVIVORS.name} ({results[name]}): {show(change)}"
        for name, change in survivors.items()
        if change not in listed
    ]


def changed(name: str, diff: str) -> Change:
    """Where a mutant is, without the number that any edit would shift, and what it changes."""
    module, _, function = name.partition("__mutmut_")[0].rpartition(".")
    lines = (line for line in diff.splitlines() if re.match(r"[-+](?![-+][-+] )", line))
    # mutmut writes `x_name` for a function and `xǁClassǁname` for a method.
    plain = function.removeprefix("x_") if function.startswith("x_") else function.removeprefix("xǁ").replace("ǁ", ".")
    return f"{module}.{plain}", tuple(normal(line) for line in lines)


def normal(line: str) -> str:
    """A line of a difference without its indentation."""
    return f"{line[0]} {line[1:].strip()}"


def show(change: Change) -> str:
    """A change as it stands in the list."""
    where, lines = change
    return "\n".join([f"`{where}`", "```diff", *lines, "```"])


def read(text: str) -> list[tuple[Change, str]]:
    """The changes of the list, each with its reason.

    A heading names the function; below it, prose gives the reason for the `diff` block that follows. Blank lines in a
    block separate changes that share the reason.
    """
    found: list[tuple[Change, str]] = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        # The pattern leaves prose at even places and the inside of blocks at odd ones.
        parts = re.split(r"^```(?:diff)?\n", body, flags=re.MULTILINE)
        for reason, block in zip(parts[::2], parts[1::2], strict=False):
            changes = [change for change in block.split("\n\n") if change.strip()]
            where = heading.strip().strip("`")
            found += [((where, tuple(map(normal, change.strip().splitlines()))), reason.strip()) for change in changes]
    return found


def say(text: str) -> None:
    """Write a line where the caller sees it."""
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PACKAGES)))
