// @ts-check
/** Changing a channel for all. Each throws a `Problem` that says why it could not be done. */
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { toast, toastProblem } from './notices.js';
import { isTalk, patchChannel, titleOf } from './store.js';
import { may } from './rights.js';

/** @typedef {import('./store.js').Channel} Channel */

/** Whether I may rename, restrict, convert and archive a channel. @param {Channel} channel */
export const iManage = (channel) => channel.created_by === me.value?.id || may('channel.manage');

/** Whether I may begin something new in a channel. @param {Channel} channel */
export const iPost = (channel) => !channel.archived && (channel.posting !== 'moderators' || channel.created_by === me.value?.id || may('channel.post_restricted'));

/** Whether I may set the topic of a channel. @param {Channel} channel */
export const iDescribe = (channel) => iPost(channel);

/** Whether a channel stays as it is: conversations, and #general. @param {Channel} channel */
export const isFixed = (channel) => isTalk(channel) || channel.name === 'general';

/** @param {Channel} channel @param {Partial<Channel>} changes */
export async function changeChannel({ id }, changes) {
  const { topic = '', purpose = '', name, posting = 'everyone', kind, archived = false } = await call('PATCH', `/channels/${id}`, changes);
  patchChannel(id, { topic, purpose, name, posting, kind, archived });
}

/** Says who begins something new, at once; back if the server refuses. @param {Channel} channel @param {'everyone' | 'moderators'} posting */
export async function restrict(channel, posting) {
  patchChannel(channel.id, { posting });
  try {
    await changeChannel(channel, { posting });
  } catch (problem) {
    patchChannel(channel.id, { posting: channel.posting });
    throw problem;
  }
}

/** @param {Channel} channel */
export async function archive(channel) {
  await changeChannel(channel, { archived: true });
  const undo = { label: 'Undo', run: () => unarchive(channel).catch(toastProblem) };
  toast(`${titleOf(channel)} is archived. Everyone can still read it.`, { action: undo });
}

/** @param {Channel} channel */
export const unarchive = (channel) => changeChannel(channel, { archived: false });

/** @param {Channel} channel @param {'public' | 'private'} kind */
export async function convert(channel, kind) {
  await changeChannel(channel, { kind });
  toast(`${titleOf(channel)} is ${kind} now.`);
}
