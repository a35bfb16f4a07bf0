// @ts-check
/** Notifications as an owner sees them who runs the workspace: the worlds outside, what left, what was given up. Never any text. */
import { LOCALE } from '../../core/locale.js';
import { html, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords, untilWords } from '../../core/spans.js';
import { whenOf } from '../../core/times.js';
import { counted } from '../../core/words.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { InTemporal } from '../../dialogs/why.js';
import { toast, toastProblem } from '../../state/notices.js';
import { redriveAll, redriveThese, useDispatches, useWorlds } from '../../state/operations.js';
import { nameOf, people } from '../../state/store.js';
import { Avatar } from '../avatar.js';
import { Icon } from '../icon.js';
import { Attempts, sentence, STATES, wordsBeside } from '../legs.js';

/** @typedef {import('../../state/operations.js').World} World @typedef {import('../../state/operations.js').Dispatch} Dispatch */

const EVERYTHING = { state: '', world: '', user: '' };
/** Which dispatches are shown, by the states a query takes. */
const SHOWN = /** @type {const} */ ([
  ['', 'All'],
  ['waiting,sending', 'Waiting'],
  ['retrying', 'Trying again'],
  ['given_up', 'Given up'],
  ['sent', 'Sent'],
  ['cancelled', 'Not needed any more'],
]);

export function NotificationsSection() {
  const [wanted, setWanted] = useState(EVERYTHING);
  const { worlds, problem, load } = useWorlds();
  const choose = (changes) => setWanted((known) => ({ ...known, ...changes }));
  return html`
    <div class="operations">
      <section aria-label="Worlds outside">
        <h2>Worlds outside</h2>
        ${problem && !worlds ? html`<${Failed} problem=${problem} onRetry=${load} />` : !worlds ? html`<${Waiting} />` : html`<${Worlds} worlds=${worlds} onChoose=${choose} />`}
      </section>
      <${Dispatches} wanted=${wanted} worlds=${worlds ?? []} onChoose=${choose} />
    </div>
  `;
}

/** @param {{worlds: World[], onChoose: (changes: Partial<typeof EVERYTHING>) => void}} props */
function Worlds({ worlds, onChoose }) {
  if (!worlds.length) return html`<p class="operations-none"><${Icon} name="check" />Nothing has left the house in the last day, and nothing waits to.</p>`;
  return html`<ul class="worlds">${worlds.map((world) => html`<li key=${world.world}><${WorldCard} world=${world} onChoose=${onChoose} /></li>`)}</ul>`;
}

const CIRCUITS = {
  closed: { tone: 'fine', words: 'Working' },
  open: { tone: 'bad', words: 'Left alone' },
  half_open: { tone: 'warn', words: 'One attempt tells' },
};

/** @param {World} world */
function stateOf({ circuit }) {
  if (!circuit) return CIRCUITS.closed;
  if (circuit.state === 'closed') return { tone: 'warn', words: counted(circuit.failures, 'failure in a row', 'failures in a row') };
  return CIRCUITS[circuit.state];
}

/** @param {{world: World, onChoose: (changes: Partial<typeof EVERYTHING>) => void}} props */
function WorldCard({ world, onChoose }) {
  const { tone, words } = stateOf(world);
  const { circuit, last_error: error, failure_rate: rate } = world;
  /** @type {{label: string, count: number, state: string, hour?: number}[]} */
  const figures = [
    { label: 'Waiting', count: world.waiting ?? 0, state: 'waiting,sending' },
    { label: 'Trying again', count: world.retrying ?? 0, state: 'retrying' },
    { label: 'Sent, 24 h', count: world.sent_day ?? 0, state: 'sent', hour: world.sent_hour ?? 0 },
    { label: 'Given up, 24 h', count: world.given_up_day ?? 0, state: 'given_up', hour: world.given_up_hour ?? 0 },
  ];
  return html`
    <article class="world" data-tone=${tone} aria-label=${world.name}>
      <header><h3>${world.name}</h3><span class="world-state">${words}</span></header>
      ${world.name !== world.world && html`<p class="world-id">${world.world}</p>`}
      <dl class="world-figures">
        ${figures.map(({ label, count, state, hour }) => html`
          <div key=${label}><dt>${label}</dt>
            <dd><button type="button" class="text-button" aria-label=${`Show ${label}: ${count}`} onClick=${() => onChoose({ world: world.world, state })}>${count.toLocaleString(LOCALE)}</button>
              <small>${hour === undefined ? 'now' : `${hour.toLocaleString(LOCALE)} in the last hour`}</small></dd></div>`)}
      </dl>
      <p class="world-rate"><span>${(world.attempts_per_minute ?? 0).toLocaleString(LOCALE)} attempts a minute</span><span data-bad=${(rate ?? 0) > 0.2 || undefined}>${rate === undefined ? 'No attempt in the last hour' : `${percent(rate)} failed in the last hour`}</span></p>
      ${circuit && circuit.state === 'open' && circuit.until && html`<p class="world-note"><${Icon} name="clock" /><span>Not tried until ${untilWords(circuit.until)}, after ${counted(circuit.failures, 'failure')} in a row: ${sentence(circuit.words)}</span></p>`}
      ${error && html`<p class="world-error"><${Icon} name="alert" /><span>${sentence(error.words ?? '')}${error.code && html` <code>${error.code}</code>`} <time datetime=${error.at} title=${exactTime(error.at)}>${agoWords(error.at)}</time></span></p>`}
    </article>
  `;
}

/** @param {number} rate */
const percent = (rate) => (rate > 0 && rate < 0.01 ? 'Under 1 %' : `${Math.round(rate * 100)} %`);

/** @param {{wanted: typeof EVERYTHING, worlds: World[], onChoose: (changes: Partial<typeof EVERYTHING>) => void}} props */
function Dispatches({ wanted, worlds, onChoose }) {
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const list = useDispatches(wanted);
  const lost = (list.items ?? []).filter(({ state }) => state === 'given_up');
  const ids = lost.map(({ id }) => id).filter((id) => chosen.has(id));
  const toggle = (/** @type {string[]} */ which, /** @type {boolean} */ on) => {
    const kept = new Set(chosen);
    which.forEach((id) => (on ? kept.add(id) : kept.delete(id)));
    setChosen(kept);
  };
  return html`
    <section aria-label="What left, or is to">
      <h2>What left, or is to</h2>
      <${Filters} wanted=${wanted} worlds=${worlds} onChoose=${onChoose} />
      <${Redrive} ids=${ids} lost=${lost.length} wanted=${wanted} done=${() => (setChosen(new Set()), list.load())} />
      ${list.problem && !list.items ? html`<${Failed} problem=${list.problem} onRetry=${list.load} />` : !list.items ? html`<${Waiting} />` : html`<${Rows} items=${list.items} lost=${lost} chosen=${chosen} toggle=${toggle} wanted=${wanted} />`}
      ${list.hasMore && html`<button type="button" class="button operations-more" onClick=${list.more}>Show more</button>`}
      ${list.isCut && html`<p class="listing-note">Only the newest are shown. Choose a state, a world or a person to see others.</p>`}
    </section>
  `;
}

function Filters({ wanted, worlds, onChoose }) {
  const named = [...people.value].map(([id, { name }]) => [id, name]).sort(([, one], [, other]) => one.localeCompare(other));
  const known = worlds.some(({ world }) => world === wanted.world) || !wanted.world ? worlds : [...worlds, { world: wanted.world, name: wanted.world }];
  const field = (name, label, options) => html`
    <label class="operations-field"><span>${label}</span>
      <select class="input" value=${wanted[name]} onChange=${(event) => onChoose({ [name]: event.currentTarget.value })}>${options.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select>
    </label>`;
  return html`
    <div class="operations-filters" role="group" aria-label="Filter">
      ${field('state', 'State', SHOWN)}
      ${field('world', 'World', [['', 'All'], ...known.map(({ world, name }) => [world, name])])}
      ${field('user', 'Person', [['', 'Everyone'], ...named])}
      ${wanted.user && html`<button type="button" class="button" onClick=${() => openDialog('why', { userId: wanted.user })}>All of ${nameOf(wanted.user)}’s notifications</button>`}
    </div>
  `;
}

/** Opens again what was given up: what is chosen, or all that the filter lets through. */
function Redrive({ ids, lost, wanted, done }) {
  const [progress, setProgress] = useState(/** @type {string | null} */ (null));
  if (!lost && progress === null) return null;
  const run = async (/** @type {() => Promise<number>} */ work) => {
    setProgress('Opening again…');
    await work().then((count) => toast(count ? `${counted(count, 'dispatch is', 'dispatches are')} tried again.` : 'None of them was given up any more.'), toastProblem);
    setProgress(null);
    done();
  };
  const told = (/** @type {number} */ count, /** @type {number} */ left) => setProgress(`${count.toLocaleString(LOCALE)} opened again, ${left.toLocaleString(LOCALE)} left…`);
  const filter = { ...(wanted.world && { world: wanted.world }), ...(wanted.user && { user: wanted.user }) };
  const isBusy = progress !== null;
  return html`
    <div class="redrive">
      <button type="button" class="button primary" disabled=${isBusy || !ids.length} aria-busy=${isBusy ? 'true' : undefined} onClick=${() => run(() => redriveThese(ids))}><${Icon} name="retry" />Try ${ids.length ? ids.length.toLocaleString(LOCALE) : 'chosen'} again</button>
      <button type="button" class="button" disabled=${isBusy} onClick=${() => run(() => redriveAll(filter, told))}>Try all given up again${wanted.world || wanted.user ? ' (of this filter)' : ''}</button>
      <span role="status">${progress ?? ''}</span>
    </div>
  `;
}

/** @param {{items: Dispatch[], lost: Dispatch[], chosen: Set<string>, toggle: (ids: string[], on: boolean) => void, wanted: typeof EVERYTHING}} props */
function Rows({ items, lost, chosen, toggle, wanted }) {
  const isFiltered = wanted.state || wanted.world || wanted.user;
  if (!items.length) return html`<div class="empty"><${Icon} name="send" /><p>${isFiltered ? 'Nothing matches this filter.' : 'Nothing has left yet. Pushes and e-mails of this workspace will be listed here.'}</p></div>`;
  const all = lost.map(({ id }) => id);
  return html`
    <table class="dispatches">
      <thead><tr>
        <th scope="col">${all.length > 0 && html`<input type="checkbox" aria-label="Choose all that were given up" checked=${all.every((id) => chosen.has(id))} onChange=${(event) => toggle(all, event.currentTarget.checked)} />`}</th>
        <th scope="col">Person</th><th scope="col">To</th><th scope="col">State</th><th scope="col">When</th><th scope="col"><span class="visually-hidden">Details</span></th>
      </tr></thead>
      ${items.map((item) => html`<${Row} key=${item.id} item=${item} isChosen=${chosen.has(item.id)} toggle=${toggle} />`)}
    </table>
  `;
}

/** @param {{item: Dispatch, isChosen: boolean, toggle: (ids: string[], on: boolean) => void}} props */
function Row({ item, isChosen, toggle }) {
  const [isOpen, setOpen] = useState(false);
  const { icon, label } = STATES[item.state] ?? STATES.waiting;
  const name = nameOf(item.user_id);
  return html`
    <tbody class="dispatch" data-state=${item.state}>
      <tr>
        <td class="dispatch-choose">${item.state === 'given_up' && html`<input type="checkbox" aria-label=${`Choose: ${item.to}, ${name}`} checked=${isChosen} onChange=${(event) => toggle([item.id], event.currentTarget.checked)} />`}</td>
        <th scope="row" class="dispatch-person"><${Avatar} userId=${item.user_id} name=${name} /><span>${name}</span></th>
        <td class="dispatch-to"><b>${item.to || (item.way === 'email' ? 'E-mail' : 'A device')}</b><small>${about(item)}</small></td>
        <td class="dispatch-state"><b><${Icon} name=${icon} />${label}</b><small>${wordsBeside(label, item.words)}${item.due_at && ` Next: ${untilWords(item.due_at)}.`}</small></td>
        <td class="dispatch-when"><time datetime=${item.updated_at} title=${exactTime(item.updated_at)}>${whenOf(item.updated_at)}</time></td>
        <td class="dispatch-more"><button type="button" class="icon-button" aria-expanded=${isOpen} aria-label=${`Details: ${item.to}, ${name}`} onClick=${() => setOpen(!isOpen)}><${Icon} name="chevron" /></button></td>
      </tr>
      ${isOpen && html`<tr class="dispatch-details"><td colspan="6"><${Details} item=${item} /></td></tr>`}
    </tbody>
  `;
}

/** What it speaks of, in numbers. @param {Dispatch} item */
function about({ covers, digest, closes, world }) {
  const count = covers.reduce((sum, covered) => sum + covered.count, 0);
  const what = closes ? 'takes away what was read' : count ? `${counted(count, 'message')}${digest ? ', a digest' : ''}` : 'a test';
  return `${what} · ${world}`;
}

/** @param {{item: Dispatch}} props */
const Details = ({ item }) => html`
  <p>Made ${whenOf(item.created_at)}, changed ${whenOf(item.updated_at)}. ${!item.attempts?.length && 'There was no attempt yet.'}</p>
  <${Attempts} dispatch=${item} open />
  <${InTemporal} workflow=${item.workflow} of=${nameOf(item.user_id)} />
`;
