// @ts-check
/** A thread beside its channel: the message it began with, the replies, and where one replies. */
import { html, useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { me } from '../net/session.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { attentive } from '../state/attention.js';
import { toastProblem } from '../state/notices.js';
import { unsentByThread } from '../state/outbox.js';
import { authorOf, channels, titleOf } from '../state/store.js';
import { closeThread, markThreadRead, openThread, setFollowing } from '../state/threads.js';
import { keyOf } from '../state/rows.js';
import { Composer } from './composer.js';
import { DropZone } from './drop.js';
import { Icon } from './icon.js';
import { SchedulePicker } from './schedule.js';
import { Message } from './message.js';
import { comeNear } from './tools.js';

const TOGETHER_MS = 5 * 60_000;
const BOTTOM_PX = 48;

/** @param {{channelId: string}} props */
export function ThreadPanel({ channelId }) {
  const log = openThread.value;
  const channel = channels.value.get(channelId)?.value;
  const [also, setAlso] = useState(false);
  const box = useRef(/** @type {any} */ (null));
  if (!log || !channel) return null;
  const how = { thread_root_id: log.rootId, also_in_channel: also || undefined };
  const once = () => setAlso(false);
  const escape = (event) => event.key === 'Escape' && !event.defaultPrevented && !document.querySelector(':popover-open') && (event.stopPropagation(), closeThread());
  return html`
    <aside class="panel thread" aria-label="Thread" ref=${box} onKeyDown=${escape}>
      <header class="panel-head">
        <div><h2>Thread</h2><small>${titleOf(channel)}</small></div>
        <${Follow} log=${log} />
        <button type="button" class="icon-button" aria-label="Close thread" onClick=${closeThread}><${Icon} name="close" /></button>
      </header>
      <${Replies} log=${log} key=${log.rootId} />
      ${log.root.value && !channel.archived && html`
        <div class="thread-foot">
          <${Composer} key=${`composer ${log.rootId}`} channelId=${channelId} threadRootId=${log.rootId} title="thread" placeholder="Reply…" how=${how} onSent=${once} beside=${({ clear, ...writing }) => html`<${SchedulePicker} channelId=${channelId} ...${writing} clear=${() => (clear(), once())} />`} />
          <label class="also"><input type="checkbox" checked=${also} onChange=${(event) => setAlso(event.currentTarget.checked)} /> Also send to ${titleOf(channel)}</label>
        </div>`}
      <${DropZone} box=${box} place=${log.rootId} channelId=${channelId} workspaceId=${channel.workspace_id} title="the thread" open=${!channel.archived} />
    </aside>
  `;
}

function Follow({ log }) {
  const { value: following } = log.following;
  const toggle = () => setFollowing(log.rootId, !following).catch(toastProblem);
  return html`<button type="button" class="button quiet" aria-pressed=${following} title=${following ? 'You are told of new replies' : 'You are not told of new replies'} onClick=${toggle}>${following ? 'Following' : 'Follow'}</button>`;
}

function Replies({ log }) {
  const box = useRef(/** @type {any} */ (null));
  const pinned = useRef(true);
  const unsent = unsentByThread.value.get(log.rootId) ?? [];
  const shown = rowsOf(log.replies.value, unsent);
  const last = log.replies.value.at(-1)?.seq ?? 0;
  useLayoutEffect(() => void (pinned.current && (box.current.scrollTop = box.current.scrollHeight)), [shown.length, last]);
  useEffect(() => void (last && attentive.value && pinned.current && markThreadRead(log.rootId, last)), [last, attentive.value]);
  const look = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => void (pinned.current = scrollHeight - scrollTop - clientHeight < BOTTOM_PX);
  if (!log.root.value) return html`<div class="thread-rows" ref=${box}>${log.problem.value ? html`<${Failed} problem=${log.problem.value} onRetry=${() => log.load()} />` : html`<${Waiting} />`}</div>`;
  return html`
    <div class="thread-rows" ref=${box} onScroll=${look} tabindex="0" role="region" aria-label="Replies">
      <ol>
        <${Row} entry=${log.root.value} first />
        <li class="thread-count"><span>${counted(log.root.value.reply_count ?? 0, 'reply', 'replies')}</span></li>
        ${log.earlier.value && html`<li><button type="button" class="text-button" onClick=${() => log.older()}>Show earlier replies</button></li>`}
        ${shown.map(({ entry, first, isNew }) => html`
          ${isNew && html`<li class="new-line" key="new"><span>New replies</span></li>`}
          <${Row} key=${keyOf(entry)} entry=${entry} first=${first} />`)}
      </ol>
    </div>
  `;

  /** @param {any[]} replies @param {any[]} waiting */
  function rowsOf(replies, waiting) {
    const held = new Set(replies.map(({ client_id }) => client_id));
    const mine = waiting.filter(({ client_id }) => !held.has(client_id)).map((item) => ({ ...item, author_id: me.value?.id, kind: 'message.replied' }));
    let drawn = !log.readSeq;
    return [...replies, ...mine].map((entry, at, all) => {
      const isNew = !drawn && entry.seq > log.readSeq && entry.author_id !== me.value?.id;
      drawn ||= isNew;
      return { entry, isNew, first: isNew || !follows(all[at - 1], entry) };
    });
  }
}

/** Whether the same person goes on speaking. */
const follows = (before, entry) => before?.author_id === entry.author_id && Date.parse(entry.created_at) - Date.parse(before.created_at) < TOGETHER_MS;

const Row = ({ entry, first }) => html`
  <li class="message-row" data-id=${entry.id} data-first=${first || undefined} tabindex="-1" onFocusIn=${() => comeNear(entry)}>
    <${Message} entry=${entry} first=${Boolean(first)} own=${entry.author_id === me.value?.id} author=${authorOf(entry)} inThread />
  </li>
`;
