"""The programs of the how-to page do what the page shows. The one in shell is run with the page's snippets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "other-languages.md").read_text("utf-8")
PROGRAMS = ROOT / "examples" / "other-languages"


@pytest.mark.parametrize(("name", "language"), [("invoices.mjs", "js"), ("invoices.sh", "sh")])
def test_the_page_shows_the_programs_as_they_are(name: str, language: str) -> None:
    shown = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert shown == [(PROGRAMS / name).read_text("utf-8")]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_program_for_node_prints_what_the_page_shows() -> None:
    (shown,) = re.findall(r"```text\n\$ node examples/other-languages/invoices.mjs\n(.*?)```", PAGE, re.DOTALL)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    finished = subprocess.run(
        ["node", str(PROGRAMS / "invoices.mjs")],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr, finished.stdout) == (0, "", shown)
