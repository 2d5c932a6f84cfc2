"""Sources of index readings: the file and the fake pass the same suite; what is wrong with a file is told by line."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from contractbill import AdapterFailure, IndexReading, InvalidTerms
from contractbill.adapters.index_csv import CsvIndexSource, read_index_csv
from contractbill.ports import IndexSource
from contractbill.testing import IndexSourceSuite, InMemoryIndexSource

HEAD = "index,month,value,known_on"
ROW = "CPI,2026-09,110.5,2026-10-14"
READ = IndexReading(index="CPI", month="2026-09", value="110.5", known_on="2026-10-14")


class TestInMemory(IndexSourceSuite):
    def source(self, held: Sequence[IndexReading]) -> IndexSource:
        return InMemoryIndexSource(held)


class TestCsv(IndexSourceSuite):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def source(self, held: Sequence[IndexReading]) -> IndexSource:
        file = self.folder / "indices.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            rows = csv.writer(target)
            rows.writerow([*HEAD.split(","), "provisional"])
            rows.writerows([one.index, one.month, one.value, one.known_on, one.provisional] for one in held)
        return CsvIndexSource(file)


def test_a_suite_without_a_source_fails() -> None:
    with pytest.raises(NotImplementedError):
        IndexSourceSuite().test_it_is_an_index_source()


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{ROW}",
        f"{HEAD}\r\n{ROW}\r\n",
        f"\n{HEAD}\n\n,,,\n{ROW}\n",
        f"\ufeff{HEAD}\n{ROW}",
        "Known_On, Month ,VALUE,note,index\n2026-10-14, 2026-09 ,110.5,preliminary,CPI",
        f"{HEAD},provisional\n{ROW},\n",
        f"{HEAD},provisional\n{ROW},No\n",
        '"index","month","value","known_on","note"\n"CPI","2026-09","110.5","2026-10-14","of\ntwo lines"',
    ],
)
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-8-sig", "utf-16"])
def test_what_a_file_may_look_like(text: str, encoding: str | None) -> None:
    source = text if encoding is None else text.removeprefix("\ufeff").encode(encoding)
    assert read_index_csv(source) == (READ,)


def test_an_encoding_without_a_mark_is_said() -> None:
    named = read_index_csv(f"{HEAD}\nPréf,2026-09,1,2026-10-14".encode("latin-1"), encoding="latin-1")
    assert named[0].index == "Préf"


def test_provisional_values_say_so() -> None:
    rows = read_index_csv(f"{HEAD},provisional\n{ROW},TRUE\nCPI,2026-09,110.6,2026-11-14,0")
    assert [(str(one.value), one.provisional) for one in rows] == [("110.5", True), ("110.6", False)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["$.index: missing", "$.month: missing", "$.value: missing", "$.known_on: missing"]),
        ("index,month,value,index", ["$.index: duplicate_key", "$.known_on: missing"]),
        (f"{HEAD}\nCPI,2026-09,110.5", ["$.lines[2]: wrong_columns"]),
        (f"{HEAD}\n{ROW},x", ["$.lines[2]: wrong_columns"]),
        (f"{HEAD}\n{ROW}\n{ROW}", ["$.lines[3]: duplicate_reading"]),
        (
            f'{HEAD},provisional,note\n{ROW},,\nCPI,2026,0,soon,maybe,\nCPI,2026-10,110.5,2026-11-12,,"a\nb"\nCPI,x,1,2026-01-01,,',
            [
                "$.lines[3].month: not_a_month",
                "$.lines[3].value: too_small",
                "$.lines[3].known_on: not_a_date",
                "$.lines[3].provisional: not_a_bool",
                "$.lines[6].month: not_a_month",
            ],
        ),
        (f"{HEAD},provisional\n{ROW},perhaps", ["$.lines[2].provisional: not_a_bool"]),
        (f'{HEAD}\n"CPI"x,2026-09,110.5,2026-10-14', ["$: not_csv"]),
    ],
)
def test_every_bad_row_is_told_by_its_line(text: str, told: list[str]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        read_index_csv(text)
    assert [f"{issue.path}: {issue.code}" for issue in refused.value.issues] == told


def test_bytes_of_another_encoding_are_refused() -> None:
    with pytest.raises(InvalidTerms, match=r"wrong_encoding: must be text in utf-8 \(got 'byte 0xe9 at offset 29'\)"):
        read_index_csv(f"{HEAD}\nPréf".encode("latin-1"))


def test_a_file_that_is_not_there_may_come(tmp_path: Path) -> None:
    with pytest.raises(AdapterFailure, match="not_readable") as failed:
        CsvIndexSource(tmp_path / "none.csv").readings("CPI", "2026-01", "2026-12")
    assert failed.value.retryable
