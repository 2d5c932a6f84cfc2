"""Let the reference show an `Example:` as code.

griffe knows the section of doctests by the name `Examples:` only; the sources write `Example:` where there is one.
"""

import re
from typing import Any

import griffe


class Examples(griffe.Extension):
    """Read the heading `Example:` of a docstring as `Examples:`."""

    def on_object(self, *, obj: griffe.Object, **_context: Any) -> None:  # noqa: ANN401 - what griffe passes to all
        """Change the heading before the docstring is parsed."""
        if obj.docstring:
            obj.docstring.value = re.sub(r"^(\s*)Example:$", r"\1Examples:", obj.docstring.value, flags=re.MULTILINE)
