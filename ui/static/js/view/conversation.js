// @ts-check
/** What is said in a channel, and where one writes. */
import { html, useCallback, useEffect, useMemo, useRef, useSignal } from '../core/html.js';
import { counted, listed } from '../core/words.js';
import { longDate } from '../core/dates.js';
import { openDialog } from '../dialogs/dialog.js';
import { Failed } from '../dialogs/listing.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { attentive } from '../state/attention.js';
import { PAGE } from '../state/log.js';
import { logOf } from '../state/logs.js';
import { toastProblem } from '../state/notices.js';
import { unsentByChannel } from '../state/outbox.js';
import { typing } from '../state/people.js';
import { endUnread, read } from '../state/receipts.js';
import { may } from '../state/rights.js';
import { forgetMessage, messageId } from '../state/route.js';
import { rowsOf } from '../state/rows.js';
import { nameOf, otherOf, readOf, titleOf, unreadOf } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { AvatarWithPresence } from './avatar.js';
import { Icon } from './icon.js';
import { Timeline } from './timeline.js';
import { Writing } from './writing.js';

/** @type {any[]} the same list every time, so that nothing renders again for it */
const NONE = [];

/** @param {{channel: import('../state/sorted.js').ChannelSignal}} props */
export function Conversation({ channel }) {
  const { id, kind } = channel.value;
  const log = useMemo(() => logOf(id), [id]);
  const timeline = useRef(/** @type {Timeline | null} */ (null));
  const view = useView(channel, log, timeline);
  const title = titleOf(channel.value);
  const waiting = unsentByChannel.value.get(id) ?? NONE;
  const entries = log.entries.value;
  const rows = useMemo(
    () => rowsOf(entries, waiting, { myId: me.value?.id ?? '', newAfter: view.newAfter.value, comings: kind !== 'direct' && kind !== 'group' }),
    [entries, waiting, view.newAfter.value],
  );
  const toNewest = async () => {
    if (!log.atEnd.value) await log.openAtEnd();
    requestAnimationFrame(() => timeline.current?.toBottom());
  };
  useAskedMessage(log, timeline, view.opened.value);
  const sent = () => {
    view.newAfter.value = null;
    toNewest();
  };
  const shown = (log.loaded || rows.length > 0) && view.opened.value !== 'not yet';
  return html`
    ${!shown && log.problem.value && html`<div class="timeline-wait"><${Failed} problem=${log.problem.value} onRetry=${() => log.openAtEnd()} /></div>`}
    ${!shown && !log.problem.value && html`<${Skeletons} />`}
    ${shown && html`<${Timeline} handle=${timeline} rows=${rows} log=${log} title=${title} intro=${html`<${Intro} channel=${channel.value} />`} onBottom=${view.setAtBottom} />`}
    <div class="below">
      ${!view.atBottom.value && shown && html`<${JumpPill} count=${unreadOf(channel.value)} onJump=${toNewest} onRead=${view.markRead} />`}
      <${Typing} channelId=${id} />
      <${Writing} channel=${channel.value} title=${title} onSent=${sent} />
    </div>
  `;
}

/**
 * What depends on how one looks at the channel: the line of new messages, and what counts as read.
 * @param {import('../state/sorted.js').ChannelSignal} channel @param {import('../state/log.js').ChannelLog} log
 * @param {{current: Timeline | null}} timeline
 */
function useView(channel, log, timeline) {
  const atBottom = useSignal(false);
  const newAfter = useSignal(unreadOf(channel.peek()) ? readOf(channel.peek()) : null);
  // What is held already may be shown while it is brought up to date, unless reading ended elsewhere.
  const opened = useSignal(endsEarlier(log, channel.peek()) ? 'not yet' : 'shown');
  const { id, last_n: last } = channel.value;
  useEffect(() => {
    open(log, channel.peek()).then(() => (opened.value = 'wholly'));
  }, [log]);
  useEffect(() => void (opened.value === 'wholly' && timeline.current?.settleFirst()), [opened.value]);
  useEffect(() => endUnread, [id]);
  useEffect(() => void (channel.value.unread_from && (newAfter.value = readOf(channel.value))), [channel.value.unread_from]);
  useEffect(() => {
    if (opened.value !== 'wholly') return;
    if (attentive.value && atBottom.value && log.atEnd.value) read(id, last);
    else if (newAfter.peek() === null && unreadOf(channel.peek())) newAfter.value = readOf(channel.peek());
  }, [opened.value, attentive.value, atBottom.value, log.atEnd.value, last]);
  const setAtBottom = useCallback((is) => (atBottom.value = is), []);
  const markRead = () => {
    read(id, channel.peek().last_n);
    newAfter.value = null;
  };
  return { opened, atBottom, newAfter, setAtBottom, markRead };
}

/**
 * Shows the message that the address asks for, in its place.
 * @param {import('../state/log.js').ChannelLog} log @param {{current: Timeline | null}} timeline @param {string} opened
 */
function useAskedMessage(log, timeline, opened) {
  const asked = messageId.value;
  useEffect(() => {
    if (asked && opened === 'wholly') showMessage(asked, log, timeline).catch(toastProblem).finally(forgetMessage);
  }, [asked, opened]);
}

/** @param {string} id @param {import('../state/log.js').ChannelLog} log @param {{current: Timeline | null}} timeline */
async function showMessage(id, log, timeline) {
  const message = await call('GET', `/messages/${id}`);
  const isReply = message.kind === 'message.replied';
  const shown = isReply ? await call('GET', `/messages/${message.thread_root_id}`) : message;
  if (!log.entries.peek().some((entry) => entry.id === shown.id)) await log.openAround(shown.n);
  requestAnimationFrame(() => timeline.current?.toMessage(shown.id));
  if (isReply) showThread(message.thread_root_id, message.channel_id);
}

/** Opens where reading ended. @param {import('../state/log.js').ChannelLog} log @param {import('../state/store.js').Channel} channel */
function open(log, channel) {
  if (endsEarlier(log, channel)) return log.openAround(readOf(channel));
  return log.atEnd.peek() ? log.catchUp() : log.openAtEnd();
}

/** Whether reading ended before what is held or would be fetched first. */
function endsEarlier(log, channel) {
  const first = log.entries.peek()[0];
  return unreadOf(channel) >= PAGE && !(first && first.n <= readOf(channel) + 1);
}

const JumpPill = ({ count, onJump, onRead }) => html`
  <div class="jump-pill">
    <button type="button" onClick=${onJump}><${Icon} name="down" />${count ? counted(count, 'new message') : 'Jump to latest'}</button>
    ${count > 0 && html`<button type="button" onClick=${onRead}>Mark as read</button>`}
  </div>
`;

function Typing({ channelId }) {
  const who = [...(typing.value.get(channelId)?.keys() ?? [])].map(nameOf);
  const verb = who.length === 1 ? 'is typing' : 'are typing';
  return html`<p class="typing" aria-live="off">${who.length > 0 && html`<span class="typing-dots" aria-hidden="true"><i /><i /><i /></span>${who.length > 3 ? 'Several people' : listed(who, 3)} ${verb}`}</p>`;
}

function Intro({ channel }) {
  const { kind, created_at: at, created_by: by } = channel;
  if (kind === 'direct') {
    return html`<div class="intro"><${AvatarWithPresence} userId=${otherOf(channel)} /><h2>${titleOf(channel)}</h2><p>This is the start of your conversation. Only the two of you can read it.</p></div>`;
  }
  if (kind === 'group') return html`<div class="intro"><span class="intro-icon"><${Icon} name="people" /></span><h2>${titleOf(channel)}</h2><p>This is the start of your conversation. Only the ${channel.user_ids?.length ?? ''} of you can read it.</p></div>`;
  const made = at && by ? `${nameOf(by)} made this ${kind} channel on ${longDate(at)}.` : '';
  return html`
    <div class="intro">
      <span class="intro-icon"><${Icon} name=${kind === 'private' ? 'lock' : 'hash'} /></span>
      <h2>${channel.name}</h2>${channel.purpose && html`<p>${channel.purpose}</p>`}<p>${made} This is where it begins.</p>
      ${!channel.archived && may('channel.invite') && html`<button type="button" class="button" onClick=${() => openDialog('add-people', { channel })}><${Icon} name="addPerson" />Add people</button>`}
    </div>`;
}

const Skeletons = () => html`
  <div class="timeline-wait" role="status"><span class="visually-hidden">Loading messages</span>
    ${[0, 1, 2, 3, 4].map((row) => html`<div class="skeleton-message" key=${row}><span class="skeleton" /><span><span class="skeleton" /><span class="skeleton" /></span></div>`)}
  </div>
`;
