"""What all charts have in common: altair, if it is there, their size and how they are titled."""

try:
    import altair as alt
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("Charts need altair: pip install 'contractbill[plot]'", name=error.name) from error

__all__ = ["AMOUNTS", "HEIGHT", "WIDTH", "Row", "alt", "title"]

WIDTH, HEIGHT = 640, 240
# Amounts on an axis have separators and no cents.
AMOUNTS = ",.0f"

Row = dict[str, str | float | int]


def title(text: str) -> alt.TitleParams:
    """A title above the left end of the chart."""
    return alt.TitleParams(text, anchor="start", frame="group")
