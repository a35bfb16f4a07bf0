"""A secret that a setting holds as it is, or as the path of the file that holds it."""

from pathlib import Path

from pydantic import SecretStr

from parlour.core.outside.faults import ConfigurationError

BEGINNINGS = ("{", "-----")


def text_of(given: SecretStr, variable: str) -> str:
    """Return the secret itself.

    Raises:
        ConfigurationError: the file cannot be read; it names the variable.
    """
    text = given.get_secret_value().strip()
    if text.startswith(BEGINNINGS):
        return text
    try:
        return Path(text).read_text().strip()
    except (OSError, ValueError):
        raise ConfigurationError(f"{variable} names no file that can be read") from None
