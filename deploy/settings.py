"""The product's settings as `deploy/up` and `deploy/test` run by them."""

from pathlib import Path

from pydantic import ValidationError

from deploy.failure import StackError
from parlour.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def read_settings() -> Settings:
    """Return the settings in the environment, the data folder made absolute from the repository's root.

    Raises:
        StackError: with every fault at once.
    """
    try:
        found = Settings()
    except ValidationError as error:
        raise StackError(_faults(error)) from None
    return found.model_copy(update={"data_dir": (ROOT / found.data_dir.expanduser()).resolve()})


def variable(field: str) -> str:
    """Return the name of the variable that sets a field."""
    return f"PARLOUR_{field.upper()}"


def _faults(error: ValidationError) -> str:
    faults = (f"{variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
    return "settings are wrong: " + "; ".join(faults)
