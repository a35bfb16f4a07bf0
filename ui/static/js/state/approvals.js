// @ts-check
/** Asking for approvals in a channel: whom one may ask, and taking it back. How one stands is shown at its message. */
import { counted } from '../core/words.js';
import { openDialog } from '../dialogs/dialog.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { iPost } from './manage.js';
import { membersOf } from './members.js';
import { toastProblem } from './notices.js';
import { may } from './rights.js';
import { workspace } from './route.js';
import { groups, people } from './store.js';

/**
 * @typedef {import('../compose/completion.js').Option} Option
 * @typedef {{channel_id: string, text: string, client_id: string, user_ids: string[], group_ids: string[], needed?: number, answer_within?: number, remind_every?: number, escalate_after?: number, escalate_to?: string[]}} Asked
 */

const OFFERED = 6;
const HANDLE = /^@([\p{L}\p{N}._-]+)\s*/u;

/** Whether I may ask in a channel. @param {import('./store.js').Channel} channel */
export const mayAsk = (channel) => may('workflow.start') && iPost(channel);

/** Whether I may take back what a message asks for. @param {any} entry */
export const mayWithdraw = ({ approval, author_id: asker }) => approval?.state === 'open' && (asker === me.value?.id || may('message.delete_any'));

/** @param {Asked} asked */
export const askForApproval = (asked) => call('POST', `/workspaces/${workspace.peek()?.id}/approvals`, asked);

/** Takes back what a message asks for, after a question. @param {{approval: {id: string}}} entry */
export function askToWithdraw({ approval: { id } }) {
  const withdraw = () => call('POST', `/approvals/${id}/withdraw`, {}).catch(toastProblem);
  openDialog('confirm-action', { label: 'Withdraw', question: 'Nobody can answer it any more then. What was answered so far stays on record.', danger: true, onConfirm: withdraw });
}

/** Who of a channel can be asked, the best first: people, by name or handle, and not oneself. @param {string} channelId @param {string} words @returns {Option[]} */
export function peopleToAsk(channelId, words) {
  const wanted = words.trim().toLowerCase().replace(/^@/, '');
  const members = membersOf(channelId).value;
  // Of a large channel not everyone is known here: the server says who is not in it.
  const belongs = members && !members.next && !members.problem ? new Set(members.items.map(({ user_id: id }) => id)) : null;
  return [...people.value]
    .filter(([id, { kind }]) => id !== me.value?.id && kind !== 'bot' && (!belongs || belongs.has(id)))
    .filter(([, { name, handle }]) => [name.toLowerCase(), handle].some((known) => known?.includes(wanted)))
    .sort(([, a], [, b]) => a.name.localeCompare(b.name))
    .slice(0, OFFERED)
    .map(([id, { name, handle }]) => ({ key: id, text: `@${handle}`, title: name, note: `@${handle}`, userId: id }));
}

/** Groups first, then people. @param {string} channelId @param {string} words @returns {Option[]} */
export function anyoneToAsk(channelId, words) {
  const wanted = words.trim().toLowerCase().replace(/^@/, '');
  const called = (groups.value ?? []).filter(({ name, handle }) => name.toLowerCase().includes(wanted) || handle.includes(wanted)).map(groupOption);
  return [...called.slice(0, OFFERED / 2), ...peopleToAsk(channelId, words)].slice(0, OFFERED);
}

/** @param {import('./groups.js').Group} group @returns {Option} */
const groupOption = ({ id, name, handle, user_ids: ids }) => ({ key: id, text: `@${handle}`, title: name, note: `@${handle}, ${counted(ids.length, 'person', 'people')}`, icon: 'people' });

/** Parts what somebody wrote behind `/approve`: whom they named first, and what they ask. @param {string} channelId @param {string} words */
export function readAsk(channelId, words) {
  /** @type {Option[]} */
  const chosen = [];
  let text = words.trim();
  for (let match = HANDLE.exec(text); match; match = HANDLE.exec(text)) {
    const [whole, handle] = match;
    const named = anyoneToAsk(channelId, handle).find((option) => option.text === `@${handle}`);
    if (!named) break;
    chosen.push(named);
    text = text.slice(whole.length);
  }
  return { chosen, text };
}
