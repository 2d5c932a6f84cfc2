"""The package as somebody who installed it finds it; also run on a built wheel, away from the sources."""

import subprocess
import sys
from importlib.metadata import distribution, version
from importlib.resources import files

import pytest

import contractbill

CLI_PARTS = ["click", "rich"]


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_every_everyday_name_is_there() -> None:
    assert [name for name in contractbill.__all__ if not hasattr(contractbill, name)] == []


def test_types_are_shipped() -> None:
    assert files("contractbill").joinpath("py.typed").is_file()


def test_the_deal_to_start_from_is_shipped() -> None:
    assert b"contractbill/deal" in files("contractbill.cli").joinpath("starter.toml").read_bytes()


def test_metadata() -> None:
    package = distribution("contractbill")
    assert package.version == version("contractbill")
    assert package.metadata["License-Expression"] == "Apache-2.0"
    assert package.metadata["Requires-Python"] == ">=3.11"
    commands = package.entry_points.select(group="console_scripts", name="contractbill")
    assert [command.value for command in commands] == ["contractbill.cli:main"]


def test_all_has_every_optional_part_for_users() -> None:
    extras = distribution("contractbill").metadata.get_all("Provides-Extra") or []
    assert {"all", "cli", "dev", "notebook", "plot"} <= set(extras)


def test_nothing_optional_is_needed_to_import_the_library() -> None:
    missing = {"altair", "click", "httpx", "jinja2", "nbformat", "rich"}
    program = f"import sys; sys.modules.update(dict.fromkeys({sorted(missing)!r})); import contractbill"
    assert run(program).stderr == ""


@pytest.mark.parametrize("part", CLI_PARTS)
def test_the_command_without_its_extra_says_what_to_install(part: str) -> None:
    program = (
        f"import sys; sys.modules[{part!r}] = None; sys.argv = ['contractbill', 'schedule', 'deal.toml']\n"
        "from contractbill.cli import main; sys.exit(main())"
    )
    finished = run(program)
    assert finished.returncode != 0
    assert "contractbill[cli]" in finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
