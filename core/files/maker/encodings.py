"""In which encoding a text is written. UTF-8 is known for sure; older ones are guessed from what is likely."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

SAMPLE_BYTES = 1 << 16
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSED = [
    *("utf_16_le", "utf_16_be", "cp1252", "cp1251", "koi8_r", "cp1253", "cp1255", "cp1256"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
WESTERN = "cp1252"
FOREIGN_SHARE = 0.3
"""Bytes beyond ASCII from which a text is taken for one of another script; Western ones have few."""


def encoding_of(path: str) -> str:
    """Return the name of a text's encoding, as Python knows it."""
    with Path(path).open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    return "utf-8" if _is_utf8(sample) else _guessed(sample)


def _is_utf8(sample: bytes) -> bool:
    try:
        # The sample may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return b"\x00" not in sample


def _guessed(sample: bytes) -> str:
    best = from_bytes(sample, cp_isolation=GUESSED).best()
    if best is None:
        return WESTERN
    foreign = sum(byte > 0x7F for byte in sample) >= FOREIGN_SHARE * len(sample)
    return best.encoding if foreign or best.encoding.startswith("utf") else WESTERN
