"""The workflows of runs by the types that have one of their own."""

from collections.abc import Callable, Mapping

from parlour.core.model.run_promises import RunKind, RunWake
from parlour.core.settings import Settings
from parlour.workflows.announcement import Announcement, AnnouncementState
from parlour.workflows.export import Export, ExportState
from parlour.workflows.file_check import FileCheck, FileCheckState
from parlour.workflows.file_intake import scan_queue
from parlour.workflows.running import Running


def _announcement(wake: RunWake, _settings: Settings) -> Running:
    state = AnnouncementState(wake.key, wake.workspace_id)
    return Running(Announcement.run, state, f"announce/{wake.key}", "Sends a message into many channels")


def _export(wake: RunWake, _settings: Settings) -> Running:
    state = ExportState(wake.key, wake.workspace_id)
    return Running(Export.run, state, f"export/{wake.key}", "Exports channels with their messages")


def _file_check(wake: RunWake, settings: Settings) -> Running:
    state = FileCheckState(
        wake.key,
        wake.workspace_id,
        scan_queue=scan_queue(settings.temporal_task_queue),
        # Sending may take as long as waiting for the answer; beside that, our own records.
        scan_seconds=2 * settings.scan_timeout + 4 * settings.mongo_timeout,
    )
    return Running(FileCheck.run, state, f"check/{wake.key}", "Scans a file again")


RUNNING: Mapping[RunKind, Callable[[RunWake, Settings], Running]] = {
    "announce": _announcement,
    "export": _export,
    "file.scan": _file_check,
}
