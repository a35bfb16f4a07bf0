// @ts-check
/** The dialog that is open, if one is. */
import { html } from '../core/html.js';
import { AskApproval } from './approval.js';
import { BrowseChannels } from './browse.js';
import { ChannelDetails } from './channel.js';
import { Archive, Convert } from './channel-questions.js';
import { CommandAnswer, Commands } from './commands.js';
import { ConfirmAction } from './confirm-action.js';
import { CreateChannel } from './create.js';
import { Delivery } from './delivery.js';
import { dialog } from './dialog.js';
import { CustomEmoji } from './emoji.js';
import { GroupDialog, GroupsDialog } from './groups.js';
import { BotDialog, CommandDialog, TokenDialog } from './integrations.js';
import { Invite } from './invite.js';
import { JumpToDate } from './jump.js';
import { EditScheduled, Remind, ScheduleMessage, Snooze } from './later.js';
import { DeleteFile, ReleaseFile, ShareFile } from './files.js';
import { Gallery } from './gallery.js';
import { DeleteMessage, Forward, Versions } from './message.js';
import { NotificationDefaults, NotificationSettings } from './notifications.js';
import { DndDialog, ProfileDialog, StatusDialog } from './myself.js';
import { DeleteRole, RemoveMember, RoleDialog, StayDialog, TransferDialog } from './administration.js';
import { AddPeople, People } from './people.js';
import { Secret } from './secret.js';
import { Appearance, LeaveChannel, LeaveWorkspace, Shortcuts } from './small.js';
import { MoveChannel, NewSection, RenameSection } from './sections.js';
import { CreateWorkspace, SetUpProgress } from './set-up.js';
import { Switcher } from './switcher.js';
import { IncomingWebhook, OutgoingWebhook, ReaddressWebhook, RemoveWebhook, RenewWebhookSecret, WebhookMade } from './webhooks.js';
import { WhyDialog } from './why.js';
import { WorkflowAction } from './workflow.js';
import { WorkspaceSettings } from './workspace.js';

const KINDS = {
  'incoming-webhook': IncomingWebhook,
  'outgoing-webhook': OutgoingWebhook,
  'readdress-webhook': ReaddressWebhook,
  'remove-webhook': RemoveWebhook,
  'renew-webhook-secret': RenewWebhookSecret,
  'webhook-made': WebhookMade,
  'add-people': AddPeople,
  appearance: Appearance,
  approval: AskApproval,
  archive: Archive,
  bot: BotDialog,
  browse: BrowseChannels,
  channel: ChannelDetails,
  'command-answer': CommandAnswer,
  commands: Commands,
  'confirm-action': ConfirmAction,
  convert: Convert,
  'create-channel': CreateChannel,
  'create-workspace': CreateWorkspace,
  'delete-file': DeleteFile,
  'delete-message': DeleteMessage,
  delivery: Delivery,
  'edit-scheduled': EditScheduled,
  dnd: DndDialog,
  emoji: CustomEmoji,
  forward: Forward,
  gallery: Gallery,
  group: GroupDialog,
  groups: GroupsDialog,
  invite: Invite,
  'jump-date': JumpToDate,
  'leave-channel': LeaveChannel,
  'leave-workspace': LeaveWorkspace,
  'move-channel': MoveChannel,
  'new-section': NewSection,
  'notification-defaults': NotificationDefaults,
  notifications: NotificationSettings,
  people: People,
  'delete-role': DeleteRole,
  'remove-member': RemoveMember,
  'rename-section': RenameSection,
  role: RoleDialog,
  stay: StayDialog,
  transfer: TransferDialog,
  profile: ProfileDialog,
  'release-file': ReleaseFile,
  remind: Remind,
  schedule: ScheduleMessage,
  'set-up': SetUpProgress,
  secret: Secret,
  'share-file': ShareFile,
  shortcuts: Shortcuts,
  'slash-command': CommandDialog,
  snooze: Snooze,
  status: StatusDialog,
  switcher: Switcher,
  token: TokenDialog,
  versions: Versions,
  why: WhyDialog,
  'workflow-action': WorkflowAction,
  'workspace-settings': WorkspaceSettings,
};

export function Dialogs() {
  if (!dialog.value) return null;
  const { kind, ...facts } = dialog.value;
  return html`<${KINDS[kind]} key=${kind} ...${facts} />`;
}
