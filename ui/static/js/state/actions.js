// @ts-check
/** What a person can do, apart from writing. Each throws a `Problem` that says why it could not be done. */
import { call } from '../net/http.js';
import { stop } from '../net/connection.js';
import { me, signOut } from '../net/session.js';
import { forgetAttachments } from './attachments.js';
import { forgetLog } from './logs.js';
import { loadMembers } from './members.js';
import { toast, toastProblem } from './notices.js';
import { leavePush } from './push.js';
import { go, homeOf, openChannel, pathTo, workspace } from './route.js';
import { dropChannel, dropWorkspace, nameOf, putChannel } from './store.js';

/** @typedef {import('./store.js').Channel} Channel */

const here = () => /** @type {import('./store.js').Workspace} */ (workspace.peek());
const myId = () => /** @type {string} */ (me.peek()?.id);

/**
 * A page of the channels of the workspace that I belong to or could join.
 * @param {{q: string, sort: string, archived: string, cursor?: string}} wanted
 * @returns {Promise<{items: (Channel & {member: boolean})[], next: string | null}>}
 */
export const browse = (wanted) => call('GET', `/workspaces/${here().id}/channels?${new URLSearchParams({ limit: '50', ...wanted })}`);

/** @param {string} name @param {'public' | 'private'} kind */
export async function createChannel(name, kind) {
  const created = await call('POST', `/workspaces/${here().id}/channels`, { name, kind });
  enter(created);
}

/** @param {string} userId */
export async function openDirect(userId) {
  enter(await call('POST', `/workspaces/${here().id}/channels`, { kind: 'direct', user_ids: [userId] }));
}

/** Opens the conversation with several people, a new one if there is none yet. @param {string[]} userIds */
export async function openGroup(userIds) {
  enter(await call('POST', `/workspaces/${here().id}/channels`, { kind: 'group', user_ids: userIds }));
}

/** @param {string} channelId */
export async function join(channelId) {
  await call('POST', `/channels/${channelId}/members`, { user_id: myId() });
  enter(await call('GET', `/channels/${channelId}`));
}

/** Leaves a channel; one that is open to all offers the way back. @param {Channel} channel */
export async function leave(channel) {
  await call('DELETE', `/channels/${channel.id}/members/${myId()}`);
  dropChannel(channel.id);
  forgetLog(channel.id);
  go(pathTo(here().slug, homeOf(here().id)), { replace: true });
  const undo = { label: 'Undo', run: () => join(channel.id).catch(toastProblem) };
  toast(`You left ${channel.name}.`, { action: channel.kind === 'public' ? undo : undefined });
}

/** @param {string} channelId @param {string} userId */
export async function addMember(channelId, userId) {
  await call('POST', `/channels/${channelId}/members`, { user_id: userId });
  await loadMembers(channelId);
}

/** @param {string} channelId @param {string} userId */
export async function removeMember(channelId, userId) {
  await call('DELETE', `/channels/${channelId}/members/${userId}`);
  await loadMembers(channelId);
  const undo = { label: 'Undo', run: () => addMember(channelId, userId).catch(toastProblem) };
  toast(`${nameOf(userId)} was removed.`, { action: undo });
}

export async function leaveWorkspace() {
  const { id, name } = here();
  await call('DELETE', `/workspaces/${id}/members/${myId()}`);
  dropWorkspace(id);
  go('/app', { replace: true });
  toast(`You left ${name}.`);
}

/** Signs out in every tab of this browser. */
export async function leaveParlour() {
  await leavePush();
  await forgetAttachments();
  await signOut();
  stop();
}

/** @param {Channel} channel */
function enter(channel) {
  putChannel(channel);
  openChannel(channel.id);
}
