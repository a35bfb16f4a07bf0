// @ts-check
/** Workflows as those see them who run a workspace: how many there are, which are stuck, what one of them does. Never any text. */
import { LOCALE } from '../../core/locale.js';
import { html, useEffect, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { whenOf } from '../../core/times.js';
import { counted } from '../../core/words.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { InTemporal } from '../../dialogs/why.js';
import { toastProblem } from '../../state/notices.js';
import { detail, openAdmin } from '../../state/route.js';
import { channels, people, titleOf } from '../../state/store.js';
import { useSummary, useWorkflows } from '../../state/workflows.js';
import { Icon } from '../icon.js';
import { WorkflowDetails } from './workflow.js';

/** @typedef {import('../../state/workflows.js').State} State @typedef {import('../../state/workflows.js').Item} Item @typedef {import('../../state/workflows.js').Summary} Summary */

/** @type {[State, string, string, string][]} state, words, icon, tone */
export const STATES = [
  ['stuck', 'Stuck', 'alert', 'bad'],
  ['failed', 'Failed', 'close', 'bad'],
  ['running', 'Going on', 'route', 'fine'],
  ['done', 'Done', 'check', 'plain'],
  ['cancelled', 'Cancelled', 'close', 'plain'],
  ['terminated', 'Ended by force', 'close', 'plain'],
];
const ALWAYS = /** @type {State[]} */ (['stuck', 'failed', 'running', 'done']);

/** @param {State} state */
export const looksOf = (state) => STATES.find(([name]) => name === state) ?? STATES[2];

export const WorkflowsSection = () => (detail.value ? html`<${WorkflowDetails} key=${detail.value} id=${detail.value} />` : html`<${Overview} />`);

function Overview() {
  const [wanted, setWanted] = useState({ type: '', state: '' });
  const { found, problem, load } = useSummary();
  const choose = (changes) => setWanted((known) => ({ ...known, ...changes }));
  return html`
    <div class="operations workflows">
      <section aria-label="All in all">
        <h2>All in all</h2>
        ${problem && !found ? html`<${Failed} problem=${problem} onRetry=${load} />` : !found ? html`<${Waiting} />` : html`<${Totals} summary=${found} wanted=${wanted} onChoose=${choose} />`}
      </section>
      ${found && html`<section aria-label="By type"><h2>By type</h2><${Types} summary=${found} wanted=${wanted} onChoose=${choose} /></section>`}
      <${List} wanted=${wanted} summary=${found} onChoose=${choose} />
    </div>
  `;
}

/** @param {{summary: Summary, wanted: any, onChoose: (changes: any) => void}} props */
const Totals = ({ summary: { totals }, wanted, onChoose }) => html`
  <ul class="workflow-totals">
    ${STATES.filter(([state]) => ALWAYS.includes(state) || totals[state]).map(([state, words, icon, tone]) => {
      const count = totals[state] ?? 0;
      return html`
        <li key=${state}><button type="button" class="workflow-total" data-tone=${count ? tone : 'plain'} aria-pressed=${wanted.state === state} onClick=${() => onChoose({ state: wanted.state === state ? '' : state })}>
          <${Icon} name=${icon} /><b>${count.toLocaleString(LOCALE)}</b><span>${words}</span>
        </button></li>`;
    })}
  </ul>
`;

/** @param {{summary: Summary, wanted: any, onChoose: (changes: any) => void}} props */
function Types({ summary: { items, people_counted: people }, wanted, onChoose }) {
  const there = items.filter(({ counts }) => Object.keys(counts).length);
  if (!there.length) return html`<p class="operations-none"><${Icon} name="check" />No promise was made here yet.</p>`;
  const rank = ({ counts }) => (counts.stuck ?? 0) * 1e9 + (counts.failed ?? 0) * 1e6 + (counts.running ?? 0);
  const sorted = [...there].sort((one, other) => rank(other) - rank(one) || one.title.localeCompare(other.title));
  return html`
    <div class="workflow-types-frame" tabindex="0" role="region" aria-label="Workflows by type">
      <table class="workflow-types">
        <thead><tr><th scope="col">What is promised</th>${STATES.slice(0, 4).map(([state, words]) => html`<th scope="col" key=${state}>${words}</th>`)}<th scope="col">Ended</th></tr></thead>
        <tbody>${sorted.map((row) => html`<${TypeRow} key=${row.type} row=${row} isChosen=${wanted.type === row.type} onChoose=${onChoose} />`)}</tbody>
      </table>
    </div>
    ${there.some(({ type }) => type === 'MemberNotifications') && html`<p class="listing-note">Notifications of ${counted(people, 'member')} are counted, in all their workspaces.</p>`}
  `;
}

function TypeRow({ row: { type, title, promises, counts }, isChosen, onChoose }) {
  const cell = (state) => html`<td key=${state} data-state=${state} data-count=${counts[state] ?? 0}>${counts[state] ? html`<button type="button" class="text-button" aria-label=${`Show ${title}: ${looksOf(state)[1]}, ${counts[state]}`} onClick=${() => onChoose({ type, state })}>${counts[state].toLocaleString(LOCALE)}</button>` : html`<span aria-hidden="true">–</span><span class="visually-hidden">none</span>`}</td>`;
  const ended = (counts.cancelled ?? 0) + (counts.terminated ?? 0);
  return html`
    <tr data-chosen=${isChosen || undefined}>
      <th scope="row"><button type="button" class="text-button" aria-pressed=${isChosen} onClick=${() => onChoose({ type: isChosen ? '' : type, state: '' })}>${title}</button><small>${promises}</small></th>
      ${STATES.slice(0, 4).map(([state]) => cell(state))}
      <td data-count=${ended}>${ended ? ended.toLocaleString(LOCALE) : html`<span aria-hidden="true">–</span><span class="visually-hidden">none</span>`}</td>
    </tr>
  `;
}

/** @param {{wanted: {type: string, state: string}, summary: Summary | null, onChoose: (changes: any) => void}} props */
function List({ wanted, summary, onChoose }) {
  const { items, problem, load, next, more, busy } = useWorkflows(wanted);
  const types = [...(summary?.items ?? [])].sort((one, other) => one.title.localeCompare(other.title));
  const field = (name, label, options) => html`
    <label class="operations-field"><span>${label}</span>
      <select class="input" value=${wanted[name]} onChange=${(event) => onChoose({ [name]: event.currentTarget.value })}>${options.map(([value, text]) => html`<option key=${value} value=${value} selected=${wanted[name] === value}>${text}</option>`)}</select>
    </label>`;
  return html`
    <section aria-label="One by one">
      <h2>One by one</h2>
      <div class="operations-filters" role="group" aria-label="Filter">
        ${field('type', 'Type', [['', 'All'], ...types.map(({ type, title }) => [type, title])])}
        ${field('state', 'State', [['', 'All, stuck ones first'], ...STATES.map(([state, words]) => [state, words])])}
      </div>
      ${problem && !items ? html`<${Failed} problem=${problem} onRetry=${load} />` : !items ? html`<${Waiting} />` : html`<${Rows} items=${items} wanted=${wanted} />`}
      ${next && html`<button type="button" class="button operations-more" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${() => more().catch(toastProblem)}>Show more</button>`}
    </section>
  `;
}

/** @param {{items: Item[], wanted: {type: string, state: string}}} props */
function Rows({ items, wanted }) {
  if (!items.length && wanted.state === 'stuck') return html`<p class="operations-none"><${Icon} name="check" />Nothing is stuck.</p>`;
  if (!items.length && wanted.state === 'failed') return html`<p class="operations-none"><${Icon} name="check" />Nothing has failed.</p>`;
  if (!items.length) return html`<div class="empty"><${Icon} name="route" /><p>${wanted.type || wanted.state ? 'Nothing matches this filter.' : 'Workflows of this workspace will be listed here.'}</p></div>`;
  return html`<ul class="workflow-list" aria-label="Workflows">${items.map((item) => html`<li key=${`${item.id} ${item.started_at}`}><${Row} item=${item} /></li>`)}</ul>`;
}

/** @param {{item: Item}} props */
function Row({ item }) {
  const { id, title, subject, state, words, started_at: started, ended_at: ended, pending } = item;
  const [, label, icon, tone] = looksOf(state);
  const retried = pending.find(({ next_try_at: at, state: stands }) => at && stands === 'waiting to try again');
  return html`
    <article class="workflow-row" data-tone=${tone} aria-label=${title}>
      <${Icon} name=${icon} />
      <div class="workflow-words">
        <h3><button type="button" class="text-button" onClick=${() => openAdmin('workflows', id)}>${title}</button>${subjectOf(subject) && html`<span class="workflow-subject">${subjectOf(subject)}</span>`}<span class="workflow-state">${label}</span></h3>
        ${words && html`<p class="workflow-told">${words}</p>`}
        <p class="kept-facts">${retried && html`<${Countdown} at=${retried.next_try_at} /> · `}began <time datetime=${started} title=${exactTime(started)}>${agoWords(started)}</time>${ended && html`, over <time datetime=${ended} title=${exactTime(ended)}>${agoWords(ended)}</time>`} · <${InTemporal} workflow=${item.workflow} of=${title} /></p>
      </div>
      <${Icon} name="chevron" />
    </article>
  `;
}

/** What a workflow is about, as far as the person knows it by name. @param {string} subject */
export function subjectOf(subject) {
  const channel = channels.value.get(subject)?.value;
  if (channel) return channel.kind === 'direct' || channel.kind === 'group' ? titleOf(channel) : `#${channel.name}`;
  return people.value.get(subject)?.name ?? '';
}

/** Until a step is tried again, second by second. @param {{at?: string}} props */
export function Countdown({ at }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return null;
  const seconds = Math.ceil((new Date(at).getTime() - Date.now()) / 1000);
  if (seconds <= 0) return html`<span class="workflow-countdown">tried again now</span>`;
  const left = seconds < 90 ? `in ${seconds} s` : seconds < 5_400 ? `in ${Math.round(seconds / 60)} min` : `on ${whenOf(at)}`;
  return html`<span class="workflow-countdown" title=${exactTime(at)}>tried again ${left}</span>`;
}
