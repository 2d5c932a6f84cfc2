"""Everything that is checked, one session each.

`nox` runs tests, lint, types, layers and docs; `nox --list` shows the others. With `--no-venv` a session runs in the
environment that is active, which then has to have the extra `dev`.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nox
from nox.virtualenv import PassthroughEnv

ROOT = Path(__file__).parent
SUPPORTED = ["3.11", "3.12", "3.13", "3.14"]
# Every branch of these is run by the tests.
COVERED = ["money.py", "periods/*", "deal/*", "charges/*", "invoices/*"]

nox.options.sessions = ["tests", "lint", "types", "layers", "docs"]
# Tests run on each supported Python that is installed.
nox.options.error_on_missing_interpreters = False


def _install(session: nox.Session) -> None:
    if not isinstance(session.virtualenv, PassthroughEnv):
        session.install("--editable", ".[dev]")


@nox.session(python=SUPPORTED)
def tests(session: nox.Session) -> None:
    """Every test, doctest and snippet of the documentation."""
    _install(session)
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Rules and format."""
    _install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Strict types, the public names as users write them included."""
    _install(session)
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Imports point one way only."""
    _install(session)
    session.run("lint-imports", "--no-cache")


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the tests, measuring; then demand every branch of the arithmetic."""
    _install(session)
    session.run("pytest", "--cov", "--cov-report=", *session.posargs)
    _demand_coverage(session)


@nox.session(name="coverage-gate")
def coverage_gate(session: nox.Session) -> None:
    """Demand every branch of the arithmetic of the measurement already made."""
    _install(session)
    _demand_coverage(session)


def _demand_coverage(session: nox.Session) -> None:
    included = ",".join(f"*/contractbill/{part}" for part in COVERED)
    session.run("coverage", "report", f"--include={included}", "--fail-under=100", "--precision=2")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error. Its snippets run with the tests."""
    _install(session)
    session.run("mkdocs", "build", "--strict")


@nox.session
def examples(session: nox.Session) -> None:
    """Read every example deal, run every example script and notebook."""
    _install(session)
    folder = ROOT / "examples"
    deals = sorted((folder / "deals").rglob("*.toml"))
    notebooks, scripts = (sorted(folder.rglob(f"*.{ending}")) for ending in ("ipynb", "py"))
    if not deals or not notebooks:
        session.error("examples/ has no deal or no notebook")
    for deal in deals:
        # Published contracts do not say where to pay: that may be missing, and the tests hold that nothing else is.
        session.run("contractbill", "check", str(deal), success_codes=[0, 1] if deal.parent.name == "real" else [0])
        session.run("contractbill", "schedule", str(deal), silent=True)
    for script in scripts:
        session.run("python", str(script), silent=True)
    for notebook in notebooks:
        session.run("jupyter", "execute", str(notebook), silent=True)


@nox.session
def bench(session: nox.Session) -> None:
    """Print what the benchmarks measure, and hold the ratios."""
    _install(session)
    session.run("pytest", "benchmarks", "-s", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the arithmetic and terms in small ways, and see the tests fail; survivors are listed with reasons."""
    _install(session)
    session.run("python", "tests/mutation/score.py", *session.posargs)


@nox.session(venv_backend="none")
def installed(session: nox.Session) -> None:
    """Build the wheel and try it in an environment that has nothing else, away from the sources."""
    with TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--wheel", "--outdir", folder, silent=True)
        (wheel,) = Path(folder).glob("*.whl")
        session.run(sys.executable, "-m", "virtualenv", "--quiet", f"{folder}/env")
        python = f"{folder}/env/bin/python"
        session.run(python, "-m", "pip", "install", "--quiet", str(wheel), "pytest", external=True)
        shutil.copy(ROOT / "tests" / "test_installed.py", folder)
        session.chdir(folder)
        session.run(python, "-m", "pytest", "--rootdir", folder, "-W", "error", "test_installed.py", external=True)
