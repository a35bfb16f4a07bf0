// @ts-check
/** What is pinned to a channel. */
import { html, useEffect, useState } from '../core/html.js';
import { besides, saidIn } from '../core/said.js';
import { dayName, timeOf } from '../core/dates.js';
import { Listing } from '../dialogs/listing.js';
import { pinsOf, togglePin } from '../state/messages.js';
import { closePanel } from '../state/panel.js';
import { openMessage } from '../state/route.js';
import { nameOf } from '../state/store.js';
import { on } from '../net/connection.js';
import { Icon } from './icon.js';

/** @param {{channelId: string}} props */
export function Pins({ channelId }) {
  const [items, setItems] = useState(/** @type {any[] | null} */ (null));
  const [problem, setProblem] = useState(null);
  const load = () => pinsOf(channelId).then((found) => (setItems(found), setProblem(null)), setProblem);
  useEffect(() => {
    load();
    const changed = ({ entry }) => entry.channel_id === channelId && load();
    const stops = ['message.pinned', 'message.unpinned', 'message.edited', 'message.deleted'].map((name) => on(name, changed));
    return () => stops.forEach((stop) => stop());
  }, [channelId]);
  const escape = (event) => event.key === 'Escape' && (event.stopPropagation(), closePanel());
  return html`
    <aside class="panel" aria-label="Pinned messages" onKeyDown=${escape}>
      <header class="panel-head">
        <h2>Pinned</h2>
        <button type="button" class="icon-button" aria-label="Close pinned messages" onClick=${closePanel}><${Icon} name="close" /></button>
      </header>
      <${Listing} label="Pinned messages" items=${items} problem=${problem} onRetry=${load}
        empty="Nothing is pinned yet. Pin a message from its menu to keep it at hand here." row=${(message) => html`<${Pin} message=${message} />`} />
    </aside>
  `;
}

const Pin = ({ message }) => html`
  <button type="button" class="pin" onClick=${() => openMessage(message)}>
    <b>${nameOf(message.author_id)}</b> <small>${dayName(message.created_at)} ${timeOf(message.created_at)}</small>
    <span>${saidIn(message)}${besides(message) && html` <small>· ${besides(message)}</small>`}</span>
  </button>
  <button type="button" class="icon-button" aria-label="Unpin" title="Unpin" onClick=${() => togglePin(message)}><${Icon} name="close" /></button>
`;
