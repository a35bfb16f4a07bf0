"""A workflow's history in words: what happened, one line a step however often it was tried. Never what it carried."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent

from parlour.core.model.workflows import Happened
from parlour.core.runs.redact import redacted
from parlour.core.runs.words import step_words, words_of


def retold(events: Iterable[HistoryEvent], workflow_type: str = "") -> list[Happened]:
    """Return what happened in words, the first first."""
    telling = _Telling(workflow_type)
    for event in events:
        telling.hear(event)
    return telling.happened


class _Telling:
    """Goes through a history, remembering what was begun."""

    def __init__(self, workflow_type: str) -> None:
        self.happened: list[Happened] = []
        self._type = workflow_type
        self._steps: dict[int, tuple[str, datetime]] = {}
        self._attempts: dict[int, int] = {}
        self._hearing: Mapping[int, Callable[[HistoryEvent], None]] = {
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: self._started,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: self._signalled,
            EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: self._scheduled,
            EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: self._tried,
            EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: self._did,
            EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: self._failed,
            EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: self._timed_out,
            EventType.EVENT_TYPE_TIMER_STARTED: self._waits,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: self._completed,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: self._broke,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: self._broke,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED: self._asked_to_stop,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: self._terminated,
            EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: self._continued,
            EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED: self._stumbled,
            EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED: self._child,
        }

    def hear(self, event: HistoryEvent) -> None:
        hearing = self._hearing.get(event.event_type)
        if hearing is not None:
            hearing(event)

    def _say(
        self,
        event: HistoryEvent,
        words: str,
        tone: str = "plain",
        *,
        took_ms: int | None = None,
        attempts: int = 1,
    ) -> None:
        self.happened.append(
            Happened(at=_moment(event.event_time), words=words, tone=tone, took_ms=took_ms, attempts=attempts)  # type: ignore[arg-type]
        )

    def _started(self, event: HistoryEvent) -> None:
        told = event.workflow_execution_started_event_attributes
        self._type = told.workflow_type.name
        self._say(event, "Went on from an earlier run." if told.continued_execution_run_id else "Began.")

    def _signalled(self, event: HistoryEvent) -> None:
        name = event.workflow_execution_signaled_event_attributes.signal_name
        told = words_of(self._type).signals.get(name)
        self._say(event, f"{told}." if told else f"Was told “{name}”.")

    def _scheduled(self, event: HistoryEvent) -> None:
        name = event.activity_task_scheduled_event_attributes.activity_type.name
        self._steps[event.event_id] = (step_words(self._type, name), _moment(event.event_time))

    def _tried(self, event: HistoryEvent) -> None:
        told = event.activity_task_started_event_attributes
        self._attempts[told.scheduled_event_id] = told.attempt

    def _did(self, event: HistoryEvent) -> None:
        self._end(event, event.activity_task_completed_event_attributes.scheduled_event_id, "", "good")

    def _failed(self, event: HistoryEvent) -> None:
        told = event.activity_task_failed_event_attributes
        self._end(event, told.scheduled_event_id, _why(told.failure), "bad")

    def _timed_out(self, event: HistoryEvent) -> None:
        told = event.activity_task_timed_out_event_attributes
        self._end(event, told.scheduled_event_id, "It took too long, or its worker was lost.", "bad")

    def _end(self, event: HistoryEvent, scheduled: int, why: str, tone: str) -> None:
        step, since = self._steps.pop(scheduled, ("A step", _moment(event.event_time)))
        took_ms = round((_moment(event.event_time) - since).total_seconds() * 1000)
        words = f"{step}: given up. {why}" if tone == "bad" else f"{step}: done."
        self._say(event, words, tone, took_ms=took_ms, attempts=self._attempts.pop(scheduled, 1))

    def _waits(self, event: HistoryEvent) -> None:
        told = event.timer_started_event_attributes
        self._say(event, f"Waits for {_span(told.start_to_fire_timeout)}, or until it is told something.")

    def _completed(self, event: HistoryEvent) -> None:
        self._say(event, "Done.", "good")

    def _broke(self, event: HistoryEvent) -> None:
        why = _why(event.workflow_execution_failed_event_attributes.failure)
        self._say(event, f"Broke off. {why}".strip(), "bad")

    def _asked_to_stop(self, event: HistoryEvent) -> None:
        self._say(event, "Was asked to stop.")

    def _terminated(self, event: HistoryEvent) -> None:
        why = redacted(event.workflow_execution_terminated_event_attributes.reason)
        self._say(event, f"Ended by force{f': {why}' if why else ''}.", "bad")

    def _continued(self, event: HistoryEvent) -> None:
        self._say(event, "Goes on in a new run, since its history was long.")

    def _stumbled(self, event: HistoryEvent) -> None:
        why = _why(event.workflow_task_failed_event_attributes.failure)
        self._say(event, f"Could not decide what comes next. {why}".strip(), "bad")

    def _child(self, event: HistoryEvent) -> None:
        name = event.child_workflow_execution_started_event_attributes.workflow_type.name
        self._say(event, f"Began another workflow: {words_of(name).title}.")


def _why(failure: Failure) -> str:
    """Return what went wrong at the root of a failure."""
    while failure.HasField("cause"):
        failure = failure.cause
    return redacted(failure.message)


def _span(duration: Duration) -> str:
    seconds = duration.ToTimedelta().total_seconds()
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "a moment" if seconds < 1 else f"{round(seconds)} s"


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)
