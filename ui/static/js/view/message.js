// @ts-check
/** One message has one rendering, also while it is on its way, in its channel and in its thread. */
import { changeWords } from '../core/changes.js';
import { Component, computed, html, useMemo } from '../core/html.js';
import { exactTime, shortTime, timeOf } from '../core/dates.js';
import { openDialog } from '../dialogs/dialog.js';
import { retryNow } from '../net/connection.js';
import { stateOf } from '../state/members.js';
import { editing } from '../state/messages.js';
import { confirmEveryone, discard, retry } from '../state/outbox.js';
import { keyOf } from '../state/rows.js';
import { callsMe, nameOf } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { MessageText } from '../text/message.js';
import { Avatar } from './avatar.js';
import { Cards, IntegrationAvatar, ViaWebhook } from './cards.js';
import { EditInPlace } from './edit.js';
import { Files } from './files.js';
import { Icon } from './icon.js';
import { MessageActions } from './message-actions.js';
import { MessageNote } from './message-note.js';
import { PersonMarks } from './person.js';
import { PersonButton } from './profile-card.js';
import { Previews } from './previews.js';
import { Reactions } from './reactions.js';
import { ThreadLink } from './thread-link.js';
import { comeNear, near, Tools } from './tools.js';

const ICONS = { sending: 'clock', sent: 'check', delivered: 'checks', seen: 'checks', unsent: 'clock', refused: 'alert' };

/**
 * A row of the timeline. It renders again only when its own entry changes, so one more message costs one row.
 * @typedef {{entry: any, first: boolean, own: boolean, author: string, inThread?: boolean}} Props
 * @extends {Component<Props>}
 */
export class Message extends Component {
  /** @param {Props} next */
  shouldComponentUpdate(next) {
    const { entry, first, own, author } = this.props;
    return next.entry !== entry || next.first !== first || next.own !== own || next.author !== author;
  }

  render({ entry, first, own, author, inThread = false }) {
    return html`
      <article class="message" data-first=${first || undefined} data-own=${own || undefined} data-calls=${callsMe(entry) || undefined} data-pinned=${entry.pinned_by ? true : undefined}
        aria-label=${`${author}, ${timeOf(entry.created_at)}`} onPointerEnter=${() => comeNear(entry)}>
        ${first ? html`<${Head} entry=${entry} author=${author} />` : html`<${Time} at=${entry.created_at} class="message-side" />`}
        <${Body} entry=${entry} inThread=${inThread} />
        ${own && !entry.deleted_at && !inThread && html`<${State} entry=${entry} />`}
        ${entry.id && html`<${ToolsWhenNear} entry=${entry} inThread=${inThread} />`}
        ${entry.state === 'unsent' && html`<${Unsent} item=${entry} />`}
      </article>
    `;
  }
}

/**
 * Whether a signal names a message: drawn anew only when that changes, or when the message gets its id.
 * @param {import('@preact/signals-core').ReadonlySignal<string | null | undefined>} which @param {string | undefined} id
 */
const useIs = (which, id) => useMemo(() => computed(() => id !== undefined && which.value === id), [which, id]).value;

/** Only the row one is at has its tools: a page of rows with all their menus would be heavy. */
function ToolsWhenNear({ entry, inThread }) {
  return useIs(near, keyOf(entry)) ? html`<${Tools} entry=${entry} inThread=${inThread} />` : null;
}

const Head = ({ entry, author }) => html`
  <${PersonButton} userId=${entry.author_id} label=${`Profile of ${author}`} focusable=${false}>${entry.shown_as?.emoji ? html`<${IntegrationAvatar} entry=${entry} />` : html`<${Avatar} userId=${entry.author_id} name=${author} />`}<//>
  <header class="message-head"><b><${PersonButton} userId=${entry.author_id} focusable=${false}>${author}<//></b><${PersonMarks} userId=${entry.author_id} /><${ViaWebhook} entry=${entry} /><${Time} at=${entry.created_at} />${entry.pinned_by && html`<span class="message-pin" title=${`Pinned by ${nameOf(entry.pinned_by)}`}><${Icon} name="pin" /><span class="visually-hidden">Pinned</span></span>`}</header>
`;

const Time = ({ at, class: kind = '' }) => html`<time class=${kind} datetime=${at} title=${exactTime(at)}>${kind ? shortTime(at) : timeOf(at)}</time>`;

/** What is said, and what followed from it. */
function Body({ entry, inThread }) {
  if (useIs(editing, entry.id)) return html`<div class="message-body"><${EditInPlace} entry=${entry} /></div>`;
  return html`
    <div class="message-body" data-style=${entry.style}>
      <${MessageNote} entry=${entry} />
      ${entry.thread_root_id && !inThread && html`<${RepliedTo} entry=${entry} />`}
      ${entry.deleted_at ? html`<p class="message-gone">This message was deleted.</p>` : entry.text && html`<${MessageText} entry=${entry} />`}
      ${entry.edited_at && !entry.deleted_at && html`<${Edited} entry=${entry} />`}
      <${Cards} entry=${entry} />
      <${MessageActions} entry=${entry} />
      <${Files} entry=${entry} />
      <${Previews} entry=${entry} />
      <${Reactions} message=${entry} />
      ${!inThread && html`<${ThreadLink} message=${entry} />`}
    </div>
  `;
}

const Edited = ({ entry }) => html`
  <button type="button" class="message-edited" tabindex="-1" title=${`Edited ${exactTime(entry.edited_at)}. Show earlier versions`} onClick=${() => openDialog('versions', { message: entry })}>(edited)</button>
`;

const RepliedTo = ({ entry }) => html`
  <button type="button" class="replied-to" tabindex="-1" onClick=${() => showThread(entry.thread_root_id, entry.channel_id)}><${Icon} name="thread" />replied to a thread</button>
`;

/** What became of my message; once the server has it, the way to its delivery. */
function State({ entry }) {
  if (!entry.id) return html`<${OnItsWay} item=${entry} />`;
  return html`<${Delivered} entry=${entry} />`;
}

const OnItsWay = ({ item }) => {
  const state = item.problem ? 'refused' : item.state === 'unsent' ? 'unsent' : 'sending';
  const words = { refused: 'Not sent', unsent: 'Not sent yet', sending: 'Sending' }[state];
  return html`<span class="message-state" data-state=${state} title=${words}><${Icon} name=${ICONS[state]} /><span class="visually-hidden">${words}</span></span>`;
};

function Delivered({ entry }) {
  const live = useMemo(() => stateOf(entry.channel_id, entry.n), [entry.channel_id, entry.n]);
  const { state, words } = live.value;
  return html`
    <button type="button" class="message-state" tabindex="-1" data-state=${state} title=${`${words}. Open delivery`} onClick=${() => openDialog('delivery', { message: entry })}>
      <${Icon} name=${ICONS[state]} /><span class="state-words">${words}</span><span class="visually-hidden">(open delivery)</span>
    </button>
  `;
}

function Unsent({ item }) {
  const asks = item.code === 'confirm_everyone';
  return html`
    <p class="message-unsent" data-refused=${item.problem ? true : undefined}>
      <span>${asks ? 'This calls everyone in a large channel.' : (item.problem ?? 'Not sent yet. It leaves when the connection is back.')}</span>
      ${asks
        ? html`<button type="button" class="text-button" onClick=${() => confirmEveryone(item)}>Send anyway</button>`
        : html`<button type="button" class="text-button" onClick=${() => (retry(item), retryNow())}>Retry</button>`}
      <button type="button" class="text-button" onClick=${() => discard(item)}>Discard</button>
    </p>
  `;
}

const EVENT_ICONS = { 'member.joined': 'addPerson', 'member.left': 'leave', 'channel.changed': 'edit' };

/** Someone came or went, or the channel changed. @param {{entry: import('../state/log.js').Entry}} props */
export const MembershipLine = ({ entry }) => html`
  <p class="event-line"><${Icon} name=${EVENT_ICONS[entry.kind]} />${entry.changes ? changeWords(entry, nameOf(entry.author_id)) : membershipWords(entry)}</p>
`;

/** @param {import('../state/log.js').Entry} entry */
function membershipWords({ kind, author_id, user_id = '' }) {
  const themselves = author_id === user_id;
  if (kind === 'member.joined') return themselves ? `${nameOf(user_id)} joined.` : `${nameOf(author_id)} added ${nameOf(user_id)}.`;
  return themselves ? `${nameOf(user_id)} left.` : `${nameOf(author_id)} removed ${nameOf(user_id)}.`;
}
