"""What a schedule costs, as ratios taken within one run: these hold on a slow machine and on a busy one.

    nox -s bench

Each measurement works on a contract built for it alone, building not counted, and the two sides of a ratio take turns.
"""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.deals import amended, cut, reference, sized
from benchmarks.floor import floor
from contractbill import Contract, Schedule, diff, schedule

Work = Callable[[], object]


def whole_schedule(contract: Contract) -> Schedule:
    """A schedule with its totals, which are worked out on demand: the floor adds its own up as well."""
    made = schedule(contract)
    for invoice in made.invoices:
        _ = invoice.value
    return made


def fastest(*works: Callable[[], Work], rounds: int) -> list[float]:
    """The shortest time of each, taking turns; what a work needs is made before its clock starts."""
    best = [float("inf")] * len(works)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for place, make in enumerate(works):
                work = make()
                started = time.perf_counter()
                work()
                best[place] = min(best[place], time.perf_counter() - started)
    finally:
        gc.enable()
    return best


def show(figures: str) -> None:
    """Print what was measured, for whoever runs this to see."""
    sys.stdout.write(f"\n{figures}\n")


def on(contract: Contract) -> Work:
    """The whole schedule of a contract, still to be worked out."""
    return lambda: whole_schedule(contract)


def test_the_reference_deal_is_within_three_times_the_floor(benchmark: BenchmarkFixture) -> None:
    """The whole schedule, derivations included, against straight-line code that keeps nothing."""
    made = benchmark.pedantic(whole_schedule, setup=lambda: ((reference(),), {}), rounds=100)
    bare, ours = fastest(lambda: floor, lambda: on(reference()), rounds=300)
    benchmark.extra_info["ratio"] = round(ours / bare, 2)
    show(f"reference deal: {ours * 1e6:.0f} us, floor {bare * 1e6:.0f} us, ratio {ours / bare:.2f} (at most 3)")
    assert (len(made.invoices), len(made.charges), made.tcv.amount) == (36, 112, Decimal("531793.68"))
    assert sum(invoice[2] for invoice in floor()) == made.tcv.amount
    assert ours / bare <= 3


@pytest.mark.parametrize(
    ("what", "sizes"),
    [
        ("lines", [(10, 12), (100, 12), (1000, 12)]),
        ("periods", [(10, 12), (10, 120), (10, 600)]),
    ],
)
def test_time_grows_with_size_and_no_faster(
    benchmark: BenchmarkFixture, what: str, sizes: list[tuple[int, int]]
) -> None:
    """Ten times the lines, or the periods, take about ten times as long: never half as much again per charge."""
    benchmark.pedantic(whole_schedule, setup=lambda: ((sized(*sizes[-1]),), {}), rounds=3)
    times = fastest(*(lambda size=size: on(sized(*size)) for size in sizes), rounds=9)
    per_charge = [spent / (lines * periods) * 1e6 for spent, (lines, periods) in zip(times, sizes, strict=True)]
    benchmark.extra_info["us_per_charge"] = [round(one, 2) for one in per_charge]
    shown = ", ".join(
        f"{lines} x {periods}: {one:.2f}" for one, (lines, periods) in zip(per_charge, sizes, strict=True)
    )
    show(f"{what}: us a charge at {shown}")
    # The smallest deal carries the fixed cost of a call; from the middle one on, growth is what counts.
    assert per_charge[2] <= 1.5 * per_charge[1]
    assert per_charge[1] <= 1.5 * per_charge[0]


def test_parts_of_a_price_add_up_in_one_pass() -> None:
    """Four times the days take about four times as long, also where every amount counts toward one sum."""
    times = fastest(*(lambda years=years: on(cut(years)) for years in (2, 8)), rounds=3)
    per_day = [spent / years for spent, years in zip(times, (2, 8), strict=True)]
    show(f"a price cut by days: {per_day[0] * 1e3:.1f} ms a year over 2 years, {per_day[1] * 1e3:.1f} over 8")
    assert per_day[1] <= 1.5 * per_day[0]


def test_time_grows_with_amendments_and_no_faster(benchmark: BenchmarkFixture) -> None:
    """Each order costs what it touches, however many there were before it: never half as much again per order."""
    sizes = (10, 50, 200)
    benchmark.pedantic(whole_schedule, setup=lambda: ((amended(sizes[-1]),), {}), rounds=3)
    # The longest of them seldom runs undisturbed.
    bare, *times = fastest(*(lambda size=size: on(amended(size)) for size in (0, *sizes)), rounds=12)
    each = [(spent - bare) / size * 1e3 for spent, size in zip(times, sizes, strict=True)]
    benchmark.extra_info["ms_per_order"] = [round(one, 2) for one in each]
    shown = ", ".join(f"{size}: {one:.2f}" for one, size in zip(each, sizes, strict=True))
    show(f"amendments: ms an order at {shown}")
    # What lies before the day of a change is kept. Of few orders each has more of the fixed cost of a history.
    assert each[2] <= 1.5 * each[1]
    assert each[1] <= 1.5 * each[0]


def test_a_difference_costs_at_most_twice_its_two_schedules(benchmark: BenchmarkFixture) -> None:
    """Ten lines over 600 months: all kept, and all of another price."""
    two = (sized(10, 600), sized(10, 600, cents=1))

    def schedules() -> object:
        return [schedule(contract) for contract in two]

    before, after = map(schedule, two)
    twin = schedule(sized(10, 600))
    found = benchmark.pedantic(diff, args=(before, after), rounds=5)
    made, same, other = fastest(
        lambda: schedules,
        lambda: lambda: diff(before, twin),
        lambda: lambda: diff(before, after),
        rounds=7,
    )
    benchmark.extra_info["ratio"] = round(other / made, 2)
    ratios = f"{same / made:.2f} all kept, {other / made:.2f} all repriced"
    show(f"two schedules: {made * 1e3:.0f} ms, their difference: {ratios} (at most 2)")
    assert (len(found.changes), found.kept.count) == (6000, 0)
    assert max(same, other) / made <= 2


def test_importing_costs_little_more_than_what_it_stands_on(benchmark: BenchmarkFixture) -> None:
    """`import contractbill` against attrs, cattrs, pendulum and moneyed together, each in a new interpreter."""
    # With byte code in place, as an installed package has it.
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True, env=settings)

    ours, theirs = "import contractbill", "import attrs, cattrs, pendulum, moneyed"
    benchmark.pedantic(run, args=(ours,), rounds=3, warmup_rounds=1)
    base, full = fastest(lambda: lambda: run(theirs), lambda: lambda: run(ours), rounds=12)
    benchmark.extra_info["ratio"] = round(full / base, 2)
    show(f"import: {full * 1e3:.0f} ms, its foundations {base * 1e3:.0f} ms, ratio {full / base:.2f} (at most 1.3)")
    assert full / base <= 1.3
