"""The stores: all that is kept in MongoDB, opened once a process."""

from typing import Any

from parlour.core.search.interface import MessageIndex
from parlour.core.settings import Settings
from parlour.core.store import (
    account_mails,
    account_requests,
    approvals,
    asides,
    audit,
    avatars,
    bots,
    challenges,
    channel_changes,
    channels,
    console,
    contents,
    deliveries,
    demands,
    devices,
    directory,
    dispatches,
    drafts,
    emoji,
    entries,
    erasing,
    erasures,
    file_keeping,
    file_texts,
    files,
    groups,
    hearing,
    idempotency,
    incoming_hooks,
    invitations,
    linked_accounts,
    members,
    notification_preferences,
    notifications,
    onboardings,
    operations,
    parked,
    passkeys,
    recent_searches,
    reindexes,
    reminders,
    rescans,
    roles,
    runs,
    saved,
    scheduled,
    search,
    second_factors,
    sessions,
    sidebars,
    slash_commands,
    stays,
    threads,
    troubles,
    uploads,
    users,
    webhooks,
    welcomes,
    workspaces,
)

ALL_INDEXES = (
    users.INDEXES
    | account_mails.INDEXES
    | account_requests.INDEXES
    | sessions.INDEXES
    | challenges.INDEXES
    | passkeys.INDEXES
    | linked_accounts.INDEXES
    | workspaces.INDEXES
    | members.INDEXES
    | roles.INDEXES
    | channels.INDEXES
    | entries.INDEXES
    | threads.INDEXES
    | groups.INDEXES
    | emoji.INDEXES
    | idempotency.INDEXES
    | incoming_hooks.INDEXES
    | scheduled.INDEXES
    | search.INDEXES
    | reminders.INDEXES
    | saved.INDEXES
    | drafts.INDEXES
    | devices.INDEXES
    | dispatches.INDEXES
    | files.INDEXES
    | contents.INDEXES
    | audit.INDEXES
    | approvals.INDEXES
    | slash_commands.INDEXES
    | bots.INDEXES
    | uploads.INDEXES
    | webhooks.INDEXES
    | notifications.INDEXES
    | notification_preferences.INDEXES
    | invitations.INDEXES
    | onboardings.INDEXES
    | welcomes.INDEXES
    | runs.INDEXES
    | troubles.INDEXES
    | parked.INDEXES
    | erasures.INDEXES
    | avatars.INDEXES
)


class Stores:
    """The stores of everything. The channels' logs and the search go by a `log_database` of their own driver."""

    def __init__(self, database: Any, log_database: Any, settings: Settings) -> None:
        self.database = database
        self.users = users.Users(database)
        self.account_mails = account_mails.AccountMails(database)
        self.account_requests = account_requests.AccountRequests(database)
        self.sessions = sessions.Sessions(database)
        self.challenges = challenges.Challenges(database)
        self.second_factors = second_factors.SecondFactors(database)
        self.passkeys = passkeys.Passkeys(database)
        self.linked_accounts = linked_accounts.LinkedAccounts(database)
        self.workspaces = workspaces.Workspaces(database)
        self.members = members.Members(database)
        self.roles = roles.Roles(database)
        self.stays = stays.Stays(database)
        self.demands = demands.Demands(database)
        self.channels = channels.Channels(database)
        self.channel_changes = channel_changes.ChannelChanges(database)
        self.directory = directory.Directory(database)
        self.sidebars = sidebars.Sidebars(database)
        self.entries = entries.Entries(log_database)
        self.threads = threads.Threads(database)
        self.groups = groups.Groups(database)
        self.hearing = hearing.Hearing(database)
        self.deliveries = deliveries.Deliveries(database)
        self.erasing = erasing.Erasing(database)
        self.erasures = erasures.Erasures(database)
        self.emoji = emoji.EmojiStore(database)
        self.idempotency = idempotency.IdempotencyKeys(database)
        self.incoming_hooks = incoming_hooks.IncomingHooks(database)
        self.scheduled = scheduled.ScheduledMessages(database)
        self.reminders = reminders.Reminders(database)
        self.saved = saved.SavedMessages(database)
        self.drafts = drafts.Drafts(database)
        self.devices = devices.Devices(database)
        self.notifications = notifications.Notifications(database)
        self.notification_preferences = notification_preferences.PreferenceStore(database)
        self.dispatches = dispatches.Dispatches(database)
        self.operations = operations.Operations(database)
        self.parked = parked.ParkedMemberships(database)
        self.asides = asides.Asides(database)
        self.console = console.Console(log_database)
        self.avatars = avatars.Avatars(database)
        self.files = files.Files(database)
        self.contents = contents.Contents(database)
        self.file_texts = file_texts.FileTexts(database)
        self.audit = audit.Audit(database, secret_key=settings.secret_key.get_secret_value())
        self.approvals = approvals.Approvals(database)
        self.slash_commands = slash_commands.SlashCommands(database)
        self.bots = bots.Bots(database)
        self.file_keeping = file_keeping.FileKeeping(database)
        self.rescans = rescans.Rescans(database)
        self.runs = runs.Runs(database)
        self.troubles = troubles.Troubles(database)
        self.uploads = uploads.Uploads(database)
        self.onboardings = onboardings.Onboardings(database)
        self.invitations = invitations.Invitations(database)
        self.welcomes = welcomes.Welcomes(database)
        self.webhooks = webhooks.Webhooks(database)
        self.search: MessageIndex = search.SearchIndex(log_database)
        self.file_search: MessageIndex = search.SearchIndex(log_database, of="files")
        self.recent_searches = recent_searches.RecentSearches(database)
        self.reindexes = reindexes.Reindexes(database)
