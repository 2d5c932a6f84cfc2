"""Put the sections of the documentation in the order somebody new needs them; pages inside go by name."""

from typing import Any

from mkdocs.structure.nav import Navigation

_ORDER = ["Tutorial", "How to", "Reference", "Explanation"]


def on_nav(nav: Navigation, **_context: Any) -> Navigation:  # noqa: ANN401 - what mkdocs passes to all
    """Order the sections; the start page has no title yet and stays first."""
    nav.items.sort(key=lambda item: _ORDER.index(item.title) if item.title in _ORDER else -1)
    return nav
