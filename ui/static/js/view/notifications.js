// @ts-check
/** The notification centre: who wrote, where, and why it concerns me; newest first, by days. */
import { html, useEffect, useRef } from '../core/html.js';
import { dayName, exactTime, sameDay, timeOf } from '../core/dates.js';
import { besides, saidIn } from '../core/said.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { openDialog } from '../dialogs/dialog.js';
import { toastProblem } from '../state/notices.js';
import { choose, filter, FILTERS, load, loadOlder, markAllRead, markRead, markUnread, older, openNotification, problem, shown, unread, watch } from '../state/notifications.js';
import { channels, isTalk, nameOf, titleOf } from '../state/store.js';
import { Markdown } from '../text/message.js';
import { Avatar } from './avatar.js';
import { Place } from './gathered.js';
import { Icon } from './icon.js';
import { Menu, MenuItem } from './popover.js';

/** @typedef {import('../state/notifications.js').Notification} Notification */

const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;
const ICONS = { mention: 'at', direct: 'message', group: 'people', thread: 'thread', everyone: 'megaphone', keyword: 'search', channel: 'hash' };
/** Kinds of which the reason says what its author did; of the others it says what is mine. */
const DEEDS = ['mention', 'direct', 'group', 'thread', 'everyone'];
const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function NotificationsView() {
  useEffect(watch, []);
  const lead = unread.value ? `${unread.value > 99 ? '99+' : unread.value} unread` : 'What concerns you, in this workspace';
  return html`
    <${Place} title="Notifications" lead=${lead}>
      <div class="notes-bar">
        <${Filters} />
        <button type="button" class="button quiet" disabled=${!unread.value} onClick=${markAllRead}>${icon('checks')}Mark all read</button>
        <button type="button" class="button quiet" onClick=${() => openDialog('notifications')}>${icon('settings')}Settings</button>
      </div>
      <div id="notes" role="tabpanel" aria-labelledby=${`notes-${filter.value.key}`}><${List} /></div>
    <//>
  `;
}

function Filters() {
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = FILTERS.findIndex(({ key }) => key === filter.peek().key);
    const next = FILTERS[(at + by + FILTERS.length) % FILTERS.length];
    choose(next);
    event.currentTarget.querySelector(`#notes-${next.key}`).focus();
  };
  return html`
    <div class="later-tabs" role="tablist" aria-label="Which notifications" onKeyDown=${step}>
      ${FILTERS.map((one) => {
        const isChosen = one.key === filter.value.key;
        return html`<button type="button" key=${one.key} id=${`notes-${one.key}`} role="tab" aria-selected=${isChosen ? 'true' : 'false'} aria-controls="notes" tabindex=${isChosen ? 0 : -1} onClick=${() => choose(one)}>
          ${one.label}${one.key === 'unread' && unread.value > 0 && html` <span class="later-count">${unread.value > 99 ? '99+' : unread.value}</span>`}</button>`;
      })}
    </div>
  `;
}

function List() {
  const box = useRef(/** @type {any} */ (null));
  const items = shown.value;
  if (problem.value && !items) return html`<${Failed} problem=${problem.value} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<div class="empty">${icon(filter.value.key === 'unread' ? 'check' : 'bell')}<p>${filter.value.empty}</p></div>`;
  return html`
    <div class="notes" ref=${box} onKeyDown=${(event) => stepped(event, box.current, items)}>
      ${byDays(items).map(([day, some]) => html`
        <section key=${day} aria-labelledby=${`day-${day}`}>
          <h2 id=${`day-${day}`}>${day}</h2>
          <ul>${some.map((item) => html`<${Row} key=${item.id} item=${item} />`)}</ul>
        </section>`)}
      ${older.value && html`<button type="button" class="button" onClick=${() => loadOlder().catch(toastProblem)}>Show older</button>`}
    </div>
  `;
}

/** @param {Notification[]} items @returns {[string, Notification[]][]} */
function byDays(items) {
  /** @type {[string, Notification[]][]} */
  const days = [];
  for (const item of items) {
    const last = days.at(-1);
    if (last && sameDay(last[1][0].at, item.at)) last[1].push(item);
    else days.push([dayName(item.at), [item]]);
  }
  return days;
}

/** J and K, or the arrows, go from one to the next; U turns unread into read and back. @param {KeyboardEvent} event @param {HTMLElement} box @param {Notification[]} items */
function stepped(event, box, items) {
  const rows = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('.note-open')]);
  const at = rows.indexOf(/** @type {any} */ (document.activeElement));
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const by = STEPS[event.key];
  if (by) rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
  else if (event.key.toLowerCase() === 'u') turn(items[at]);
  else return;
  event.preventDefault();
}

/** @param {Notification} item */
const turn = (item) => (item.read_at ? markUnread(item) : markRead([item]));

function Row({ item }) {
  const { id, author_id: author, at, kind, message, urgent } = item;
  const isUnread = !item.read_at;
  const name = nameOf(author);
  return html`
    <li class="note" data-unread=${isUnread || undefined}>
      <span class="note-face"><${Avatar} userId=${author} name=${name} /><span class="note-kind">${icon(ICONS[kind])}</span></span>
      <button type="button" class="note-open" aria-describedby=${`note-${id}`} onClick=${() => openNotification(item)}>
        ${isUnread && html`<span class="visually-hidden">Unread. </span>`}${urgent && html`<span class="note-urgent">${icon('alert')}Urgent</span>`}
        <b>${name}</b> <${Reason} item=${item} />
        <time datetime=${at} title=${exactTime(at)}>${timeOf(at)}</time>
      </button>
      <div class="note-text" id=${`note-${id}`} inert>${message ? html`<${Said} message=${message} />` : html`<p class="message-gone">This message was deleted, or is out of your sight.</p>`}</div>
      <${Menu} class="icon-button note-menu" place="below end" label="More" button=${icon('more')}>
        <${MenuItem} icon=${icon(isUnread ? 'check' : 'unread')} onClick=${() => turn(item)}>${isUnread ? 'Mark as read' : 'Mark as unread'}<//>
        <${MenuItem} icon=${icon('route')} onClick=${() => openDialog('why', { notificationId: id })}>Why was I told?<//>
        <${MenuItem} icon=${icon('settings')} onClick=${() => openDialog('notifications')}>Notification settings<//>
      <//>
    </li>
  `;
}

/** What was written; of files alone that they were sent. */
const Said = ({ message }) => (message.text ? html`<${Markdown} text=${message.text} />${besides(message) && html`<p class="said-besides">${icon('attach')}${besides(message)}</p>`}` : html`<p class="said-besides">${icon(message.cards ? 'megaphone' : 'attach')}${saidIn(message)}</p>`);

/** In words: "mentioned you in #general". @param {{item: Notification}} props */
function Reason({ item: { channel_id: channelId, kind, why } }) {
  const channel = channels.value.get(channelId)?.value;
  const where = channel && kind !== 'direct' ? html` in <b>${isTalk(channel) ? titleOf(channel) : `#${titleOf(channel)}`}</b>` : null;
  const deed = DEEDS.includes(kind) ? why : 'wrote';
  return html`<span class="note-why">${deed}${where}${!DEEDS.includes(kind) && ` · ${why}`}</span>`;
}
