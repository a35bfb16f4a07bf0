// @ts-check
/** One channel: its head, its messages and where one writes. */
import { html, useCallback, useEffect, useMemo, useRef, useSignal, useState } from '../core/html.js';
import { counted, listed } from '../core/words.js';
import { longDate } from '../core/dates.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { openDialog } from '../dialogs/dialog.js';
import { leave } from '../state/actions.js';
import { logOf } from '../state/logs.js';
import { loadMembers, membersOf } from '../state/members.js';
import { toastProblem } from '../state/notices.js';
import { unsentByChannel } from '../state/outbox.js';
import { typing } from '../state/people.js';
import { read } from '../state/receipts.js';
import { go, pathTo, rememberPlace, workspace } from '../state/route.js';
import { rowsOf } from '../state/rows.js';
import { nameOf, otherOf, patchChannel, titleOf, unreadOf } from '../state/store.js';
import { attentive } from '../state/attention.js';
import { AvatarWithPresence, presenceWord } from './avatar.js';
import { Composer } from './composer.js';
import { Failed } from '../dialogs/listing.js';
import { Icon } from './icon.js';
import { Members } from './members.js';
import { Menu, MenuItem } from './popover.js';
import { Timeline } from './timeline.js';

/** @type {any[]} the same list every time, so that nothing renders again for it */
const NONE = [];

/** @param {{channel: import('../state/sorted.js').ChannelSignal}} props */
export function Channel({ channel }) {
  const [showsMembers, setShowsMembers] = useState(false);
  const { id } = channel.value;
  useEffect(rememberPlace, [id]);
  useEffect(() => void (loadMembers(id), loadFacts(id)), [id]);
  return html`
    <main class="channel" id="main" data-members=${showsMembers || undefined}>
      <${Head} channel=${channel.value} membersShown=${showsMembers} onMembers=${() => setShowsMembers(!showsMembers)} />
      <${Conversation} channel=${channel} />
    </main>
    ${showsMembers && html`<${Members} channel=${channel.value} onClose=${() => setShowsMembers(false)} />`}
  `;
}

/** @param {string} id */
async function loadFacts(id) {
  const facts = await call('GET', `/channels/${id}`).catch(() => null);
  if (facts) patchChannel(id, { member_count: facts.member_count, created_at: facts.created_at, created_by: facts.created_by });
}

function Head({ channel, membersShown, onMembers }) {
  const { kind, member_count: count } = channel;
  const out = () => (kind === 'public' ? leave(channel).catch(toastProblem) : openDialog('leave-channel', { channel }));
  return html`
    <header class="channel-head">
      <button type="button" class="icon-button back" aria-label="Back to channels" onClick=${() => go(pathTo(workspace.value?.slug ?? ''))}><${Icon} name="back" /></button>
      ${kind === 'direct' ? html`<${AvatarWithPresence} userId=${otherOf(channel)} />` : html`<${Icon} name=${kind === 'private' ? 'lock' : 'hash'} />`}
      <div class="channel-title"><h1>${titleOf(channel)}</h1>${kind === 'direct' && html`<small>${presenceWord(otherOf(channel))}</small>`}</div>
      ${kind !== 'direct' && html`
        <button type="button" class="button quiet members-button" aria-expanded=${membersShown} onClick=${onMembers}>
          <${Icon} name="people" /><span>${count ?? ''}</span><span class="visually-hidden">${count === 1 ? 'member' : 'members'}</span>
        </button>
        <${Menu} class="icon-button" place="below end" label=${`${channel.name}, channel menu`} button=${html`<${Icon} name="more" />`}>
          <${MenuItem} icon=${html`<${Icon} name="addPerson" />`} onClick=${() => openDialog('add-people', { channel })}>Add people<//>
          <${MenuItem} icon=${html`<${Icon} name="leave" />`} danger onClick=${out}>Leave channel<//>
        <//>`}
    </header>
  `;
}

function Conversation({ channel }) {
  const { id, kind } = channel.value;
  const log = useMemo(() => logOf(id), [id]);
  const view = useView(channel, log);
  const timeline = useRef(null);
  const title = titleOf(channel.value);
  const waiting = unsentByChannel.value.get(id) ?? NONE;
  const entries = log.entries.value;
  const rows = useMemo(
    () => rowsOf(entries, waiting, { myId: me.value?.id ?? '', newAfter: view.newAfter.value, comings: kind !== 'direct' }),
    [entries, waiting, view.newAfter.value],
  );
  const ready = log.loaded || rows.length > 0;
  const toNewest = async () => {
    if (!log.atEnd.value) await log.openAtEnd();
    requestAnimationFrame(() => timeline.current?.toBottom());
  };
  const sent = () => {
    view.newAfter.value = null;
    toNewest();
  };
  return html`
    ${view.above.value > 0 && html`<${UnreadPill} count=${view.above.value} onJump=${() => view.jump(timeline.current)} onRead=${view.markRead} />`}
    ${!ready && log.problem.value && html`<div class="timeline-wait"><${Failed} problem=${log.problem.value} onRetry=${() => log.openAtEnd()} /></div>`}
    ${!ready && !log.problem.value && html`<${Skeletons} />`}
    ${ready && html`<${Timeline} handle=${timeline} rows=${rows} log=${log} title=${title} intro=${html`<${Intro} channel=${channel.value} />`} onBottom=${view.setAtBottom} />`}
    <div class="below">
      ${!view.atBottom.value && ready && html`<${JumpPill} count=${unreadOf(channel.value)} onJump=${toNewest} />`}
      <${Typing} channelId=${id} />
      <${Composer} channelId=${id} title=${title} onSent=${sent} />
    </div>
  `;
}

/**
 * What depends on how one looks at the channel: the line of new messages, and what counts as read.
 * @param {import('../state/sorted.js').ChannelSignal} channel @param {import('../state/log.js').ChannelLog} log
 */
function useView(channel, log) {
  const atBottom = useSignal(true);
  const newAfter = useSignal(unreadOf(channel.peek()) ? channel.peek().read_n : null);
  const above = useSignal(0);
  const { id, last_n: last } = channel.value;
  useEffect(() => {
    if (log.atEnd.peek()) log.catchUp();
    else log.openAtEnd();
  }, [log]);
  useEffect(() => {
    if (log.loaded) above.value = unseenAbove(log, newAfter.peek(), channel.peek());
  }, [log.loaded]);
  useEffect(() => {
    if (attentive.value && atBottom.value && log.atEnd.value && log.loaded) read(id, last);
    else if (newAfter.peek() === null && unreadOf(channel.peek())) newAfter.value = channel.peek().read_n;
  }, [attentive.value, atBottom.value, log.atEnd.value, log.loaded, last]);
  const setAtBottom = useCallback((is) => (atBottom.value = is), []);
  const markRead = () => {
    read(id, channel.peek().last_n);
    newAfter.value = null;
    above.value = 0;
  };
  const jump = async (timeline) => {
    const n = newAfter.peek() ?? 0;
    above.value = 0;
    if ((log.entries.peek()[0]?.n ?? 0) > n + 1) await log.openAround(n);
    requestAnimationFrame(() => {
      const line = timeline?.box?.querySelector('[data-key="new"]');
      if (line) timeline.toElement(line);
    });
  };
  return { atBottom, newAfter, above, setAtBottom, markRead, jump };
}

/** How many unread messages begin before what was loaded. */
function unseenAbove(log, newAfter, channel) {
  const first = log.entries.peek()[0];
  return newAfter !== null && first && first.n > newAfter + 1 ? channel.last_n - newAfter : 0;
}

const UnreadPill = ({ count, onJump, onRead }) => html`
  <div class="unread-pill" role="status">
    <button type="button" onClick=${onJump}><${Icon} name="up" />${counted(count, 'new message')}</button>
    <button type="button" onClick=${onRead}>Mark as read</button>
  </div>
`;

const JumpPill = ({ count, onJump }) => html`
  <button type="button" class="jump-pill" onClick=${onJump}><${Icon} name="down" />${count ? counted(count, 'new message') : 'Jump to latest'}</button>
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
  const made = at && by ? `${nameOf(by)} made this ${kind} channel on ${longDate(at)}.` : '';
  return html`
    <div class="intro">
      <span class="intro-icon"><${Icon} name=${kind === 'private' ? 'lock' : 'hash'} /></span>
      <h2>${channel.name}</h2><p>${made} This is where it begins.</p>
      <button type="button" class="button" onClick=${() => openDialog('add-people', { channel })}><${Icon} name="addPerson" />Add people</button>
    </div>`;
}

const Skeletons = () => html`
  <div class="timeline-wait" role="status"><span class="visually-hidden">Loading messages</span>
    ${[0, 1, 2, 3, 4].map((row) => html`<div class="skeleton-message" key=${row}><span class="skeleton" /><span><span class="skeleton" /><span class="skeleton" /></span></div>`)}
  </div>
`;
