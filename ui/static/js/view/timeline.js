// @ts-check
/** The messages of a channel. What one looks at stays where it is while pages are added above or below. */
import { Component, html } from '../core/html.js';
import { dayName } from '../core/dates.js';
import { me } from '../net/session.js';
import { openDialog } from '../dialogs/dialog.js';
import { editing, mayDelete, mayEdit, togglePin } from '../state/messages.js';
import { markUnread } from '../state/receipts.js';
import { authorOf } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { MembershipLine, Message } from './message.js';
import { comeNear } from './tools.js';

const NEAR_PX = 600;
const BOTTOM_PX = 48;

/**
 * @typedef {{rows: import('../state/rows.js').Row[], log: import('../state/log.js').ChannelLog, title: string, intro: any,
 *   onBottom: (atBottom: boolean) => void, handle: {current: Timeline | null}}} Props
 * @extends {Component<Props>}
 */
export class Timeline extends Component {
  /** @type {HTMLElement | null} */
  box = null;
  pinned = true;
  /** @type {{key: string | null, offset: number} | null} where one looked last, unless at the newest */
  kept = null;

  /** @param {HTMLElement | null} box */
  place = (box) => void (this.box = box);

  componentDidMount() {
    // Preact 11 hands `ref` to components as a plain property, so the instance is given out here.
    this.props.handle.current = this;
    this.sizes = new ResizeObserver(() => this.settle());
    this.sizes.observe(/** @type {HTMLElement} */ (this.box));
    this.sizes.observe(/** @type {HTMLElement} */ (this.box?.querySelector('.timeline-rows')));
    this.settleFirst();
  }

  componentWillUnmount() {
    this.props.handle.current = null;
    this.sizes?.disconnect();
  }

  /** A row took another size: what one looks at stays where it is. */
  settle() {
    if (this.pinned) this.toBottom();
    else if (this.kept) this.restore(this.kept);
  }

  /** Opens at the line of new messages when there is one, else at the newest. */
  settleFirst() {
    const line = this.box?.querySelector('[data-key="new"]');
    if (line) this.toElement(line);
    else this.toBottom();
    this.look();
  }

  getSnapshotBeforeUpdate() {
    if (this.pinned) return null;
    return this.anchor();
  }

  componentDidUpdate(before, _state, anchor) {
    if (!before.rows.length && this.props.rows.length) return this.settleFirst();
    if (this.pinned && this.props.log.atEnd.value) this.toBottom();
    else if (anchor) this.restore(anchor);
    this.look();
  }

  /** The first entry on screen, and where it stands. A day's line moves with what comes before it. */
  anchor() {
    const box = /** @type {HTMLElement} */ (this.box);
    const top = box.scrollTop;
    for (const row of box.querySelectorAll('[data-key]:not(.day)')) {
      const { offsetTop, offsetHeight } = /** @type {HTMLElement} */ (row);
      if (offsetTop + offsetHeight > top) return { key: row.getAttribute('data-key'), offset: offsetTop - top };
    }
    return null;
  }

  /** @param {{key: string | null, offset: number}} anchor */
  restore({ key, offset }) {
    const row = this.box?.querySelector(`[data-key="${CSS.escape(key ?? '')}"]`);
    if (this.box && row instanceof HTMLElement) this.box.scrollTop = row.offsetTop - offset;
  }

  toBottom() {
    if (this.box) this.box.scrollTop = this.box.scrollHeight;
  }

  /** @param {Element} element */
  toElement(element) {
    if (this.box && element instanceof HTMLElement) this.box.scrollTop = element.offsetTop - this.box.clientHeight / 4;
  }

  /** Shows one message, and lets it stand out for a moment. @param {string} id */
  toMessage(id) {
    const row = this.box?.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!(row instanceof HTMLElement)) return;
    this.pinned = false;
    this.toElement(row);
    row.focus({ preventScroll: true });
    row.classList.add('asked');
    row.addEventListener('animationend', () => row.classList.remove('asked'), { once: true });
  }

  /** Fetches what is about to come into view, and says whether the newest is on screen. */
  look() {
    if (!this.box) return;
    const { log, onBottom } = this.props;
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const below = scrollHeight - scrollTop - clientHeight;
    this.pinned = log.atEnd.value && below < BOTTOM_PX;
    this.kept = this.pinned ? null : this.anchor();
    onBottom(this.pinned);
    if (log.problem.value || log.loading.value) return;
    if (scrollTop < NEAR_PX) log.older();
    else if (below < NEAR_PX) log.newer();
  }

  /** @param {any} props */
  render({ rows, title, intro, log }) {
    return html`
      <div class="timeline" ref=${this.place} tabindex="0" role="region" aria-label=${`Messages in ${title}`}
        aria-describedby="timeline-help" onScroll=${() => this.look()} onKeyDown=${moveFocus}>
        <p class="visually-hidden" id="timeline-help">Press the up arrow to move through the messages, Enter for what can be done with one, T to reply, E to edit.</p>
        <div class="timeline-rows">
          ${log.atStart.value ? intro : html`<${Older} log=${log} />`}
          <ol>${rows.map((row) => html`<${Row} key=${row.key} row=${row} />`)}</ol>
        </div>
      </div>
    `;
  }
}

function Older({ log }) {
  if (log.problem.value) {
    return html`<p class="timeline-more" role="alert">${log.problem.value.message} <button type="button" class="text-button" onClick=${() => log.older()}>Try again</button></p>`;
  }
  return html`<p class="timeline-more" role="status">${log.loading.value && html`<span class="spinner" aria-hidden="true" /> Loading earlier messages`}</p>`;
}

function Row({ row: { key, type, entry, first } }) {
  if (type === 'day') return html`<li class="day" data-key=${key}><h2><button type="button" title="Jump to a day" onClick=${() => openDialog('jump-date', { channelId: entry.channel_id, day: entry.created_at.slice(0, 10) })}>${dayName(entry.created_at)}</button></h2></li>`;
  if (type === 'new') return html`<li class="new-line" data-key=${key}><span>New messages</span></li>`;
  if (type === 'event') return html`<li data-key=${key}><${MembershipLine} entry=${entry} /></li>`;
  const own = entry.author_id === me.value?.id;
  const open = (event) => {
    const action = event.target === event.currentTarget && entry.id && actionOf(event, entry);
    if (!action) return;
    // The same press must not reach the button that the action focuses.
    event.preventDefault();
    action();
  };
  return html`
    <li class="message-row" data-key=${key} data-id=${entry.id} data-first=${first || undefined} tabindex="-1" onFocusIn=${() => comeNear(entry)} onKeyDown=${open}>
      <${Message} entry=${entry} first=${Boolean(first)} own=${own} author=${authorOf(entry)} />
    </li>
  `;
}

/** What a key does to the message that has the focus. @param {KeyboardEvent} event @param {import('../state/log.js').Entry} entry */
function actionOf({ key, currentTarget, ctrlKey, metaKey, altKey }, entry) {
  if (ctrlKey || metaKey || altKey) return null;
  const press = (name) => () => /** @type {any} */ (currentTarget).querySelector(`[aria-label="${name}"]`)?.click();
  if (key === 'Enter') return press('More actions');
  if (key === 't') return () => showThread(entry.thread_root_id ?? entry.id, entry.channel_id);
  if (key === 'r') return press('React');
  if (key === 'd') return () => openDialog('delivery', { message: entry });
  if (key === 'p') return () => togglePin(entry);
  if (key === 'u') return () => markUnread(entry.channel_id, entry.n);
  if (key === 'e' && mayEdit(entry)) return () => (editing.value = entry.id);
  if (key === 'Delete' && mayDelete(entry)) return () => openDialog('delete-message', { message: entry });
  return null;
}

/** Up and down move between messages; Escape is left to the app. @param {any} event */
function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = event.currentTarget;
  const rows = [...box.querySelectorAll('.message-row')];
  const at = rows.indexOf(document.activeElement?.closest('.message-row'));
  if (!step || !rows.length || (at < 0 && event.target !== box)) return;
  event.preventDefault();
  const next = at < 0 ? rows.length - 1 : at + step;
  rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
}
