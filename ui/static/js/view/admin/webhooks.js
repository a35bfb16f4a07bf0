// @ts-check
/** Webhooks as those see them who manage integrations: both kinds, how each fares, and what became of every event. */
import { html, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords, untilWords } from '../../core/spans.js';
import { counted } from '../../core/words.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { InTemporal } from '../../dialogs/why.js';
import { toast, toastProblem } from '../../state/notices.js';
import { channels, nameOf } from '../../state/store.js';
import { ping, redrive, saveIncoming, saveOutgoing, useIncoming, useLog, useOutgoing } from '../../state/webhooks.js';
import { Icon } from '../icon.js';
import { Menu, MenuItem } from '../popover.js';

/** @typedef {import('../../state/webhooks.js').Incoming} Incoming @typedef {import('../../state/webhooks.js').State} State @typedef {import('../../state/webhooks.js').Delivery} Delivery */

export function WebhooksSection() {
  const incoming = useIncoming();
  const outgoing = useOutgoing();
  return html`
    <div class="operations webhooks">
      <section aria-label="Incoming webhooks">
        <header class="webhooks-head"><div><h2>Incoming</h2><p>Programs that post to Slack post here by changing the address: alerts, builds, forms.</p></div>
          <button type="button" class="button primary" onClick=${() => openDialog('incoming-webhook', { done: incoming.load })}><${Icon} name="plus" />New incoming webhook</button></header>
        <${Listed} of=${incoming} label="Incoming webhooks" none="No program posts here yet." card=${(hook) => html`<${IncomingCard} hook=${hook} changed=${incoming.load} />`} keyOf=${(hook) => hook.id} />
      </section>
      <section aria-label="Outgoing webhooks">
        <header class="webhooks-head"><div><h2>Outgoing</h2><p>Your own server is told of what happens here: signed, tried again for a day, on record.</p></div>
          <button type="button" class="button primary" onClick=${() => openDialog('outgoing-webhook', { done: outgoing.load })}><${Icon} name="plus" />New outgoing webhook</button></header>
        <${Listed} of=${outgoing} label="Outgoing webhooks" none="No server is told of anything yet." card=${(state) => html`<${OutgoingCard} state=${state} changed=${outgoing.load} />`} keyOf=${({ webhook }) => webhook.id} />
      </section>
    </div>
  `;
}

/** @param {{of: {items: any[] | null, problem: any, load: () => void, hasMore: boolean, more: () => void}, label: string, none: string, card: (item: any) => any, keyOf: (item: any) => string}} props */
function Listed({ of, label, none, card, keyOf }) {
  if (of.problem && !of.items) return html`<${Failed} problem=${of.problem} onRetry=${of.load} />`;
  if (!of.items) return html`<${Waiting} />`;
  if (!of.items.length) return html`<p class="operations-none"><${Icon} name="link" />${none}</p>`;
  return html`
    <ul class="webhook-cards" aria-label=${label}>${of.items.map((item) => html`<li key=${keyOf(item)}>${card(item)}</li>`)}</ul>
    ${of.hasMore && html`<button type="button" class="button operations-more" onClick=${of.more}>Show more</button>`}
  `;
}

/** @param {string} id */
const channelName = (id) => (channels.value.get(id) ? `#${channels.value.get(id)?.value.name}` : 'a channel you are not in');

/** @param {{hook: Incoming, changed: () => void}} props */
function IncomingCard({ hook, changed }) {
  const refused = hook.last_refused && (!hook.last_used_at || hook.last_refused.at > hook.last_used_at) ? hook.last_refused : null;
  const [tone, words] = !hook.enabled ? ['off', 'Off'] : refused ? ['warn', 'Refused'] : ['fine', hook.last_used_at ? 'Working' : 'Not used yet'];
  const toggle = () => saveIncoming(hook.id, { enabled: !hook.enabled }).then(changed, toastProblem);
  return html`
    <article class="world webhook-card" data-tone=${tone} aria-label=${hook.name}>
      <header><h3>${hook.name}</h3><span class="world-state">${words}</span></header>
      <p class="webhook-facts">Posts to ${channelName(hook.channel_id)}${hook.may_choose_channel ? ', or to the public channel it names' : ''} · made by ${nameOf(hook.created_by)} · ${hook.last_used_at ? html`last used <time datetime=${hook.last_used_at} title=${exactTime(hook.last_used_at)}>${agoWords(hook.last_used_at)}</time>` : 'never used'}</p>
      ${refused && html`<p class="world-error"><${Icon} name="alert" /><span>Refused <time datetime=${refused.at} title=${exactTime(refused.at)}>${agoWords(refused.at)}</time>: <code>${refused.code}</code></span></p>`}
      <div class="webhook-actions">
        <button type="button" class="button" aria-label=${`Edit ${hook.name}`} onClick=${() => openDialog('incoming-webhook', { hook, done: changed })}><${Icon} name="edit" />Edit</button>
        <${Menu} class="icon-button" place="below end" label=${`More for ${hook.name}`} button=${html`<${Icon} name="more" />`}>
          <${MenuItem} icon=${html`<${Icon} name="retry" />`} onClick=${() => openDialog('readdress-webhook', { hook, done: changed })}>New address…<//>
          <${MenuItem} icon=${html`<${Icon} name=${hook.enabled ? 'pause' : 'play'} />`} onClick=${toggle}>${hook.enabled ? 'Switch off' : 'Switch on'}<//>
          <hr /><${MenuItem} icon=${html`<${Icon} name="trash" />`} danger onClick=${() => openDialog('remove-webhook', { hook, incoming: true, done: changed })}>Delete…<//>
        <//>
      </div>
    </article>
  `;
}

/** @param {State} state @returns {[string, string]} */
function howItFares({ webhook, waiting, dead }) {
  if (!webhook.enabled) return webhook.disabled_why ? ['bad', 'Disabled'] : ['off', 'Off'];
  if (webhook.failures) return ['warn', counted(webhook.failures, 'failure in a row', 'failures in a row')];
  return dead ? ['warn', `${dead.toLocaleString()} given up`] : ['fine', waiting ? 'Sending' : webhook.delivered_at ? 'Working' : 'Nothing sent yet'];
}

/** @param {{state: State, changed: () => void}} props */
function OutgoingCard({ state, changed }) {
  const { webhook: hook, waiting, dead, workflow } = state;
  const [isOpen, setOpen] = useState(false);
  const [tone, words] = howItFares(state);
  const toggle = () => saveOutgoing(hook.id, { enabled: !hook.enabled }).then(changed, toastProblem);
  const test = useChosen(async () => (await ping(hook.id), setOpen(true), toast('A test was sent. What is answered, the log shows.'), changed()), toastProblem);
  const where = hook.channel_ids.length ? hook.channel_ids.map(channelName).join(', ') : 'all public channels';
  return html`
    <article class="world webhook-card" data-tone=${tone} aria-label=${hook.name}>
      <header><h3>${hook.name}</h3><span class="world-state">${words}</span></header>
      <p class="world-id">${hook.url}</p>
      <p class="webhook-facts">${counted(hook.events.length, 'event')} of ${where}${hook.keywords.length ? ` with ${hook.keywords.join(', ')}` : ''}${hook.from_bots ? ', of bots as well' : ''} · made by ${nameOf(hook.created_by)} · <${InTemporal} workflow=${workflow} of=${hook.name} /></p>
      <dl class="webhook-figures">
        <div><dt>Waiting</dt><dd>${waiting.toLocaleString()}</dd></div>
        <div><dt>Given up</dt><dd data-bad=${dead > 0 || undefined}>${dead.toLocaleString()}</dd></div>
        <div><dt>Last taken</dt><dd>${hook.delivered_at ? html`<time datetime=${hook.delivered_at} title=${exactTime(hook.delivered_at)}>${agoWords(hook.delivered_at)}</time>` : 'never'}</dd></div>
      </dl>
      ${hook.disabled_why && html`<p class="world-error"><${Icon} name="alert" /><span>${hook.disabled_why}</span></p>`}
      ${hook.enabled && hook.quiet_until && html`<p class="world-note"><${Icon} name="clock" /><span>Failing since ${agoWords(hook.failing_since ?? hook.quiet_until)}. All waits, and is tried again ${untilWords(hook.quiet_until)}.</span></p>`}
      <div class="webhook-actions">
        ${hook.enabled
          ? html`<button type="button" class="button" disabled=${test.busy} aria-busy=${test.busy ? 'true' : undefined} aria-label=${`Test ${hook.name}`} onClick=${test.choose}><${Icon} name="send" />Test</button>`
          : html`<button type="button" class="button primary" aria-label=${`Enable ${hook.name}`} onClick=${toggle}><${Icon} name="play" />Enable</button>`}
        <button type="button" class="button" aria-label=${`Edit ${hook.name}`} onClick=${() => openDialog('outgoing-webhook', { hook, done: changed })}><${Icon} name="edit" />Edit</button>
        <button type="button" class="button" aria-expanded=${isOpen} aria-label=${`Log of ${hook.name}`} onClick=${() => setOpen(!isOpen)}><${Icon} name="chevron" />Log</button>
        <${Menu} class="icon-button" place="below end" label=${`More for ${hook.name}`} button=${html`<${Icon} name="more" />`}>
          <${MenuItem} icon=${html`<${Icon} name="retry" />`} onClick=${() => openDialog('renew-webhook-secret', { hook, done: changed })}>New secret…<//>
          ${hook.enabled && html`<${MenuItem} icon=${html`<${Icon} name="pause" />`} onClick=${toggle}>Switch off<//>`}
          <hr /><${MenuItem} icon=${html`<${Icon} name="trash" />`} danger onClick=${() => openDialog('remove-webhook', { hook, done: changed })}>Delete…<//>
        <//>
      </div>
      ${isOpen && html`<${Log} hook=${hook} dead=${dead} changed=${changed} />`}
    </article>
  `;
}

const STATES = {
  '': 'All',
  waiting: 'Waiting',
  retrying: 'Trying again',
  delivered: 'Taken',
  dead: 'Given up',
  dropped: 'Left out',
};

/** @param {{hook: import('../../state/webhooks.js').Outgoing, dead: number, changed: () => void}} props */
function Log({ hook, dead, changed }) {
  const [state, setState] = useState('');
  const log = useLog(hook.id, state);
  const again = useChosen(async () => {
    const count = await redrive(hook.id, { all: true });
    toast(`${counted(count, 'event is', 'events are')} sent again.`);
    log.load();
    changed();
  }, toastProblem);
  return html`
    <section class="webhook-log" aria-label=${`Log of ${hook.name}`}>
      <div class="operations-filters">
        <label class="operations-field"><span>State</span><select class="input" value=${state} onChange=${(event) => setState(event.currentTarget.value)}>${Object.entries(STATES).map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}</select></label>
        ${dead > 0 && html`<button type="button" class="button" disabled=${again.busy || !hook.enabled} aria-busy=${again.busy ? 'true' : undefined} title=${hook.enabled ? undefined : 'Enable the webhook first'} onClick=${again.choose}><${Icon} name="retry" />Send all ${dead.toLocaleString()} given up again</button>`}
      </div>
      ${log.problem && !log.items ? html`<${Failed} problem=${log.problem} onRetry=${log.load} />` : !log.items ? html`<${Waiting} />` : html`<${Deliveries} items=${log.items} hook=${hook} changed=${() => (log.load(), changed())} />`}
      ${log.hasMore && html`<button type="button" class="button operations-more" onClick=${log.more}>Show more</button>`}
    </section>
  `;
}

function Deliveries({ items, hook, changed }) {
  if (!items.length) return html`<p class="webhook-facts">Nothing here. Events appear as they happen; a test is sent at once.</p>`;
  return html`<ul class="webhook-deliveries">${items.map((/** @type {Delivery} */ item) => html`<${DeliveryRow} key=${item.id} item=${item} hook=${hook} changed=${changed} />`)}</ul>`;
}

const ICONS = { delivered: 'check', dead: 'alert', dropped: 'lock', retrying: 'retry', waiting: 'clock', sending: 'send' };

/** @param {{item: Delivery, hook: import('../../state/webhooks.js').Outgoing, changed: () => void}} props */
function DeliveryRow({ item, hook, changed }) {
  const again = useChosen(async () => (await redrive(hook.id, { ids: [item.id] }), changed()), toastProblem);
  return html`
    <li class="webhook-delivery" data-state=${item.state}>
      <details>
        <summary><${Icon} name=${ICONS[item.state] ?? 'clock'} /><b>${item.event}</b><span class="webhook-outcome">${item.words}${item.due_at && item.tries ? ` · again ${untilWords(item.due_at)}` : ''}</span><time datetime=${item.updated_at} title=${exactTime(item.updated_at)}>${agoWords(item.updated_at)}</time></summary>
        <p class="webhook-facts"><code>${item.id}</code>${item.channel_id && html` · ${channelName(item.channel_id)}`} · ${counted(item.tries, 'attempt')}</p>
        <ol class="webhook-attempts">${item.attempts.map((attempt) => html`<${AttemptRow} key=${attempt.at} attempt=${attempt} />`)}</ol>
        ${item.state === 'dead' && html`<button type="button" class="button" disabled=${again.busy || !hook.enabled} onClick=${again.choose}><${Icon} name="retry" />Send again</button>`}
      </details>
    </li>
  `;
}

/** @param {{attempt: import('../../state/webhooks.js').Attempt}} props */
const AttemptRow = ({ attempt: { at, headers = {}, status, words, answer, took_ms: took } }) => html`
  <li>
    <p><b>${status || 'No answer'}</b> ${words || 'being sent'}${took ? `, ${took.toLocaleString()} ms` : ''} · <time datetime=${at}>${exactTime(at)}</time></p>
    <pre tabindex="0" role="region" aria-label="Request headers">${Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
    ${answer && html`<pre tabindex="0" role="region" aria-label="Answer">${answer}</pre>`}
  </li>
`;
