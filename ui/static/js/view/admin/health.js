// @ts-check
/** How everything is that the workspace runs on, looked at again every few seconds. */
import { html } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { LOCALE } from '../../core/locale.js';
import { sizeWords } from '../../core/sizes.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { useHouseHealth } from '../../state/console.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/console.js').HouseHealth} HouseHealth */

const ROLES = { api: 'API', socket: 'Gateway', worker: 'Worker' };

export function HealthSection() {
  const { found, problem, load } = useHouseHealth();
  if (problem && !found) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!found) return html`<${Waiting} />`;
  const bad = found.processes.filter(({ readiness }) => readiness?.status !== 'ready').length;
  return html`
    <div class="console">
      <p class="console-state" data-tone=${bad || problem ? 'bad' : 'fine'} role="status"><${Icon} name=${bad || problem ? 'alert' : 'check'} />${problem ? 'The server does not answer; this is how it was.' : bad ? `${bad} of ${found.processes.length} processes are not ready.` : 'Everything works.'} <small>Parlour ${found.version}, <time datetime=${found.at}>${exactTime(found.at)}</time></small></p>
      <section aria-label="Processes"><h2>Processes and servers</h2><ul class="worlds">${found.processes.map((process) => html`<li key=${process.address}><${Process} ...${process} /></li>`)}</ul></section>
      <${Table} title="Events in RabbitMQ" rows=${found.queues} head=${['Queue', 'Waiting', 'Consumers']} cells=${({ name, waiting, consumers }) => [name, waiting, consumers]} />
      <${Table} title="Tasks in Temporal" rows=${found.backlogs} head=${['Task queue', 'Waiting', 'Workers']} cells=${({ name, waiting, workers }) => [name, waiting, workers]} />
      <${Table} title="Largest collections" rows=${found.collections} head=${['Collection', 'Documents', 'Data', 'Indexes']} cells=${({ name, documents, bytes, index_bytes: indexes }) => [name, documents, sizeWords(bytes), sizeWords(indexes)]} />
    </div>
  `;
}

/** @param {HouseHealth['processes'][0]} props */
function Process({ address, readiness, words }) {
  const tone = !readiness || readiness.status !== 'ready' ? 'bad' : Object.values(readiness.dependencies).some(({ state }) => state !== 'up') ? 'warn' : 'fine';
  const name = readiness ? (ROLES[readiness.role] ?? readiness.role) : 'Process';
  return html`
    <article class="world" data-tone=${tone} aria-label=${`${name} at ${address}`}>
      <header><h3>${name}</h3><span class="world-state">${{ fine: 'Ready', warn: 'Ready, with less', bad: readiness ? 'Not ready' : 'Away' }[tone]}</span></header>
      <p class="console-address">${address}</p>
      ${words && html`<p class="world-error"><${Icon} name="alert" /><span>${words}</span></p>`}
      <ul class="console-servers">${Object.entries(readiness?.dependencies ?? {}).map(([server, { state, ms, detail }]) => html`
        <li key=${server} data-state=${state}><${Icon} name=${state === 'up' ? 'check' : 'alert'} /><b>${server}</b><span>${detail}</span><small>${ms.toLocaleString(LOCALE)} ms</small></li>`)}</ul>
    </article>
  `;
}

/** @param {{title: string, rows: any[] | null, head: string[], cells: (row: any) => (string | number)[]}} props */
function Table({ title, rows, head, cells }) {
  return html`
    <section aria-label=${title}><h2>${title}</h2>
      ${rows === null && html`<p class="world-error"><${Icon} name="alert" /><span>It could not be asked.</span></p>`}
      ${rows && html`<div class="console-scroll" tabindex="0" role="region" aria-label=${title}><table class="console-table">
        <thead><tr>${head.map((words) => html`<th key=${words} scope="col">${words}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr key=${row.name}>${cells(row).map((cell, place) => (place ? html`<td key=${place}>${typeof cell === 'number' ? cell.toLocaleString(LOCALE) : cell}</td>` : html`<th key=${place} scope="row">${cell}</th>`))}</tr>`)}</tbody>
      </table></div>`}
    </section>
  `;
}
