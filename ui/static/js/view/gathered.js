// @ts-check
/** Views that gather messages of many channels: the threads I follow, and where I am mentioned. */
import { html, useEffect, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { dayName, timeOf } from '../core/dates.js';
import { besides, saidIn } from '../core/said.js';
import { call } from '../net/http.js';
import { on } from '../net/connection.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { go, openMessage, pathTo, workspace } from '../state/route.js';
import { authorOf, callsMe, channels, nameOf, titleOf } from '../state/store.js';
import { showThread, threadMarks } from '../state/threads.js';
import { MessageText } from '../text/message.js';
import { Avatar } from './avatar.js';
import { Cards } from './cards.js';
import { Icon } from './icon.js';

const AGAIN_MS = 1_000;
/** A reply is filed within seconds; one that was deleted never is. */
const LOOKS = 12;

/** The frame of a view that is no channel. @param {{title: string, lead: string, children: any}} props */
export const Place = ({ title, lead, children }) => html`
  <main class="channel place" id="main">
    <header class="channel-head">
      <button type="button" class="icon-button back" aria-label=${workspace.value ? 'Back to channels' : 'Back'} onClick=${() => go(pathTo(workspace.value?.slug ?? ''))}><${Icon} name="back" /></button>
      <div class="channel-title"><h1>${title}</h1><small>${lead}</small></div>
    </header>
    <div class="place-rows" tabindex="0" role="region" aria-label=${title}>${children}</div>
  </main>
`;

/** The threads I follow, the last replied to first. */
export function ThreadsView() {
  const list = usePages('threads', ['message.sent'], ({ message }) => threadMarks.peek().has(message.thread_root_id));
  useLookingAgain(list);
  return html`
    <${Place} title="Threads" lead="Conversations you started, joined or follow">
      <${Pages} list=${list} empty="No threads yet. Reply to a message, and the conversation appears here." icon="thread"
        row=${(thread) => html`<${ThreadCard} key=${thread.root.id} thread=${thread} />`} />
    <//>
  `;
}

/** Looks again while replies were heard of that the server has yet to file. @param {ReturnType<typeof usePages>} list */
function useLookingAgain({ items, next, load }) {
  const looks = useRef(0);
  const isBehind = items !== null && !next && [...threadMarks.value].some(([rootId, { last_seq }]) => last_seq > lastSeq(items, rootId));
  useEffect(() => {
    looks.current = isBehind ? looks.current + 1 : 0;
    if (!isBehind || looks.current > LOOKS) return undefined;
    const timer = setTimeout(load, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isBehind, items]);
}

/** @param {any[]} threads @param {string} rootId @returns {number} the number of the newest reply that is listed, or 0 */
function lastSeq(threads, rootId) {
  const latest = threads.find(({ root }) => root.id === rootId)?.latest ?? [];
  return Math.max(0, ...latest.map(({ seq }) => seq));
}

function ThreadCard({ thread: { root, latest, unread } }) {
  const open = () => {
    openMessage(root);
    showThread(root.id, root.channel_id);
  };
  const mark = threadMarks.value.get(root.id);
  const isUnread = mark ? mark.last_seq > mark.read_seq : unread > 0;
  return html`
    <article class="card" data-unread=${isUnread || undefined}>
      <header><${Where} channelId=${root.channel_id} />${isUnread && html`<span class="badge">${unread ? `${unread} new` : 'New'}</span>`}</header>
      <${Line} message=${root} />
      ${(root.reply_count ?? 0) > latest.length && html`<p class="card-more">${counted(root.reply_count - latest.length, 'earlier reply', 'earlier replies')}</p>`}
      <div class="card-replies">${latest.map((reply) => html`<${Line} key=${reply.id} message=${reply} />`)}</div>
      <button type="button" class="button" onClick=${open}>Open thread</button>
    </article>
  `;
}

/** The messages that mention me, the newest first. */
export function MentionsView() {
  const list = usePages('mentions', ['message.sent'], ({ message }) => callsMe(message));
  return html`
    <${Place} title="Mentions" lead="Where people called you">
      <${Pages} list=${list} empty="Nobody has mentioned you yet. People do by writing @ and your handle." icon="at"
        row=${(message) => html`<${MentionCard} key=${message.id} message=${message} />`} />
    <//>
  `;
}

const MentionCard = ({ message }) => html`
  <article class="card">
    <header><${Where} channelId=${message.channel_id} /></header>
    <${Line} message=${message} />
    <button type="button" class="button" onClick=${() => openMessage(message)}>Open<span class="visually-hidden"> in its channel</span></button>
  </article>
`;

function Where({ channelId }) {
  const channel = channels.value.get(channelId)?.value;
  if (!channel) return null;
  return html`<span class="card-where">${channel.kind === 'public' && '#'}${titleOf(channel)}</span>`;
}

/** One message of a card, in short. @param {{message: import('../state/log.js').Entry}} props */
export const Line = ({ message }) => html`
  <div class="card-line">
    <${Avatar} userId=${message.author_id} name=${nameOf(message.author_id)} />
    <p><b>${authorOf(message)}</b> <time datetime=${message.created_at}>${dayName(message.created_at)} ${timeOf(message.created_at)}</time>
    </p>
    ${message.deleted_at ? html`<p class="message-gone">This message was deleted.</p>` : html`<div class="card-text"><${Said} message=${message} /></div>`}
  </div>
`;

/** Text, and that there are files. */
const Said = ({ message }) => html`${message.text && html`<${MessageText} entry=${message} />`}<${Cards} entry=${message} />${(besides(message) || !(message.text || message.cards)) && html`<p class="said-besides"><${Icon} name="attach" />${besides(message) || saidIn(message)}</p>`}`;

/**
 * A list of the workspace that is loaded page by page, and again when an event concerns it.
 * @param {string} what @param {string[]} events @param {(event: any) => boolean} concerns
 */
export function usePages(what, events, concerns) {
  const [items, setItems] = useState(/** @type {any[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const id = workspace.value?.id;
  const load = () =>
    call('GET', `/workspaces/${id}/${what}?limit=20`).then((page) => (setItems(page.items), setNext(page.next), setProblem(null)), setProblem);
  const more = async () => {
    const page = await call('GET', `/workspaces/${id}/${what}?limit=20&cursor=${encodeURIComponent(next ?? '')}`);
    setItems((held) => [...(held ?? []), ...page.items]);
    setNext(page.next);
  };
  useEffect(() => {
    load();
    const stops = events.map((name) => on(name, (event) => concerns(event) && load()));
    return () => stops.forEach((stop) => stop());
  }, [id, what]);
  return { items, next, problem, load, more };
}

/** @param {{list: ReturnType<typeof usePages>, empty: string, icon: string, row: (item: any) => any}} props */
export function Pages({ list: { items, next, problem, load, more }, empty, icon, row }) {
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<div class="empty"><${Icon} name=${icon} /><p>${empty}</p></div>`;
  return html`
    <div class="cards">${items.map(row)}</div>
    ${next && html`<button type="button" class="button" onClick=${() => more().catch(() => undefined)}>Show more</button>`}
  `;
}
