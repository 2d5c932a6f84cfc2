"""For hosts that supply readings of indices: a source in memory, and the suite that every source passes."""

from collections.abc import Iterable, Sequence

from contractbill.charges import IndexReading
from contractbill.ports import IndexSource


class InMemoryIndexSource:
    """An `IndexSource` that holds readings in memory.

    Args:
        held: the readings, in any order.

    Example:
        >>> InMemoryIndexSource([]).readings("CPI-U West", "2026-01", "2026-12")
        ()
    """

    def __init__(self, held: Iterable[IndexReading]) -> None:
        """Keep the readings."""
        self._held = sorted(held, key=lambda one: (one.month, one.known_on))

    def readings(self, index: str, first_month: str, last_month: str) -> tuple[IndexReading, ...]:
        """The readings of an index for some months, by month and then by the day they became known."""
        return tuple(one for one in self._held if one.index == index and first_month <= one.month <= last_month)


class IndexSourceSuite:
    """What every `IndexSource` does. Inherit it in a test class, and say in `source` how to make yours.

    Example:
        >>> class TestMine(IndexSourceSuite):
        ...     def source(self, held):
        ...         return InMemoryIndexSource(held)
        >>> TestMine().test_months_are_included_from_the_first_to_the_last()
    """

    def source(self, held: Sequence[IndexReading]) -> IndexSource:
        """A source that holds exactly these readings."""
        raise NotImplementedError

    def test_it_is_an_index_source(self) -> None:
        """It has the method."""
        assert isinstance(self.source([]), IndexSource)

    def test_a_reading_comes_back_as_it_was_given(self) -> None:
        """Digit by digit, with its day and its mark."""
        exact = _reading("2026-09", "110.50", provisional=True)
        (found,) = self.source([exact]).readings(_INDEX, "2026-09", "2026-09")
        assert found == exact
        assert str(found.value) == "110.50"

    def test_months_are_included_from_the_first_to_the_last(self) -> None:
        """Across the end of a year too."""
        held = [_reading(month) for month in ("2026-10", "2026-11", "2026-12", "2027-01", "2027-02")]
        found = self.source(held).readings(_INDEX, "2026-11", "2027-01")
        assert [one.month for one in found] == ["2026-11", "2026-12", "2027-01"]

    def test_every_version_of_a_month_comes_by_the_day_it_became_known(self) -> None:
        """Whatever order they were held in."""
        late, early = _reading("2026-09", "2", known_on="2026-12-01"), _reading("2026-09", "1", known_on="2026-10-14")
        later = _reading("2026-10", "3", known_on="2026-10-15")
        assert list(self.source([later, late, early]).readings(_INDEX, "2026-01", "2026-12")) == [early, late, later]

    def test_another_index_is_another_one(self) -> None:
        """Names are told apart letter by letter."""
        source = self.source([_reading("2026-09", index="CPI-U West"), _reading("2026-09", index="CPI-U west")])
        assert [one.index for one in source.readings("CPI-U West", "2026-01", "2026-12")] == ["CPI-U West"]
        assert list(source.readings("CPI-U", "2026-01", "2026-12")) == []

    def test_no_month_is_no_fault(self) -> None:
        """Nor is a last month before the first."""
        source = self.source([_reading("2026-09")])
        assert list(source.readings(_INDEX, "2027-01", "2027-12")) == []
        assert list(source.readings(_INDEX, "2026-12", "2026-01")) == []

    def test_asked_again_it_says_the_same(self) -> None:
        """A source is not used up."""
        source = self.source([_reading("2026-09")])
        assert list(source.readings(_INDEX, "2026-09", "2026-09")) == list(
            source.readings(_INDEX, "2026-09", "2026-09")
        )

    def test_names_are_any_text(self) -> None:
        """With commas, quotation marks and letters of any script."""
        name = 'Indeks cen „towarów”, "ogółem"'
        assert [
            one.index for one in self.source([_reading("2026-09", index=name)]).readings(name, "2026-09", "2026-09")
        ]


_INDEX = "CPI-U West"


def _reading(
    month: str, value: str = "100", *, index: str = _INDEX, known_on: str = "2028-01-01", provisional: bool = False
) -> IndexReading:
    return IndexReading(index=index, month=month, value=value, known_on=known_on, provisional=provisional)
