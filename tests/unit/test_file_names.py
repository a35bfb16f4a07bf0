"""The name of a file: kept as far as it is harmless to show, whatever someone sends."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parlour.core.files.names import UNNAMED, kept_name

LONGEST = 40
ANYTHING = st.text(st.characters(), max_size=200)
NASTY = st.text(
    st.sampled_from("aB1. \t\n/\\:C\u202e\u2066\u200d\u200b\ufeff\u0301é\x00\x7f\ud800😀"), max_size=100
)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("Bericht für Zoë.pdf", "Bericht für Zoë.pdf"),
        ("Zoe\u0308.txt", "Zoë.txt"),
        ("日本語のファイル.docx", "日本語のファイル.docx"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Users\\ada\\notes.txt", "notes.txt"),
        ("C:notes.txt", "notes.txt"),
        ("../../../", UNNAMED),
        ("folder/", "folder"),
        ("annexe\u202egnp.exe", "annexegnp.exe"),
        ("a\u2066b\u2069c.txt", "abc.txt"),
        ("in\x00vo\x07ice.pdf", "invoice.pdf"),
        ("two\r\nlines.txt", "two lines.txt"),
        ("  many   blanks .txt ", "many blanks .txt"),
        (".bashrc", "bashrc"),
        ("archive.tar.gz...", "archive.tar.gz"),
        ("soft\u00adhyphen\ufeff.txt", "softhyphen.txt"),
        ("family 👩\u200d👩\u200d👧.png", "family 👩\u200d👩\u200d👧.png"),
        ("newer than our tables 🫨.png", "newer than our tables 🫨.png"),
        ("", UNNAMED),
        (" . .. ", UNNAMED),
        ("\u202e\u200b", UNNAMED),
        ('a "quoted" <name>.txt', 'a "quoted" <name>.txt'),
    ],
)
def test_a_name_is_kept_without_what_could_deceive(given: str, kept: str) -> None:
    assert kept_name(given, longest=LONGEST) == kept


def test_a_long_name_is_cut_before_its_extension() -> None:
    assert kept_name("n" * 300 + ".jpeg", longest=LONGEST) == "n" * 35 + ".jpeg"
    assert kept_name("n" * 300, longest=LONGEST) == "n" * LONGEST
    assert kept_name("no." + "x" * 300, longest=LONGEST) == "no." + "x" * 37
    assert kept_name("a" * 34 + " bcd.jpeg", longest=LONGEST) == "a" * 34 + ".jpeg"


@given(ANYTHING | NASTY)
@example("C:/C:D:\\.. C:x")
@example("a" * 39 + "\u200d.b")
def test_any_name_is_safe_to_show_and_to_save_under(given: str) -> None:
    name = kept_name(given, longest=LONGEST)
    assert 0 < len(name) <= LONGEST
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set("/\\\x00\n\r\t\u2028")
    assert name.strip(" .") == name
    seen = [c for c in name if c not in "\u200c\u200d"]
    assert not {unicodedata.category(c) for c in seen} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert kept_name(name, longest=LONGEST) == name
    name.encode()
