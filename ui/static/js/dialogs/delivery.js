// @ts-check
/** Who has a message, who is still to get it, and the workflow that sees to it. */
import { html, useCallback, useEffect, useState } from '../core/html.js';
import { saidIn } from '../core/said.js';
import { exactTime } from '../core/dates.js';
import { call } from '../net/http.js';
import { on } from '../net/connection.js';
import { nameOf } from '../state/store.js';
import { Avatar } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { Dialog } from './dialog.js';
import { Failed, Waiting } from './listing.js';

const EVERY_MS = 2_000;
const STATES = /** @type {const} */ ([
  ['seen', 'Seen'],
  ['received', 'On their device'],
  ['live', 'Sent live'],
  ['waiting', 'Waiting for them'],
  ['pending', 'Being routed'],
]);
const LABELS = Object.fromEntries(STATES);

const HEADLINES = {
  sent: 'Kept in the log. Delivery is about to start.',
  delivering: 'Not everyone has it yet.',
  delivered: 'Delivered to everyone.',
  seen: 'Seen by everyone.',
};

/** @param {{message: import('../state/log.js').Entry}} props */
export function Delivery({ message }) {
  const { delivery, problem, load, more } = useDelivery(message);
  return html`
    <${Dialog} title="Delivery" class="delivery">
      <blockquote class="delivery-message"><p>${saidIn(message)}</p><footer>${nameOf(message.author_id)}, <time datetime=${message.created_at}>${exactTime(message.created_at)}</time></footer></blockquote>
      ${problem && html`<${Failed} problem=${problem} onRetry=${load} />`}
      ${!delivery && !problem && html`<${Waiting} />`}
      ${delivery && html`<${Summary} delivery=${delivery} /><${Recipients} delivery=${delivery} more=${more} /><${Workflow} delivery=${delivery} />`}
    <//>
  `;
}

/** Loads, and loads again while something may still change. @param {import('../state/log.js').Entry} message */
function useDelivery({ id, channel_id }) {
  const [delivery, setDelivery] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => {
    const shown = (answer) => (setDelivery((known) => (known?.further ? { ...known, ...answer, recipients: known.recipients } : answer)), setProblem(null));
    return call('GET', `/messages/${id}/delivery`).then(shown, setProblem);
  }, [id]);
  const more = async () => {
    const page = await call('GET', `/messages/${id}/delivery?cursor=${encodeURIComponent(delivery.next)}`);
    setDelivery({ ...page, recipients: [...delivery.recipients, ...page.recipients], further: true });
  };
  useEffect(() => void load(), [load]);
  useEffect(() => watch(channel_id, load), [channel_id, load]);
  const settled = delivery?.settled && delivery.workflow;
  useEffect(() => {
    if (settled) return undefined;
    const timer = setInterval(load, EVERY_MS);
    return () => clearInterval(timer);
  }, [settled, load]);
  return { delivery, problem: delivery ? null : problem, load, more };
}

/** @param {string} channelId @param {() => void} load */
function watch(channelId, load) {
  const moved = ({ channel_id }) => channel_id === channelId && load();
  const stops = [on('channel.seen', moved), on('channel.delivered', moved)];
  return () => stops.forEach((stop) => stop());
}

function Summary({ delivery: { state, counts } }) {
  const total = STATES.reduce((sum, [key]) => sum + (counts[key] ?? 0), 0);
  const present = STATES.filter(([key]) => counts[key]);
  return html`
    <section class="delivery-summary" aria-label="Summary">
      <p class="delivery-state" role="status">${total ? HEADLINES[state] : 'Nobody else is in this channel.'}</p>
      <div class="delivery-bar" aria-hidden="true">${present.map(([key]) => html`<span key=${key} class="part ${key}" style=${{ flexGrow: String(counts[key]) }} />`)}</div>
      <ul class="delivery-counts">${present.map(([key, label]) => html`<li key=${key}><span class="dot ${key}" aria-hidden="true" /><b>${counts[key]}</b> ${label}</li>`)}</ul>
    </section>
  `;
}

function Recipients({ delivery: { recipients, next }, more }) {
  if (!recipients.length) return null;
  return html`
    <ul class="recipients" aria-label="Recipients">
      ${recipients.map(({ user_id, name, state, detail }) => html`
        <li key=${user_id}>
          <${Avatar} userId=${user_id} name=${name} />
          <span class="listing-text"><b>${name}</b><small>${detail}</small></span>
          <span class="recipient-state ${state}">${LABELS[state] ?? state}</span>
        </li>`)}
    </ul>
    ${next && html`<button type="button" class="button" onClick=${more}>Show more</button>`}
  `;
}

function Workflow({ delivery: { workflow } }) {
  return html`
    <section class="workflow" aria-label="Workflow">
      <${Icon} name="route" />
      ${workflow
        ? html`<p>This promise is kept by the workflow <code>${workflow.id}</code>.</p>
            <a class="button" href=${workflow.url} target="_blank" rel="noopener noreferrer">Open in Temporal<${Icon} name="external" /><span class="visually-hidden"> (new tab)</span></a>`
        : html`<p>Its workflow has not started yet. The message is safe in the log and will be picked up.</p>`}
    </section>
  `;
}
