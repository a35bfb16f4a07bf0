// @ts-check
/** One message has one rendering, also while it is on its way. */
import { Component, html, useMemo } from '../core/html.js';
import { exactTime, timeOf } from '../core/dates.js';
import { withLinks } from '../core/words.js';
import { openDialog } from '../dialogs/dialog.js';
import { retryNow } from '../net/connection.js';
import { stateOf } from '../state/members.js';
import { announce } from '../state/notices.js';
import { discard, retry } from '../state/outbox.js';
import { nameOf } from '../state/store.js';
import { Avatar } from './avatar.js';
import { Icon } from './icon.js';

const ICONS = { sending: 'clock', sent: 'check', delivered: 'checks', seen: 'checks', unsent: 'clock', refused: 'alert' };

/**
 * A row of the timeline. It renders again only when its own entry changes, so one more message costs one row.
 * @typedef {{entry: any, first: boolean, own: boolean, author: string}} Props
 * @extends {Component<Props>}
 */
export class Message extends Component {
  /** @param {Props} next */
  shouldComponentUpdate(next) {
    const { entry, first, own, author } = this.props;
    return next.entry !== entry || next.first !== first || next.own !== own || next.author !== author;
  }

  render({ entry, first, own, author }) {
    return html`
      <article class="message" data-first=${first || undefined} data-own=${own || undefined} aria-label=${`${author}, ${timeOf(entry.created_at)}`}>
        ${first ? html`<${Head} entry=${entry} author=${author} />` : html`<${Time} at=${entry.created_at} class="message-side" />`}
        <p class="message-text"><${Text} text=${entry.text} /></p>
        ${own && html`<${State} entry=${entry} />`}
        ${entry.id && html`<${Tools} entry=${entry} own=${own} />`}
        ${entry.state === 'unsent' && html`<${Unsent} item=${entry} />`}
      </article>
    `;
  }
}

const Head = ({ entry, author }) => html`
  <${Avatar} userId=${entry.author_id} name=${author} />
  <header class="message-head"><b>${author}</b><${Time} at=${entry.created_at} /></header>
`;

const Time = ({ at, class: kind = '' }) => html`<time class=${kind} datetime=${at} title=${exactTime(at)}>${timeOf(at)}</time>`;

const Text = ({ text }) =>
  withLinks(text).map((part) => (part.href ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer">${part.text}</a>` : part.text));

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

function Tools({ entry, own }) {
  const copy = () => navigator.clipboard?.writeText(entry.text).then(() => announce('Message copied'), () => undefined);
  return html`
    <div class="message-tools">
      ${navigator.clipboard && html`<button type="button" class="icon-button" tabindex="-1" aria-label="Copy text" title="Copy text" onClick=${copy}><${Icon} name="copy" /></button>`}
      ${!own && html`<button type="button" class="icon-button" tabindex="-1" aria-label="Open delivery" title="Delivery" onClick=${() => openDialog('delivery', { message: entry })}><${Icon} name="route" /></button>`}
    </div>
  `;
}

function Unsent({ item }) {
  return html`
    <p class="message-unsent" data-refused=${item.problem ? true : undefined}>
      <span>${item.problem ?? 'Not sent yet. It leaves when the connection is back.'}</span>
      <button type="button" class="text-button" onClick=${() => (retry(item), retryNow())}>Retry</button>
      <button type="button" class="text-button" onClick=${() => discard(item)}>Discard</button>
    </p>
  `;
}

/** Someone came or went. @param {{entry: import('../state/log.js').Entry}} props */
export const MembershipLine = ({ entry }) => html`
  <p class="event-line"><${Icon} name=${entry.kind === 'member.joined' ? 'addPerson' : 'leave'} />${membershipWords(entry)}</p>
`;

/** @param {import('../state/log.js').Entry} entry */
function membershipWords({ kind, author_id, user_id = '' }) {
  const themselves = author_id === user_id;
  if (kind === 'member.joined') return themselves ? `${nameOf(user_id)} joined.` : `${nameOf(author_id)} added ${nameOf(user_id)}.`;
  return themselves ? `${nameOf(user_id)} left.` : `${nameOf(author_id)} removed ${nameOf(user_id)}.`;
}
