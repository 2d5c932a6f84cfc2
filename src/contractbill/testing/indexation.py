"""Hypothesis strategies for index clauses."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.deal import CarryOver, Index, IndexFormula
from contractbill.money import Rounding
from contractbill.testing.draws import rates

MONTHS = tuple(f"{year}-{month:02d}" for year in range(2022, 2034) for month in range(1, 13))


@st.composite
def indices(draw: DrawFn) -> Index:
    """Clauses of an index, each of which estimates what it does not know."""
    bounds = sorted(draw(st.lists(rates(), min_size=2, max_size=2)))
    formula = draw(st.sampled_from(IndexFormula))
    return Index(
        name="CPI",
        formula=formula,
        base_month=draw(st.none() | st.sampled_from(MONTHS)),
        lag_months=draw(st.sampled_from([0, 2, 4, 13])),
        floor=draw(st.none() | st.just(bounds[0])),
        cap=draw(st.none() | st.just(bounds[1])),
        share=draw(st.sampled_from(["1", "1", "0.8"])),
        plus=draw(st.sampled_from(["0", "0.01"])) if formula is IndexFormula.PREVIOUS else 0,
        carry_over=draw(st.sampled_from(CarryOver)),
        factor_to=draw(st.sampled_from(["1E-12", "0.001"])),
        factor_rounding=draw(st.sampled_from(Rounding)),
        estimate=draw(st.sampled_from(["0", "0.02"])),
    )
