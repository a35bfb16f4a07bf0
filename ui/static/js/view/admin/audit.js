// @ts-check
/** Audit: who did what, when and from where; whether it is what was written; taking it along; and for how long it is kept. */
import { html, useEffect, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { whenOf } from '../../core/times.js';
import { counted } from '../../core/words.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { exportAudit, keepAuditFor, retention, useAuditEntries, verifyAudit } from '../../state/administration.js';
import { toast, toastProblem } from '../../state/notices.js';
import { may } from '../../state/rights.js';
import { nameOf, people } from '../../state/store.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/administration.js').Entry} Entry @typedef {import('../../state/administration.js').Verified} Verified */

const FAMILIES = [
  ['', 'Everything'], ['member.*', 'Members'], ['guest.*', 'Guests'], ['invitation.*', 'Invitations'], ['role.*', 'Roles'], ['channel.*', 'Channels'], ['message.*', 'Messages deleted'], ['file.*,files.*', 'Files'],
  ['group.*', 'Groups'], ['workspace.*', 'The workspace'], ['audit.*', 'The audit itself'],
];
const KEPT = [['', 'For ever'], ['90', '90 days'], ['180', '180 days'], ['365', '1 year'], ['730', '2 years']];
const NOTHING = { actor: '', action: '', from: '', to: '' };

/** The first moment of a day of this device, or of the one after. @param {string} day @param {number} [days] */
function momentOf(day, days = 0) {
  if (!day) return '';
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

export function AuditSection() {
  const [filter, setFilter] = useState(NOTHING);
  const wanted = { actor: filter.actor, action: filter.action, since: momentOf(filter.from), until: momentOf(filter.to, 1) };
  const list = useAuditEntries(wanted);
  const set = (changes) => setFilter({ ...filter, ...changes });
  return html`
    <div class="administration">
      <${Verification} />
      <section aria-label="What was done">
        <h2>What was done</h2>
        <${Filters} filter=${filter} set=${set} wanted=${wanted} />
        <${Entries} list=${list} filtered=${Object.values(filter).some(Boolean)} />
      </section>
      <${Kept} changed=${list.load} />
    </div>
  `;
}

function Filters({ filter, set, wanted }) {
  const known = [...people.value].sort(([, a], [, b]) => a.name.localeCompare(b.name));
  const csv = useChosen(() => exportAudit('csv', wanted), toastProblem);
  const lines = useChosen(() => exportAudit('jsonl', wanted), toastProblem);
  const field = (name, label, options) => html`
    <label class="operations-field"><span>${label}</span><select class="input" value=${filter[name]} onChange=${(event) => set({ [name]: event.currentTarget.value })}>
      ${options.map(([value, words]) => html`<option key=${value} value=${value} selected=${filter[name] === value}>${words}</option>`)}</select></label>`;
  const day = (name, label) => html`<label class="operations-field"><span>${label}</span><input class="input" type="date" value=${filter[name]} onChange=${(event) => set({ [name]: event.currentTarget.value })} /></label>`;
  const save = ({ busy, choose }, words) => html`<button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}><${Icon} name="download" />${words}</button>`;
  return html`
    <div class="operations-filters" role="search" aria-label="What was done">
      ${field('actor', 'Who', [['', 'Anyone'], ...known.map(([id, { name }]) => [id, name])])}
      ${field('action', 'What', FAMILIES)}
      ${day('from', 'From')}${day('to', 'To')}
      <div class="admin-actions">${save(csv, 'CSV')}${save(lines, 'JSON lines')}</div>
    </div>
  `;
}

function Entries({ list: { items, problem, busy, load, hasMore, more }, filtered }) {
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<p class="operations-none"><${Icon} name="search" />${filtered ? 'Nothing matches this filter.' : 'Nothing was done yet.'}</p>`;
  return html`
    <ol class="audit-entries" aria-label="What was done" aria-busy=${busy}>${items.map((entry) => html`<${Row} key=${entry.id} entry=${entry} />`)}</ol>
    ${hasMore && html`<button type="button" class="button operations-more" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${more}>Show more</button>`}
  `;
}

/** @param {{entry: Entry}} props */
const Row = ({ entry: { at, actor_id: actor, action, subject, detail, seq, origin } }) => html`
  <li class="audit-entry">
    <span class="audit-number" title="Its number in the chain">${seq ?? '–'}</span>
    <div class="admin-words">
      <p><b>${actor ? nameOf(actor) : 'Parlour'}</b> <code>${action}</code>${people.value.has(subject) && subject !== actor && html` <span>${nameOf(subject)}</span>`}</p>
      ${detail && html`<p>${detail}</p>`}
      ${origin && html`<p class="audit-origin">From ${origin.address}${origin.kind && origin.kind !== 'session' && `, by a ${origin.kind} token`}${origin.agent && html`, <span title=${origin.agent}>${origin.agent.slice(0, 60)}</span>`}</p>`}
    </div>
    <time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time>
  </li>
`;

function Verification() {
  const [found, setFound] = useState(/** @type {Verified | null} */ (null));
  const { busy, choose } = useChosen(async () => setFound(await verifyAudit()), toastProblem);
  return html`
    <section aria-label="Is it what was written?">
      <h2>Is it what was written?</h2>
      <div class="audit-verdict" data-tone=${!found ? 'none' : found.intact ? 'fine' : 'bad'}>
        <${Icon} name=${found && !found.intact ? 'alert' : 'checking'} />
        <div class="admin-words" role="status"><${Verdict} found=${found} /></div>
        <button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}>Verify</button>
      </div>
    </section>
  `;
}

/** @param {{found: Verified | null}} props */
function Verdict({ found }) {
  if (!found) return html`<p>Each entry holds a hash of itself and of the one before it: what is changed, taken out or put in shows.</p>`;
  const { intact, entries, last_hash: hash, faults, checkpoint } = found;
  return html`
    <p><b>${intact ? `All ${counted(entries, 'entry', 'entries')} are what was written.` : 'This is not what was written.'}</b></p>
    ${faults.length > 0 && html`<ul>${faults.map(({ words }, at) => html`<li key=${at}>${words}</li>`)}</ul>`}
    ${checkpoint && html`<p>${counted(checkpoint.removed, 'entry', 'entries')} before number ${checkpoint.seq + 1} went after their time.</p>`}
    <p class="audit-origin">The last hash: <code>${hash.slice(0, 16)}…</code></p>
  `;
}

/** @param {{changed: () => void}} props */
function Kept({ changed }) {
  const [days, setDays] = useState(/** @type {string | null} */ (null));
  useEffect(() => void retention().then(({ days: kept }) => setDays(String(kept ?? '')), toastProblem), []);
  const choose = async (event) => {
    const chosen = event.currentTarget.value;
    await keepAuditFor(chosen ? Number(chosen) : null).then(() => (setDays(chosen), toast('The audit is kept for that long.'), changed()), toastProblem);
  };
  if (days === null) return null;
  const options = KEPT.some(([value]) => value === days) ? KEPT : [...KEPT, [days, `${days} days`]];
  return html`
    <section aria-label="How long it is kept">
      <h2>How long it is kept</h2>
      <select class="input admin-choice" aria-label="How long the audit is kept" disabled=${!may('workspace.change')} value=${days} onChange=${choose}>
        ${options.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === days}>${words}</option>`)}
      </select>
      <p class="audit-origin">What is older goes once a day, from the old end; the rest still verifies.</p>
    </section>
  `;
}
