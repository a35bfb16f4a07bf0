// @ts-check
/** What the server says, applied to what the app knows. */
import { batch } from '@preact/signals-core';
import { on } from '../net/connection.js';
import { me } from '../net/session.js';
import { catchUpAll, fetchMissed, forgetLog, takeEntry } from './logs.js';
import { advance, forgetMarks, refreshMembers } from './members.js';
import { flush } from './outbox.js';
import { loadPeople } from './people.js';
import { repeatMarks } from './receipts.js';
import { channelId, workspace } from './route.js';
import { putSidebar, replaceSidebars } from './sidebar.js';
import { dropChannel, dropWorkspace, patchChannel, patchWorkspace, putChannel, putWorkspace, readUpTo, replaceChannels, workspaces } from './store.js';
import { followedThread, loadThreadMarks, readThread, reopenThread } from './threads.js';

/** The kinds of entries of a channel's log, but for messages. */
const ENTRIES = [
  'channel.changed',
  'member.joined',
  'member.left',
  'message.edited',
  'message.deleted',
  'message.pinned',
  'message.unpinned',
  'message.unfurled',
  'message.acted',
  'approval.changed',
  'reaction.added',
  'reaction.removed',
];

/** Listens to the connection. Call before it starts. */
export function followEvents() {
  on('ready', ready);
  on('message.sent', ({ message }) => takeEntry(message));
  for (const kind of ENTRIES) on(kind, ({ entry }) => takeEntry(entry));
  on('channel.seen', seen);
  on('channel.unread', ({ channel_id, n }) => patchChannel(channel_id, { unread_from: n }));
  on('channel.delivered', ({ channel_id, user_id, n }) => advance(channel_id, user_id, 'received_n', n));
  on('membership.changed', ({ membership: { channel_id, ...preferences } }) => patchChannel(channel_id, preferences));
  on('sidebar.changed', ({ sidebar }) => putSidebar(sidebar));
  on('channel.joined', ({ channel }) => putChannel(channel));
  on('channel.left', ({ channel_id }) => drop(channel_id));
  on('thread.read', ({ root_id, seq }) => readThread(root_id, seq));
  on('thread.followed', ({ root_id, channel_id, following }) => followedThread(root_id, channel_id, following));
  on('workspace.joined', (data) => putWorkspace(data.workspace));
  on('workspace.changed', changed);
  on('workspace.standing_changed', (data) => patchWorkspace(data.workspace.id, data.workspace));
  on('workspace.left', ({ workspace_id, user_id }) => user_id === me.peek()?.id && dropWorkspace(workspace_id));
}

/** @param {{workspaces: import('./store.js').Workspace[], channels: import('./store.js').Channel[], sidebars: import('./sidebar.js').SidebarFacts[]}} state */
function ready(state) {
  repeatMarks(state.channels);
  batch(() => {
    replaceChannels(state.channels);
    workspaces.value = state.workspaces;
    replaceSidebars(state.sidebars);
  });
  flush();
  catchUpAll().then(() => fetchMissed(state.channels));
  refreshMembers(channelId.peek() ?? '');
  reopenThread();
  if (workspace.peek()) loadPeople(/** @type {any} */ (workspace.peek()).id);
  if (workspace.peek()) loadThreadMarks(/** @type {any} */ (workspace.peek()).id);
}

/** @param {{channel_id: string, user_id: string, n: number}} mark */
function seen({ channel_id, user_id, n }) {
  advance(channel_id, user_id, 'read_n', n);
  if (user_id === me.peek()?.id) readUpTo(channel_id, n);
}

/** @param {{workspace_id: string, changes: Partial<import('./store.js').Workspace>}} news */
function changed({ workspace_id, changes }) {
  patchWorkspace(workspace_id, changes);
  // What was heard of who has seen what is no longer shown, or shown again.
  if ('show_seen' in changes) forgetMarks(channelId.peek() ?? '');
}

/** @param {string} id */
function drop(id) {
  dropChannel(id);
  forgetLog(id);
}
