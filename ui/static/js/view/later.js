// @ts-check
/** The views of what is to happen later: scheduled messages, and what one keeps for oneself with its reminders. */
import { html, useEffect, useState } from '../core/html.js';
import { besides, saidIn } from '../core/said.js';
import { exactTime } from '../core/dates.js';
import { soon, whenOf } from '../core/times.js';
import { openDialog } from '../dialogs/dialog.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { call } from '../net/http.js';
import {
  cancelScheduled, complete, due, inOrder, laterLoaded, laterProblem, loadLater, removeReminder, saved, saveMessage, sendNow, snooze, toggleSaved, unsave, upcoming, wordsOf,
} from '../state/later.js';
import { toast, toastProblem } from '../state/notices.js';
import { openChannel, openMessage, workspace } from '../state/route.js';
import { channels, titleOf } from '../state/store.js';
import { Line, Place } from './gathered.js';
import { Icon } from './icon.js';
import { MessageNote } from './message-note.js';
import { Menu, MenuItem } from './popover.js';

const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;

export const ScheduledView = () => html`
  <${Place} title="Scheduled" lead="Messages that leave at their time">
    <${Loaded}>
      ${!inOrder.value.length && html`<div class="empty">${icon('scheduled')}<p>Nothing is scheduled. Write a message, and open the clock beside the button that sends.</p></div>`}
      <div class="cards">${inOrder.value.map((item) => html`<${ScheduledCard} key=${item.id} item=${item} />`)}</div>
    <//>
  <//>
`;

function Loaded({ children }) {
  if (laterProblem.value && !laterLoaded.value) return html`<${Failed} problem=${laterProblem.value} onRetry=${loadLater} />`;
  return laterLoaded.value ? children : html`<${Waiting} />`;
}

function ScheduledCard({ item }) {
  const isFailed = item.state === 'failed';
  return html`
    <article class="card" data-failed=${isFailed || undefined} aria-label=${`Scheduled message, ${whenOf(item.send_at)}`}>
      <header><${Where} channelId=${item.channel_id} thread=${threadWords(item)} /><${When} at=${item.send_at} words=${item.state === 'sending' ? 'Being sent' : ''} /></header>
      <${MessageNote} entry=${item} />
      <p class="card-text">${saidIn(item)}${besides(item) && html` <small>· ${besides(item)}</small>`}</p>
      ${isFailed && html`<p class="later-failure" role="alert">${icon('alert')}Not sent. ${item.failure?.detail}</p>`}
      <div class="card-actions">
        <button type="button" class="button" onClick=${() => openDialog('edit-scheduled', { item })}>${icon('edit')}Edit</button>
        <button type="button" class="button" onClick=${() => sendNow(item)}>${icon('send')}${isFailed ? 'Try again' : 'Send now'}</button>
        <button type="button" class="button quiet" onClick=${() => cancelScheduled(item)}>${icon('trash')}${isFailed ? 'Put away' : 'Cancel'}</button>
      </div>
    </article>
  `;
}

const When = ({ at, words = '' }) => html`<time class="later-when" datetime=${at} title=${exactTime(at)}>${words || whenOf(at)}</time>`;

/** @param {import('../state/later.js').Scheduled} item */
const threadWords = ({ thread_root_id: root, also_in_channel: also }) => (root ? `, in a thread${also ? ' and the channel' : ''}` : '');

function Where({ channelId, thread = '' }) {
  const channel = channels.value.get(channelId)?.value;
  const name = channel ? `${channel.kind === 'direct' ? '' : '#'}${titleOf(channel)}${thread}` : 'A channel you left';
  if (!channel) return html`<span class="card-where">${name}</span>`;
  return html`<button type="button" class="text-button card-where" onClick=${() => openChannel(channelId)}>${name}</button>`;
}

const TABS = /** @type {const} */ ([['saved', 'Saved'], ['reminders', 'Reminders'], ['done', 'Done']]);

/** What I keep for later, and what I am to be reminded of. */
export function LaterView() {
  const [tab, setTab] = useState(due.peek().length ? 'reminders' : 'saved');
  const counts = { saved: saved.value.size, reminders: due.value.length };
  const step = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = TABS.findIndex(([id]) => id === tab);
    const [next] = TABS[(at + by + TABS.length) % TABS.length];
    setTab(next);
    event.currentTarget.querySelector(`#tab-${next}`).focus();
  };
  return html`
    <${Place} title="Later" lead="What you saved, and your reminders">
      <div class="later-bar">
        <div class="later-tabs" role="tablist" aria-label="Later" onKeyDown=${step}>
          ${TABS.map(([id, label]) => html`
            <button type="button" key=${id} id="tab-${id}" role="tab" aria-selected=${tab === id ? 'true' : 'false'} aria-controls="later-list" tabindex=${tab === id ? 0 : -1} onClick=${() => setTab(id)}>
              ${label}${counts[id] > 0 && html` <span class="later-count">${counts[id]}</span>`}
            </button>`)}
        </div>
        <button type="button" class="button" onClick=${() => openDialog('remind')}>${icon('bell')}New reminder</button>
      </div>
      <div id="later-list" role="tabpanel" aria-labelledby="tab-${tab}">
        ${tab === 'done' ? html`<${Done} />` : html`<${Loaded}>${tab === 'saved' ? html`<${SavedList} />` : html`<${Reminders} />`}<//>`}
      </div>
    <//>
  `;
}

function SavedList() {
  const items = [...saved.value.values()].sort((a, b) => b.saved_at.localeCompare(a.saved_at));
  if (!items.length) return html`<div class="empty">${icon('bookmark')}<p>Nothing saved. “Save for later” in a message's menu keeps it here, for you alone.</p></div>`;
  return html`<div class="cards">${items.map((item) => html`<${SavedCard} key=${item.message_id} item=${item} />`)}</div>`;
}

function SavedCard({ item }) {
  const { message, reminder, message_id: id } = item;
  const done = () => {
    const undo = { label: 'Undo', run: () => saveMessage(id, { state: 'todo' }).catch(toastProblem) };
    saveMessage(id, { state: 'done' }).then(() => toast('Done.', { action: undo }), toastProblem);
  };
  if (!message) {
    return html`
      <article class="card"><p class="message-gone">This message was deleted, or is out of your sight.</p>
        <div class="card-actions"><button type="button" class="button" onClick=${() => unsave(id).catch(toastProblem)}>Put away</button></div>
      </article>`;
  }
  return html`
    <article class="card">
      <header><${Where} channelId=${message.channel_id} />${reminder?.due_at && html`<span class="later-when">${icon('bell')}<${When} at=${reminder.due_at} /></span>`}</header>
      <${Line} message=${message} />
      <div class="card-actions">
        <button type="button" class="button" onClick=${done}>${icon('check')}Done</button>
        <button type="button" class="button" onClick=${() => openMessage(message)}>Open<span class="visually-hidden"> in its channel</span></button>
        <button type="button" class="button" onClick=${() => openDialog('remind', { message })}>${icon('bell')}Remind me</button>
        <button type="button" class="button quiet" onClick=${() => toggleSaved(message)}>Remove</button>
      </div>
    </article>
  `;
}

function Reminders() {
  if (!due.value.length && !upcoming.value.length) {
    return html`<div class="empty">${icon('bell')}<p>No reminders. Make one here, or write /remind me to stretch in 1 hour.</p></div>`;
  }
  return html`
    ${due.value.length > 0 && html`<h2 class="later-heading">Due</h2><div class="cards">${due.value.map((item) => html`<${ReminderCard} key=${item.id} item=${item} isDue />`)}</div>`}
    ${upcoming.value.length > 0 && html`<h2 class="later-heading">To come</h2><div class="cards">${upcoming.value.map((item) => html`<${ReminderCard} key=${item.id} item=${item} />`)}</div>`}
  `;
}

/** @param {{item: import('../state/later.js').Reminder, isDue?: boolean}} props */
function ReminderCard({ item, isDue = false }) {
  const { message, channel_id: channelId, recurs, failure } = item;
  const again = (at) => snooze(item, at).catch(toastProblem);
  return html`
    <article class="card" data-unread=${(isDue && !failure) || undefined} data-failed=${failure ? true : undefined} aria-label=${`Reminder: ${wordsOf(item)}`}>
      <header>
        ${channelId ? html`<${Where} channelId=${channelId} />` : html`<span class="card-where">${icon('bell')}For you</span>`}
        <span class="later-when">${recurs && html`${icon('retry')}${recurs} · `}<${When} at=${(isDue ? item.rung_at : item.due_at) ?? item.due_at ?? ''} words=${failure && !item.due_at ? 'Not told' : ''} /></span>
      </header>
      ${item.text && html`<p class="card-text">${item.text}</p>`}
      ${message && html`<${Line} message=${message} />`}
      ${item.message_id && !message && html`<p class="message-gone">Its message was deleted, or is out of your sight.</p>`}
      ${failure && html`<p class="later-failure" role="alert">${icon('alert')}${failure.detail}</p>`}
      <div class="card-actions">
        ${isDue && html`<button type="button" class="button" onClick=${() => complete(item)}>${icon('check')}Done</button>`}
        ${!channelId && (isDue || !recurs) && html`
          <${Menu} class="button" place="below" label=${isDue ? 'Remind me again' : 'Move'} button=${html`${icon('clock')}${isDue ? 'Remind me again' : 'Move'}`}>
            ${soon().map(({ label, at }) => html`<${MenuItem} key=${label} icon=${icon('clock')} onClick=${() => again(at)}>${label}<//>`)}
            <${MenuItem} icon=${icon('calendar')} onClick=${() => openDialog('snooze', { item })}>Choose date and time…<//>
          <//>`}
        ${message && html`<button type="button" class="button" onClick=${() => openMessage(message)}>Open<span class="visually-hidden"> in its channel</span></button>`}
        <button type="button" class="button quiet" onClick=${() => removeReminder(item)}>${icon('trash')}Delete</button>
      </div>
    </article>
  `;
}

/** What I am done with, a page of each. */
function Done() {
  const [items, setItems] = useState(/** @type {any[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => {
    const below = `/workspaces/${workspace.peek()?.id}`;
    Promise.all([call('GET', `${below}/saved?state=done`), call('GET', `${below}/reminders?state=done`)])
      .then(([messages, rung]) => setItems([...messages.items, ...rung.items]), setProblem);
  };
  useEffect(load, []);
  if (problem) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<div class="empty">${icon('check')}<p>What you are done with appears here.</p></div>`;
  const back = (id) => saveMessage(id, { state: 'todo' }).then(load, toastProblem);
  return html`
    <div class="cards">
      ${items.map((item) => html`
        <article class="card" key=${item.id ?? item.message_id}>
          ${item.message ? html`<${Line} message=${item.message} />` : html`<p class=${item.text ? 'card-text' : 'message-gone'}>${item.text || 'This message was deleted, or is out of your sight.'}</p>`}
          ${item.saved_at && html`<button type="button" class="button" onClick=${() => back(item.message_id)}>Back to saved</button>`}
        </article>`)}
    </div>
  `;
}
