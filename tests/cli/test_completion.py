"""What a shell is offered, by the protocol that click speaks with each shell, and in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contractbill.cli.files import starter

PROGRAM = [sys.executable, "-c", "from contractbill.cli import main; main()"]


@pytest.fixture
def deal(tmp_path: Path) -> str:
    file = tmp_path / "deal.toml"
    file.write_bytes(starter())
    return str(file)


def answer(instruction: str, **environment: str) -> str:
    """What the command says to a shell."""
    finished = subprocess.run(
        PROGRAM,
        env={**os.environ, "_CONTRACTBILL_COMPLETE": instruction, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout


def offered(*words: str) -> list[str]:
    """What bash is offered for the last word: its kind and value, each."""
    line = " ".join(["contractbill", *words])
    return answer("bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words))).split()


def test_commands_are_offered() -> None:
    assert {"plain,schedule", "plain,schema"} == set(offered("sch"))
    assert "plain,init" in offered("")


def test_options_formats_and_schemas_are_offered() -> None:
    assert "plain,--facts" in offered("schedule", "--f")
    assert offered("schedule", "--format", "") == ["plain,table", "plain,json", "plain,csv"]
    assert offered("schema", "d") == ["plain,deal", "plain,difference"]


@pytest.mark.parametrize(
    "words", [("schedule", "de"), ("schedule", "--facts", "de"), ("diff", "a", "de"), ("init", "de")]
)
def test_files_are_left_to_the_shell(words: tuple[str, ...]) -> None:
    assert offered(*words) == ["file,de"]


def test_ids_of_lines_are_those_of_the_file(deal: str) -> None:
    assert offered("explain", deal, "--line", "") == ["plain,platform", "plain,seats", "plain,onboarding"]
    assert offered("explain", deal, "--line", "s") == ["plain,seats"]


@pytest.mark.parametrize("file", ["-", "nowhere.toml", __file__])
def test_no_ids_are_offered_where_there_is_no_deal_to_read(file: str) -> None:
    assert offered("explain", file, "--line", "") == []
    assert offered("explain", "--line", "") == []


def test_zsh_and_fish_are_offered_the_same() -> None:
    words = {"COMP_WORDS": "contractbill schema d", "COMP_CWORD": "2"}
    assert answer("zsh_complete", **words).split("\n")[:2] == ["plain", "deal"]
    fish = answer("fish_complete", COMP_WORDS="contractbill schema d", COMP_CWORD="d")
    assert "deal" in fish
    assert "#compdef contractbill" in answer("zsh_source")
    assert "--command contractbill" in answer("fish_source")


BASH = """
eval "$(_CONTRACTBILL_COMPLETE=bash_source contractbill)"
complete -p contractbill
COMP_WORDS=(contractbill explain "$DEAL" --line se)
COMP_CWORD=4
# As bash calls it: the name of the command, the word that is completed, the one before.
_contractbill_completion contractbill se --line
echo "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_the_id_of_a_line(deal: str) -> None:
    finished = subprocess.run(
        ["bash", "--norc", "-c", BASH],
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "DEAL": deal},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.stdout.splitlines() == [
        "complete -o nosort -F _contractbill_completion contractbill",
        "seats",
    ], finished.stderr
