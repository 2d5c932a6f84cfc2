"""The command as a process: pipes that close, terminals, other locales, the same bytes every time."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

ROOT = Path(__file__).parents[2]
SALES_LED = str(ROOT / "examples" / "deals" / "sales-led.toml")
OFFER = str(ROOT / "examples" / "deals" / "sales-led-offer.toml")
PROGRAM = [sys.executable, "-c", "from contractbill.cli import main; main()"]


def start(
    arguments: tuple[str, ...], environment: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )


def printed(*arguments: str, **environment: str) -> bytes:
    process = start(arguments, environment)
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    return output


def on_a_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What a terminal receives."""
    ours, theirs = pty.openpty()
    process = start(arguments, {"TERM": "xterm", **environment, "COLUMNS": str(columns)}, stdout=theirs)
    os.close(theirs)
    received = b""
    try:
        while chunk := os.read(ours, 65536):
            received += chunk
    except OSError:
        # How Linux says that the other end has closed.
        pass
    finally:
        os.close(ours)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    return received.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_the_same_bytes_under_any_hash_seed_and_locale(form: str) -> None:
    outputs = {
        printed("schedule", SALES_LED, "--format", form, PYTHONHASHSEED=seed, LC_ALL=locale, PYTHONIOENCODING=encoding)
        for seed, locale, encoding in [("0", "C.UTF-8", "utf-8"), ("1", "C", "ascii"), ("77", "POSIX", "latin-1")]
    }
    assert len(outputs) == 1
    assert b"\x1b" not in outputs.pop()


@pytest.mark.parametrize("form", ["table", "json", "csv", "html"])
def test_a_difference_is_the_same_bytes_under_any_hash_seed_and_locale(form: str) -> None:
    outputs = {
        printed("diff", SALES_LED, OFFER, "--format", form, PYTHONHASHSEED=seed, LC_ALL=locale)
        for seed, locale in [("0", "C.UTF-8"), ("77", "POSIX")]
    }
    assert len(outputs) == 1
    assert b"\x1b" not in outputs.pop()


def test_a_terminal_gets_a_difference_in_colours() -> None:
    screen = on_a_terminal("diff", OFFER, SALES_LED, columns=120)
    assert "\x1b[31mremoved" in screen


def test_a_pipe_gets_plain_text_with_the_fixed_total() -> None:
    assert b"408,960.87  fixed" in printed("schedule", SALES_LED, FORCE_COLOR="1")


def test_a_terminal_gets_a_drawn_table_that_fits_80_columns() -> None:
    screen = on_a_terminal("schedule", SALES_LED, columns=80, NO_COLOR="1", TERM="dumb")
    assert "─" * 40 in screen
    assert " 2027-01-15  2027-03-01  112,200.00  fixed       platform, seats, more-seats" in screen
    assert max(map(len, screen.splitlines())) <= 80
    assert "\x1b[1m" in on_a_terminal("schedule", SALES_LED, columns=80)


def test_a_terminal_too_narrow_for_the_columns_gets_plain_text_with_every_amount() -> None:
    screen = on_a_terminal("schedule", SALES_LED, columns=50)
    assert "─" not in screen
    assert "2027-01-15  2027-03-01  112,200.00  fixed       platform, seats, more-seats" in screen


def test_a_reader_that_leaves_is_no_error_to_speak_of() -> None:
    process = start(("schedule", SALES_LED, "--format", "json"))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()


def test_an_output_that_cannot_be_written_is_told() -> None:
    # A device that is always full.
    with Path("/dev/full").open("wb") as full:
        process = start(("schedule", SALES_LED), stdout=full.fileno())
    _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.endswith(b"Error: The output cannot be written: No space left on device.\n")


# Each row: what the shell does to the streams of a command, the command, how it ends, and what it says.
STREAMS = [
    (">&-", ("schedule", SALES_LED), 2, "Error: The output cannot be written: it is closed.\n"),
    (">&-", ("schedule", SALES_LED, "--format", "json"), 2, "The output cannot be written: it is closed."),
    (">&-", ("--help",), 2, "Error: The output cannot be written: it is closed.\n"),
    ("</dev/null >/dev/full", ("--help",), 2, "Error: The output cannot be written: No space left on device.\n"),
    (">/dev/full", ("schedule", "--help"), 2, "Error: The output cannot be written: No space left on device.\n"),
    (">/dev/full", ("--version",), 2, "Error: The output cannot be written: No space left on device.\n"),
    (">/dev/full", ("check", SALES_LED, "--format=json"), 2, "The output cannot be written: No space left on device."),
    ("<&-", ("schedule", "-"), 2, "Error: Invalid value for 'FILE': Standard input is closed.\n"),
    ("<&-", ("diff", SALES_LED, "-", "--format", "json"), 2, "Invalid value for 'NEW': Standard input is closed."),
    ("<&-", ("check", SALES_LED), 0, ""),
    ("2>/dev/full", ("check", "nowhere.toml"), 2, ""),
    ("2>/dev/full", ("check", str(ROOT / "README.md")), 2, ""),
]


@pytest.mark.parametrize(("streams", "words", "status", "told"), STREAMS, ids=[f"{row[1]}{row[0]}" for row in STREAMS])
def test_a_stream_that_is_closed_or_full_is_told(streams: str, words: tuple[str, ...], status: int, told: str) -> None:
    command = ["sh", "-c", f'exec "$@" {streams}', "sh", *PROGRAM, *words]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    assert finished.returncode == status, finished.stderr
    if status == 2 and "json" in "".join(words):
        assert [one["message"] for one in json.loads(finished.stderr)["issues"]] == [told]
    else:
        assert finished.stderr.endswith(told)
        assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("words", [("--help",), ("vary", "--help"), ("--version",)])
def test_a_reader_of_help_that_leaves_is_no_error_either(words: tuple[str, ...]) -> None:
    process = start(words)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()


def test_a_deal_is_called_by_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/x\xff.toml")
    Path(odd).write_bytes(Path(OFFER).read_bytes())
    assert b"sales-led,sales-led,tcv," in printed("compare", SALES_LED, odd, "--format", "csv")
    assert b"\nx\\xff,sales-led,tcv," in printed("compare", SALES_LED, odd, "--format", "csv")
    rows = json.loads(printed("compare", SALES_LED, odd, "--format", "json"))["figures"]
    assert {row["deal"] for row in rows} == {"sales-led", r"x\xff"}
    assert printed("compare", SALES_LED, odd).startswith(b"sales-led compared with x\\xff, in USD\n")


def test_a_long_description_wraps_in_its_own_column(tmp_path: Path) -> None:
    file = tmp_path / "deal.toml"
    told = "\u30d7" * 30 + ", " + "word " * 20
    text = Path(SALES_LED).read_text("utf-8").replace('id = "seats"\n', f'id = "seats"\ndescription = "{told}"\n')
    file.write_text(text, "utf-8")
    screen = on_a_terminal("schedule", str(file), columns=80, NO_COLOR="1", TERM="dumb")
    assert "\u2500" * 40 in screen
    assert max(map(cell_len, screen.splitlines())) <= 80
    assert sum(line.startswith(" 20") for line in screen.splitlines()) == 18


def test_a_malformed_deal_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "deal.toml"
    file.write_text('schema = "contractbill/deal"\nversion = 1\nid = ""\n', "utf-8")
    process = start(("schedule", str(file)))
    output, errors = process.communicate()
    assert (process.returncode, output) == (2, b"")
    assert b"Traceback" not in errors
    assert {line.split(b":")[0] for line in errors.splitlines()} == {b"$.id", b"$.currency"}
