"""What this machine lets processes have."""

import os
import pwd
import resource

from parlour.core.settings import Settings


def open_files(settings: Settings) -> int:
    """Return how many files a process may have open: as many as wanted, or as the machine allows."""
    _, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    return settings.open_files if allowed == resource.RLIM_INFINITY else min(settings.open_files, allowed)


def current_user_if_root() -> str | None:
    """Return root's name when we are root: servers that would change to another user are told not to."""
    return pwd.getpwuid(0).pw_name if os.geteuid() == 0 else None
