"""What servers and libraries say when they fail, without what nobody is to read there: secrets, and long quotes."""

import re

LONGEST = 300
SECRETS = (
    (re.compile(r"(?<=://)[^/@\s]+(?=@)"), "…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 …"),
    (re.compile(r"\b(?:prl_(?:pat|bot)|whsec|xox[abp])[_-][\w.-]+"), "…"),
    (re.compile(r"(?i)\b(token|secret|password|signature|key)(\s*[=:]\s*)[^\s&,;]+"), r"\1\2…"),
    (re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{41,}\b"), "…"),
)


def redacted(message: str) -> str:
    """Return the first lines of a message without secrets, at most `LONGEST` characters."""
    told = " ".join(message.split())
    for secret, instead in SECRETS:
        told = secret.sub(instead, told)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
