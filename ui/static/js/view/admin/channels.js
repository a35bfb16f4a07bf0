// @ts-check
/** All channels in numbers, private ones too: who is in them, when somebody last wrote, and closing or opening them. */
import { html, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { LOCALE } from '../../core/locale.js';
import { agoWords } from '../../core/spans.js';
import { counted } from '../../core/words.js';
import { Failed, SearchField, useChosen, Waiting } from '../../dialogs/listing.js';
import { administerChannel, useChannelSummaries } from '../../state/console.js';
import { toast, toastProblem } from '../../state/notices.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/console.js').ChannelSummary} ChannelSummary */

const ORDERS = {
  name: ['Name', (/** @type {ChannelSummary} */ a, /** @type {ChannelSummary} */ b) => a.name.localeCompare(b.name)],
  active: ['Last active', (a, b) => (b.last_activity_at ?? '').localeCompare(a.last_activity_at ?? '')],
  members: ['Most members', (a, b) => b.members - a.members],
  messages: ['Most messages', (a, b) => b.messages - a.messages],
};

export function ChannelsSection() {
  const { found, problem, load } = useChannelSummaries();
  const [words, setWords] = useState('');
  const [order, setOrder] = useState('name');
  if (problem && !found) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!found) return html`<${Waiting} />`;
  const wanted = words.toLowerCase().trim();
  const shown = found.filter(({ name }) => name.toLowerCase().includes(wanted)).sort(ORDERS[order][1]);
  return html`
    <section class="console" aria-label="Channels">
      <div class="console-tools">
        <${SearchField} label="Find a channel" value=${words} onInput=${setWords} />
        <label class="console-order">Order<select class="input" value=${order} onChange=${(event) => setOrder(event.currentTarget.value)}>
          ${Object.entries(ORDERS).map(([key, [label]]) => html`<option key=${key} value=${key} selected=${key === order}>${label}</option>`)}
        </select></label>
      </div>
      <p class="account-words">${counted(found.length, 'channel')}, ${found.filter(({ archived }) => archived).length} archived. What is said in private ones stays their members’.</p>
      ${shown.length ? html`<ul class="account-list" aria-label="Channels">${shown.map((channel) => html`<li key=${channel.id}><${Row} channel=${channel} changed=${load} /></li>`)}</ul>` : html`<p class="empty">No channel is called “${words}”.</p>`}
    </section>
  `;
}

/** @param {{channel: ChannelSummary, changed: () => void}} props */
function Row({ channel: { id, kind, name, members, messages, last_activity_at: last, posting, archived }, changed }) {
  const act = (changes, words) => async () => {
    await administerChannel(id, changes);
    toast(words);
    changed();
  };
  const close = useChosen(act({ archived: !archived }, archived ? `#${name} is open again.` : `#${name} is archived.`), toastProblem);
  const restrict = useChosen(act({ posting: posting === 'everyone' ? 'moderators' : 'everyone' }, posting === 'everyone' ? `In #${name}, moderators begin from now on.` : `In #${name}, everyone writes from now on.`), toastProblem);
  return html`
    <article class="account-fact" aria-label=${name}>
      <${Icon} name=${archived ? 'archive' : kind === 'private' ? 'lock' : 'hash'} />
      <div>
        <b>${name}</b>${archived && html` <span class="account-here">Archived</span>`}
        <p>${kind === 'private' ? 'Private' : 'Public'} · ${counted(members, 'member')} · ${messages.toLocaleString(LOCALE)} messages${last && html` · <time datetime=${last} title=${exactTime(last)}>active ${agoWords(last)}</time>`}${posting === 'moderators' && ' · only moderators begin'}</p>
      </div>
      ${name !== 'general' && html`
        <div class="console-deeds">
          ${!archived && html`<button type="button" class="button" aria-label=${posting === 'everyone' ? `Let moderators alone begin in ${name}` : `Let everyone write in ${name}`} disabled=${restrict.busy} onClick=${restrict.choose}>${posting === 'everyone' ? 'Restrict' : 'Open to all'}</button>`}
          <button type="button" class="button" aria-label=${`${archived ? 'Restore' : 'Archive'} ${name}`} disabled=${close.busy} aria-busy=${close.busy ? 'true' : undefined} onClick=${close.choose}>${archived ? 'Restore' : 'Archive'}</button>
        </div>`}
    </article>
  `;
}
