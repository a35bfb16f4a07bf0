// @ts-check
/** Below a message: how many replied, who last, and the way to the thread. */
import { html } from '../core/html.js';
import { counted, listed } from '../core/words.js';
import { dayWithin, timeOf } from '../core/dates.js';
import { nameOf } from '../state/store.js';
import { showThread, threadMarks } from '../state/threads.js';
import { Avatar } from './avatar.js';

/** @param {{message: import('../state/log.js').Entry}} props */
export function ThreadLink({ message }) {
  const { id, channel_id, reply_count: count, last_reply_at: at, replier_ids: who = [] } = message;
  if (!count || !at) return null;
  const mark = threadMarks.value.get(id);
  const unread = mark && mark.last_seq > mark.read_seq;
  return html`
    <button type="button" class="thread-link" tabindex="-1" data-unread=${unread || undefined} onClick=${() => showThread(id, channel_id)}>
      <span class="thread-faces" aria-hidden="true">${who.slice(0, 3).map((user) => html`<${Avatar} key=${user} userId=${user} name=${nameOf(user)} />`)}</span>
      <b>${counted(count, 'reply', 'replies')}</b>
      <span class="thread-last">${unread ? 'New, last' : 'Last'} ${dayWithin(at)} ${timeOf(at)}</span>
      <span class="visually-hidden">, by ${listed(who.map(nameOf), 3)}</span>
    </button>
  `;
}
