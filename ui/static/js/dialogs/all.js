// @ts-check
/** The dialog that is open, if one is. */
import { html } from '../core/html.js';
import { BrowseChannels } from './browse.js';
import { ChannelDetails } from './channel.js';
import { Archive, Convert } from './channel-questions.js';
import { Commands } from './commands.js';
import { CreateChannel, CreateWorkspace } from './create.js';
import { Delivery } from './delivery.js';
import { dialog } from './dialog.js';
import { CustomEmoji } from './emoji.js';
import { GroupDialog, GroupsDialog } from './groups.js';
import { Invite } from './invite.js';
import { JumpToDate } from './jump.js';
import { EditScheduled, Remind, ScheduleMessage, Snooze } from './later.js';
import { DeleteFile, ReleaseFile, ShareFile } from './files.js';
import { Gallery } from './gallery.js';
import { DeleteMessage, Forward, Versions } from './message.js';
import { NotificationDefaults, NotificationSettings } from './notifications.js';
import { DndDialog, ProfileDialog, StatusDialog } from './myself.js';
import { AddPeople, People } from './people.js';
import { Appearance, LeaveChannel, LeaveWorkspace, Shortcuts } from './small.js';
import { MoveChannel, NewSection, RenameSection } from './sections.js';
import { Switcher } from './switcher.js';
import { WhyDialog } from './why.js';
import { WorkspaceSettings } from './workspace.js';

const KINDS = {
  'add-people': AddPeople,
  appearance: Appearance,
  archive: Archive,
  browse: BrowseChannels,
  channel: ChannelDetails,
  commands: Commands,
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
  'rename-section': RenameSection,
  profile: ProfileDialog,
  'release-file': ReleaseFile,
  remind: Remind,
  schedule: ScheduleMessage,
  'share-file': ShareFile,
  shortcuts: Shortcuts,
  snooze: Snooze,
  status: StatusDialog,
  switcher: Switcher,
  versions: Versions,
  why: WhyDialog,
  'workspace-settings': WorkspaceSettings,
};

export function Dialogs() {
  if (!dialog.value) return null;
  const { kind, ...facts } = dialog.value;
  return html`<${KINDS[kind]} key=${kind} ...${facts} />`;
}
