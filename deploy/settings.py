"""The settings of the stack: those of the product, and a few that only the embedded servers have."""

from pathlib import Path

from pydantic import Field, ValidationError

from deploy.failure import StackError
from parlour.core.settings import Count, Seconds, Settings

ROOT = Path(__file__).resolve().parent.parent


class StackSettings(Settings):
    """The frozen settings that `deploy/up` and `deploy/test` run by."""

    start_timeout: Seconds = Field(180, description="seconds servers and roles may take until all are ready")
    disk_min_bytes: Count = Field(1_000_000_000, description="free disk space below which nothing is started")
    mongo_cache_gb: float = Field(1, ge=0.25, description="memory of the embedded MongoDB's cache in GB")
    redis_max_bytes: Count = Field(256_000_000, description="memory of the embedded Redis")
    log_max_bytes: Count = Field(10_000_000, description="size at which a log file of the stack is rotated")
    log_backups: Count = Field(3, description="rotated log files kept for each server and role")
    open_files: Count = Field(65_536, description="files and connections a process may have open, if allowed")


def read_settings() -> StackSettings:
    """Return the settings in the environment, the data folder made absolute from the repository's root.

    Raises:
        StackError: with every fault at once.
    """
    try:
        found = StackSettings()
    except ValidationError as error:
        raise StackError(_faults(error)) from None
    return found.model_copy(update={"data_dir": (ROOT / found.data_dir.expanduser()).resolve()})


def variable(field: str) -> str:
    """Return the name of the variable that sets a field."""
    return f"PARLOUR_{field.upper()}"


def _faults(error: ValidationError) -> str:
    faults = (f"{variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
    return "settings are wrong: " + "; ".join(faults)
