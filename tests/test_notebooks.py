"""The example notebooks run, and what they show is what the library shows now.

`python tests/test_notebooks.py` runs them and stores what they show.
"""

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples" / "notebooks").glob("*.ipynb"))
# Pictures depend on the fonts of the machine; that they are drawn is what counts.
PICTURES = {"image/svg+xml", "image/png"}


def read(path: Path) -> nbformat.NotebookNode:
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat is not typed
    return found


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with what it shows now, and nothing that differs from run to run."""
    notebook = read(path)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False, resources=where).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def outputs(notebook: nbformat.NotebookNode) -> list[list[Any]]:
    """What each cell printed and showed, pictures apart."""
    return [[_plain(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]


def _plain(output: nbformat.NotebookNode) -> Any:
    if output.output_type == "stream":
        return output.name, output.text
    return {kind: "drawn" if kind in PICTURES else shown for kind, shown in output.data.items()}


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_says(path: Path) -> None:
    stored = read(path)
    nbformat.validate(stored)
    shown = outputs(executed(path))
    assert shown == outputs(stored), f"to store what it shows now: python tests/{Path(__file__).name}"


if __name__ == "__main__":
    for notebook in NOTEBOOKS:
        sys.stdout.write(f"{notebook}\n")
        nbformat.write(executed(notebook), notebook)  # type: ignore[no-untyped-call]  # nbformat is not typed
