"""Everything public is in the documentation as it is built."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import contractbill
from docs.mkdocs_hooks import exported, packages

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation; building it allows no warning."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def anchors(site: Path, package: str) -> set[str]:
    """What the reference page of a package can be linked at."""
    return set(re.findall(r'id="([^"]+)"', (site / "reference" / "api" / package / "index.html").read_text()))


@pytest.mark.parametrize("package", packages())
def test_every_exported_name_is_in_the_reference(site: Path, package: str) -> None:
    shown = anchors(site, package)
    home = f"contractbill.{package}"
    assert home in shown
    assert [name for name in exported(package) if not {f"{home}.{name}", f"{home}.{name}.{name}"} & shown] == []


def test_the_names_read_from_a_source_are_those_of_the_package() -> None:
    assert exported("deal") == importlib.import_module("contractbill.deal").__all__
    assert exported("money") == []


def test_every_everyday_name_is_on_the_first_page_of_the_reference(site: Path) -> None:
    page = (site / "reference" / "api" / "index.html").read_text()
    linked = set(re.findall(r'href="[^"]*#contractbill\.[a-z_.]+\.(\w+)"', page))
    assert sorted(set(contractbill.__all__) - linked) == []
    assert sorted(linked - set(contractbill.__all__)) == []
