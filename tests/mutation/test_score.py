"""The list of survivors can be read, and the reckoning around mutmut is right."""

import pytest

from tests.mutation import score

LIST = """# Title

Prose.

## `contractbill.money.total`

One reason.

```diff
- a = 1
+ a = 2

- b = 1
+ b = 2
```

Another reason.

```diff
-     c
```

## `contractbill.periods.period.Period.days`

```diff
- d
+ e
```
"""
TOTAL = "contractbill.money.total"


def test_a_list_is_read_as_changes_with_reasons() -> None:
    assert score.read(LIST) == [
        ((TOTAL, ("- a = 1", "+ a = 2")), "One reason."),
        ((TOTAL, ("- b = 1", "+ b = 2")), "One reason."),
        ((TOTAL, ("- c",)), "Another reason."),
        (("contractbill.periods.period.Period.days", ("- d", "+ e")), ""),
    ]


def test_every_survivor_listed_has_a_reason_and_stands_once() -> None:
    listed = score.read(score.SURVIVORS.read_text("utf-8"))
    assert [change for change, reason in listed if not reason] == []
    assert len({change for change, _ in listed}) == len(listed)
    assert all(score.belongs(where, score.PACKAGES) for (where, _), _ in listed)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("contractbill.money.x_total__mutmut_19", TOTAL),
        ("contractbill.money.x__scale__mutmut_2", "contractbill.money._scale"),
        ("contractbill.periods.period.xǁPeriodǁdays__mutmut_1", "contractbill.periods.period.Period.days"),
        ("contractbill.periods.period.xǁPeriodǁ__str____mutmut_1", "contractbill.periods.period.Period.__str__"),
    ],
)
def test_a_change_is_told_by_where_it_is_and_what_it_does(name: str, where: str) -> None:
    diff = "# name: survived\n--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n def f():\n-    return 1\n+    return -1\n"
    assert score.changed(name, diff) == (where, ("- return 1", "+ return -1"))


def test_statuses_are_read_from_what_mutmut_prints() -> None:
    first, second = "contractbill.money.x_add__mutmut_1", "contractbill.money.x_add__mutmut_2"
    printed = f"    {first}: killed\n    {second}: no tests\n\nother\n"
    assert score.statuses(printed) == [(first, "killed"), (second, "no tests")]


@pytest.mark.parametrize(("killed", "alive", "fails"), [(9, 1, False), (89, 11, True), (0, 0, True), (10, 0, False)])
def test_nine_of_ten_must_be_killed(killed: int, alive: int, fails: object) -> None:
    results = {f"contractbill.money.x_f__mutmut_{n}": "killed" for n in range(killed)}
    results |= {f"contractbill.money.x_g__mutmut_{n}": "survived" for n in range(alive)}
    results["contractbill.periods.x_f__mutmut_1"] = "survived"
    assert bool(score.scores(results, ["contractbill.money"])) is fails


def test_a_survivor_without_a_reason_is_a_fault() -> None:
    change = (TOTAL, ("- a", "+ b"))
    assert score.unlisted({"name": change}, {"name": "survived"}, {change}) == []
    (fault,) = score.unlisted({"name": change}, {"name": "survived"}, set())
    assert TOTAL in fault
