"""Write one reference page for each package of the library, and order the pages as somebody new needs them."""

import ast
import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

SOURCES = Path(__file__).parent.parent / "src" / "contractbill"

# Sections by title; pages by folder and name, those not named here after them.
_ORDER = [
    *("Tutorial", "How-to guides", "Reference", "Explanation"),
    *(
        "how-to/fiscal-year",
        "how-to/arrears",
        "how-to/uplift",
        "how-to/cpi",
        "how-to/co-term",
        "how-to/renewal",
        "how-to/evergreen",
    ),
    *(
        "how-to/payment-terms",
        "how-to/po-and-separate",
        "how-to/split",
        "how-to/po-runs-out",
        "how-to/worth",
        "how-to/amend-and-preview",
        "how-to/compare",
        "how-to/vary",
        "how-to/deal-file",
        "how-to/other-languages",
        "how-to/billing-core",
    ),
    *(
        "reference/glossary",
        "reference/errors",
        "reference/deal-file",
        "reference/json",
        "reference/cli",
    ),
    "Python interface",
    *(
        "api/deal",
        "api/periods",
        "api/charges",
        "api/invoices",
        "api/money",
        "api/reports",
        "api/wire",
        "api/errors",
    ),
    *(
        "explanation/one-mechanism",
        "explanation/rounding",
        "explanation/proration",
        "explanation/no-floats",
    ),
    *(
        "explanation/time",
        "explanation/lifecycle",
        "explanation/choices",
        "explanation/speed",
    ),
]
_TITLES = {"How to": "How-to guides", "Api": "Python interface"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the page of each package and module that stands right under the root package."""
    for name in packages():
        files.append(
            File.generated(config, f"reference/api/{name}.md", content=_page(name))
        )
    return files


def packages() -> list[str]:
    """The names of what the root package is made of."""
    return sorted(
        path.stem
        for path in SOURCES.iterdir()
        if not path.stem.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    )


def exported(name: str) -> list[str]:
    """The `__all__` of a package; of one without, nothing."""
    found = [
        ast.literal_eval(node.value)
        for node in _statements(name)
        if isinstance(node, ast.Assign)
        and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    return found[0] if found else []


def _statements(name: str) -> list[ast.stmt]:
    """What a package or a module says by itself."""
    home = SOURCES / name / "__init__.py"
    return ast.parse(
        (home if home.exists() else SOURCES / f"{name}.py").read_text()
    ).body


def _page(name: str) -> str:
    """A page with every public name of a package; one that says nothing by itself shows its modules."""
    own = exported(name)
    bare = not own and not any(
        isinstance(node, ast.FunctionDef) for node in _statements(name)
    )
    block = _block(
        f"contractbill.{name}", show_submodules=bare, members=own or None
    )
    return f"---\ntitle: {name}\n---\n\n{block}"


def _block(path: str, **options: object) -> str:
    """What asks for the docstrings of one object."""
    lines = [f"      {key}: {json.dumps(value)}" for key, value in options.items()]
    return "\n".join([f"::: {path}", "    options:", *lines, ""])


def on_nav(nav: Navigation, **_context: Any) -> Navigation:  # noqa: ANN401 - what mkdocs passes to all
    """Order sections and pages; an index stays first."""
    _arrange(nav.items)
    return nav


def _arrange(items: list[Any]) -> None:
    """Name and sort one level of the navigation, and those below it."""
    for item in items:
        if isinstance(item, Section):
            item.title = _TITLES.get(item.title, item.title)
            _arrange(item.children)
    items.sort(key=_rank)


def _rank(item: Any) -> int:  # noqa: ANN401 - a page or a section
    """The place of a page or section among its neighbours."""
    if not isinstance(item, Page):
        name = item.title
    else:
        path = Path(item.file.src_uri)
        if path.stem == "index":
            return -1
        name = f"{path.parent.name}/{path.stem}"
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
