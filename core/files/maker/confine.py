"""The walls of the maker, put up by itself before it loads a library or opens what a stranger made.

What holds where:

- Limits on memory, CPU, sizes and numbers of files, everywhere; it is nicer than all else, dies with its parent, and
  can gain no privileges.
- **No network**: on Linux for x86-64 and arm64 the kernel refuses to open or connect a socket (`system_calls`). Where
  it may (root, or user namespaces are allowed), the maker also moves to a network namespace with nothing in it. Where
  neither can be had it refuses to work, and files go without previews.
- **No other files**: with Landlock (Linux 5.13) it reads its own job, Python and the system's libraries, and writes its
  results, nothing else: not the worker's environment in /proc, not its secrets. Older kernels leave that to the
  permissions of the worker's user.
"""

import os
import resource
import signal
import sys
from pathlib import Path

from parlour.core.files.maker import file_rights, system_calls
from parlour.core.files.maker.job import NO_WALLS, RESULTS, Job
from parlour.core.files.maker.system_calls import LIBC

OPEN_FILES = 64
NICER = 10
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
CODE = Path(__file__).parents[2]


def confine(job: Job, parent: int) -> None:
    """Put up all walls that the system has, or exit; `parent` is the process that started this one."""
    _limit(job)
    _die_with(parent)
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    apart = _leave_network()
    file_rights.restrict(
        read=[*SYSTEM, sys.prefix, sys.base_prefix, str(CODE), job.source],
        write=[f"{job.folder}/{RESULTS}"],
    )
    if not (system_calls.refuse() or apart):
        sys.exit(NO_WALLS)


def _limit(job: Job) -> None:
    limits = job.limits
    for kind, most in (
        (resource.RLIMIT_AS, limits.preview_memory_bytes),
        (resource.RLIMIT_CPU, limits.preview_make_seconds),
        (resource.RLIMIT_FSIZE, limits.preview_result_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    os.nice(NICER)


def _die_with(parent: int) -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The parent is gone.")


def _leave_network() -> bool:
    return any(LIBC.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))
