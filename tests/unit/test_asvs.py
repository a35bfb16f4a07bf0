"""The table of the Application Security Verification Standard names what is there, and leaves nothing out."""

import re
from pathlib import Path

HERE = Path(__file__).parents[2]
TABLE = HERE / "api" / "ASVS.md"
# Every requirement of levels 1 and 2 in the chapters that the table is about: the numbers of each section.
REQUIRED = {
    "2.1": range(1, 13),
    "2.2": range(1, 4),
    "2.3": range(1, 4),
    "2.4": range(1, 6),
    "2.5": range(1, 8),
    "2.6": range(1, 4),
    "2.7": range(1, 7),
    "2.8": range(1, 8),
    "2.9": range(1, 4),
    "2.10": range(1, 5),
    "3.1": (1,),
    "3.2": range(1, 5),
    "3.3": range(1, 5),
    "3.4": range(1, 6),
    "3.5": range(1, 4),
    "3.7": (1,),
    "4.1": (1, 2, 3, 5),
    "4.2": (1, 2),
    "4.3": (1, 2, 3),
    "5.1": range(1, 6),
    "5.2": range(1, 9),
    "5.3": range(1, 11),
    "7.1": range(1, 5),
    "7.2": (1, 2),
    "7.3": (1, 3, 4),
    "7.4": (1, 2, 3),
    "8.2": (1, 2, 3),
    "8.3": range(1, 9),
    "9.1": (1, 2, 3),
    "9.2": range(1, 5),
    "12.1": (1, 2, 3),
    "12.2": (1,),
    "12.3": range(1, 7),
    "12.4": (1, 2),
    "12.5": (1, 2),
    "12.6": (1,),
    "13.1": (1, 3, 4, 5),
    "13.2": (1, 2, 3, 5, 6),
    "13.3": (1, 2),
    "13.4": (1, 2),
    "14.4": range(1, 8),
    "14.5": range(1, 5),
}
STATES = {"met", "partly", "not met", "n/a"}


def rows() -> list[list[str]]:
    lines = TABLE.read_text().splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d", line)
    ]


def test_no_requirement_is_left_out_and_none_is_there_twice() -> None:
    wanted = [f"{section}.{number}" for section, numbers in REQUIRED.items() for number in numbers]
    assert [row[0] for row in rows()] == wanted


def test_every_row_has_a_state_and_what_is_not_met_says_why() -> None:
    for number, state, where, _ in rows():
        assert state in STATES, number
        assert where, number
        if state in {"partly", "not met"}:
            assert len(re.sub(r"`[^`]*`|\W", "", where)) > 10, f"{number}: why?"


def test_every_file_and_every_test_that_is_named_is_there() -> None:
    for number, _, where, shown in rows():
        for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]+)`", where):
            if not name.startswith(("/", "api/v1")):
                assert (HERE / name).is_file(), f"{number}: {name} is not there"
        for name in re.findall(r"`([^`]+)`", shown):
            file, _, test = name.partition("::")
            text = (HERE / file).read_text()
            assert not test or re.search(rf"def {test}\(", text), f"{number}: {name} is not there"
