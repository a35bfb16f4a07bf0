"""Every type of run that can be started by API."""

from collections.abc import Mapping
from typing import get_args

import msgspec

from parlour.core.model.page import Page
from parlour.core.model.runs import Action, SignalKind, WorkflowType
from parlour.core.runs.announce import ANNOUNCE
from parlour.core.runs.approval_ask import APPROVAL_ASK
from parlour.core.runs.export import EXPORT
from parlour.core.runs.file_scan import FILE_SCAN
from parlour.core.runs.kinds import RunType
from parlour.core.runs.members_invite import MEMBERS_INVITE
from parlour.core.runs.message_send import MESSAGE_SEND
from parlour.core.runs.remind import REMIND
from parlour.core.runs.search_rebuild import SEARCH_REBUILD
from parlour.core.runs.words import WORKFLOWS
from parlour.core.runs.workspace_onboard import WORKSPACE_ONBOARD

TYPES: Mapping[str, RunType] = {
    kind.name: kind
    for kind in (
        MESSAGE_SEND,
        ANNOUNCE,
        REMIND,
        APPROVAL_ASK,
        WORKSPACE_ONBOARD,
        MEMBERS_INVITE,
        FILE_SCAN,
        EXPORT,
        SEARCH_REBUILD,
    )
}


def listed() -> Page[WorkflowType]:
    """Return all of them, as they are told."""
    return Page([_told(kind) for kind in TYPES.values()])


def actions_of(kind: RunType) -> list[Action]:
    """Return what may be done to runs of a type at all."""
    there: dict[Action, object] = {
        "signal": kind.signals,
        "cancel": kind.cancel,
        "terminate": kind.terminate or kind.cancel,
        "retry": kind.retry,
    }
    return [action for action in get_args(Action) if there[action]]


def _told(kind: RunType) -> WorkflowType:
    return WorkflowType(
        name=kind.name,
        title=kind.title,
        promises=kind.promises,
        steps=list(WORKFLOWS[kind.workflow].steps.values()),
        needs=kind.needs,
        may_start=kind.may_start,
        subject=kind.subject,
        actions=actions_of(kind),
        signals=[
            SignalKind(name=name, words=signal.words, payload=_schema(signal.payload))
            for name, signal in kind.signals.items()
        ],
        input=_schema(kind.input),
        result=_schema(kind.result),
    )


def _schema(model: type[msgspec.Struct]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(msgspec.json.schema(model)))
