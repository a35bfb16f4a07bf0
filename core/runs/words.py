"""What each type of workflow promises, and its steps, in words: the one place, for the API and the UI alike."""

from collections.abc import Mapping

from msgspec import Struct


class WorkflowWords(Struct, frozen=True, kw_only=True):
    """The words of a type of workflow. `steps` are by the names of its activities, in their order.

    `signals` say what each of its signals tells it. `cancel` and `terminate` say what doing so means; empty: it cannot
    be done. `is_ours`: it belongs to no workspace.
    """

    title: str
    promises: str
    steps: Mapping[str, str]
    signals: Mapping[str, str] = {}
    cancel: str = ""
    terminate: str = ""
    is_ours: bool = False
    is_a_persons: bool = False


BEGUN_AGAIN = (
    "Ends this run by force. What it promises stands: it is begun again from its record within minutes."
)
SWEEP = "Ends this look. The next one follows by itself."

WORKFLOWS: Mapping[str, WorkflowWords] = {
    "AccountMail": WorkflowWords(
        title="Mail of an account",
        promises="A mail about an account or an invitation is sent, once, or it is on record why not.",
        steps={"send_mail": "Send the mail"},
        terminate=BEGUN_AGAIN,
    ),
    "Announcement": WorkflowWords(
        title="Announcement",
        promises="One message goes into many channels, at a steady pace, into each once.",
        steps={"announce_next": "Send it to the next channels"},
        signals={"changed": "It was paused, resumed or stopped"},
        cancel="Sends it to no further channel. What was sent stays.",
        terminate="Ends it by force. What was sent stays; no further channel gets it.",
    ),
    "Approval": WorkflowWords(
        title="Approval",
        promises="People are asked in a channel, reminded, and others asked too; it ends in time, with who said what.",
        steps={"advance_approval": "Remind, ask others too, or end it, as is due"},
        signals={"changed": "It was answered, decided or withdrawn"},
        cancel="Withdraws the approval. Its message says so.",
        terminate=BEGUN_AGAIN,
    ),
    "AuditRetention": WorkflowWords(
        title="Removal of old audit entries",
        promises="Audits lose what their workspaces keep no longer, in a way that can still be verified.",
        steps={"trim_audits": "Remove what is older than it is kept"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "ChannelDelivery": WorkflowWords(
        title="Delivery of a channel",
        promises="Every message of a channel reaches every member: live, as a notification, or not wanted, on record.",
        steps={"route_entries": "Route new messages to the channel's members"},
        signals={"reached": "New messages were written"},
        terminate=BEGUN_AGAIN,
    ),
    "DeliverySweep": WorkflowWords(
        title="Look for undelivered messages",
        promises="Channels whose messages were left behind are found and delivered.",
        steps={"sweep_channels": "Compare all channels with their deliveries"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "Erasure": WorkflowWords(
        title="Erasure of an account",
        promises="An account is erased when its days of grace are over, unless taken back; a report says what stays.",
        steps={"look_at_erasure": "Look whether it was taken back", "erase": "Erase the next part"},
        signals={"changed": "It was taken back"},
        terminate=BEGUN_AGAIN,
    ),
    "Export": WorkflowWords(
        title="Export of channels",
        promises="Channels with all their messages are put into a zip file, which can be loaded for a while.",
        steps={
            "count_export": "Count the channels",
            "read_export": "Read the next messages and keep them",
            "pack_export": "Pack everything into one file",
        },
        signals={"changed": "It was begun, or stopped"},
        cancel="Reads no further, and deletes what was read.",
        terminate="Ends it by force, and deletes what was read.",
    ),
    "FileCheck": WorkflowWords(
        title="Scan of a file again",
        promises="The virus scanner looks at a file again, and what it finds acts on the file.",
        steps={
            "step_file_check": "Look what is to be scanned, and write down what was found",
            "rescan_content": "Have the virus scanner look at it",
        },
        signals={"changed": "It was begun, stopped, or is to be tried at once"},
        terminate="Ends it by force. The file's verdict stays as it was.",
    ),
    "FileIntake": WorkflowWords(
        title="Intake of a file",
        promises="No file is served before the virus scanner said that it is clean.",
        steps={
            "assemble_file": "Put the upload together",
            "scan_content": "Have the virus scanner look at it",
            "process_content": "Make previews, and read its text for the search",
            "finish_file": "Make it ready",
            "give_up_file": "Give up, and say why",
        },
        signals={"retry": "Somebody asked to try at once"},
        terminate=BEGUN_AGAIN,
    ),
    "FileRescan": WorkflowWords(
        title="Scan of all files again",
        promises="Everything the workspace has stored is scanned again, by the signatures of today.",
        steps={
            "begin_rescan": "Count what is stored",
            "next_contents": "Look for what today's signatures have not seen",
            "rescan_content": "Have the virus scanner look at it",
            "end_rescan": "Put the end on record",
        },
        terminate="Ends it by force. What was scanned stays scanned; it can be started again.",
    ),
    "FileSweep": WorkflowWords(
        title="Look for what files left behind",
        promises="What uploads, crashes and outages left behind of files is found and put right.",
        steps={"sweep_files": "Go through uploads, files, contents and objects"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "GuestStay": WorkflowWords(
        title="Stay of a guest",
        promises="A guest is told some days before their stay ends, and taken out of their channels when it does.",
        steps={"see_to_guest": "Tell the guest, or end the stay, as is due"},
        signals={"changed": "The stay was prolonged, shortened, or has no end any more"},
        terminate=BEGUN_AGAIN,
    ),
    "Invitation": WorkflowWords(
        title="Invitation",
        promises="Somebody who was invited hears of it, once more halfway, and it is on record how it ended.",
        steps={
            "attend_invitation": "Look how the invitation is, and what is due",
            "invitation_mailed": "Put down what became of its mail",
        },
        signals={"changed": "It was accepted, revoked, or is to be mailed again"},
        terminate=BEGUN_AGAIN,
    ),
    "Invitations": WorkflowWords(
        title="Handing over of invitations",
        promises="New invitations are mailed one after the other, at a steady pace; none is dropped.",
        steps={"hand_over_invitations": "Look for the next new invitations"},
        signals={"more": "There are new invitations"},
        terminate=BEGUN_AGAIN,
    ),
    "LaterSweep": WorkflowWords(
        title="Look for what is due",
        promises="Scheduled messages and reminders that were left behind are found.",
        steps={"sweep_later": "Compare all records with their workflows"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "LinkPreview": WorkflowWords(
        title="Preview of links",
        promises="What a message links to is looked up and shown below it.",
        steps={"unfurl": "Fetch the pages that the message links to"},
        signals={"edited": "The message was edited"},
        terminate="Ends it by force. The message stays without previews.",
    ),
    "MailSweep": WorkflowWords(
        title="Look for unsent mails",
        promises="Mails of accounts that were left behind are found.",
        steps={"sweep_mails": "Compare all mails with their workflows"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "MemberNotifications": WorkflowWords(
        title="Notifications of a person",
        promises="Whatever someone is to hear of reaches them, or it is on record why not.",
        steps={
            "plan_notifications": "Plan what they are to hear of, when, and on which way",
            "attempt_dispatch": "Send a push or a mail",
        },
        signals={"news": "There is something to look at"},
        terminate=BEGUN_AGAIN,
        is_a_persons=True,
    ),
    "NotificationSweep": WorkflowWords(
        title="Look for untold notifications",
        promises="People whose notifications were left behind are found.",
        steps={"sweep_notifications": "Compare all notifications with their workflows"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "OnboardingSweep": WorkflowWords(
        title="Look for workspaces left half-way",
        promises="Workspaces, invitations and welcomes that were left behind are found.",
        steps={"sweep_onboardings": "Compare all records with their workflows"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "Reminder": WorkflowWords(
        title="Reminder",
        promises="Someone, or a channel, is reminded at a time, once or again and again.",
        steps={"ring_reminder": "Remind", "give_up_reminder": "Give up, and say why"},
        signals={"changed": "It was changed, done or deleted"},
        cancel="Deletes the reminder.",
        terminate=BEGUN_AGAIN,
    ),
    "RunSweep": WorkflowWords(
        title="Look for runs left behind",
        promises="Workflow runs that could not begin, or whose workflow missed a change, are found.",
        steps={"sweep_runs": "Compare all runs with their workflows, and clear away old exports"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "ScheduledMessage": WorkflowWords(
        title="Scheduled message",
        promises="A message is sent at its time, once; until then its author may change or cancel it.",
        steps={"send_scheduled": "Send it", "give_up_scheduled": "Give up, and tell its author why"},
        signals={"changed": "It was changed or cancelled"},
        cancel="Cancels the message. Its author sees that.",
        terminate=BEGUN_AGAIN,
    ),
    "SearchReindex": WorkflowWords(
        title="Rebuilding of the search",
        promises="The workspace's search index is made anew, while people search and write.",
        steps={
            "begin_reindex": "Count the channels",
            "reindex_channels": "Index the next messages",
            "end_reindex": "Use the new index",
        },
        terminate="Ends it by force. Search goes on as before; it can be started again.",
    ),
    "SearchSweep": WorkflowWords(
        title="Look for what search misses",
        promises="Channels whose messages are not indexed yet are found.",
        steps={"index_behind": "Compare all channels with their index"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "SecondFactorDemand": WorkflowWords(
        title="Demand of a second step",
        promises="Who lacks a second step is told, reminded, and set aside after their time, until they have one.",
        steps={"see_to_demand": "Tell, remind, set aside or let in whoever it is time for"},
        signals={"changed": "The demand or its days changed, or somebody came"},
        terminate=BEGUN_AGAIN,
    ),
    "WebhookDelivery": WorkflowWords(
        title="Deliveries to a webhook",
        promises="Whatever a webhook is to be told of reaches its address, signed, or it is on record why not.",
        steps={"deliver_webhook": "Send what is due, in its order"},
        signals={"news": "Something waits to be sent"},
        terminate=BEGUN_AGAIN,
    ),
    "WebhookSweep": WorkflowWords(
        title="Look for events left behind",
        promises="Webhooks for which something was due, and whose workflow does not know of it, are found.",
        steps={"sweep_webhooks": "Compare what is due with its workflows"},
        terminate=SWEEP,
        is_ours=True,
    ),
    "Welcome": WorkflowWords(
        title="Welcome of a newcomer",
        promises="A newcomer is led through first steps, and reminded in their morning, until done or told to stop.",
        steps={"attend_welcome": "Look which steps are done, and remind if that is due"},
        signals={"changed": "A step was done, it was stopped, or their morning is another"},
        terminate=BEGUN_AGAIN,
    ),
    "WorkspaceOnboarding": WorkflowWords(
        title="Setting up of a workspace",
        promises="A workspace is set up whole, or not at all: what cannot be done is mended, or all is taken back.",
        steps={
            "take_onboarding_step": "Take the next step of setting it up",
            "invitations_queued": "Look how many invitations are still to be mailed",
            "mark_onboarding": "Put down where it is",
            "take_back_onboarding_step": "Take back a step that was done",
        },
        signals={"ask": "Somebody continues it, or wants it undone"},
        terminate=BEGUN_AGAIN,
    ),
}


def words_of(workflow_type: str) -> WorkflowWords:
    """Return the words of a type; of one that has none, its name must do."""
    return WORKFLOWS.get(workflow_type) or WorkflowWords(title=workflow_type, promises="", steps={})


def step_words(workflow_type: str, activity: str) -> str:
    """Return a step in words."""
    return words_of(workflow_type).steps.get(activity) or activity.replace("_", " ").capitalize()
