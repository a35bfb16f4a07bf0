// @ts-check
/** Files as an owner sees them who runs the workspace: scanner and store, what waits, quarantine, scanning all again, the audit. */
import { html, useState } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { shareWords, sizeWords } from '../../core/sizes.js';
import { agoWords } from '../../core/spans.js';
import { whenOf } from '../../core/times.js';
import { counted } from '../../core/words.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { InTemporal } from '../../dialogs/why.js';
import { iconOf } from '../../state/file-actions.js';
import { rescan, retryFile, useAudit, useFared, useQuarantine, useRescan } from '../../state/file-operations.js';
import { toast, toastProblem } from '../../state/notices.js';
import { nameOf } from '../../state/store.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/file-operations.js').Fared} Fared @typedef {import('../../state/file-operations.js').Quarantined} Quarantined */

export function FilesSection() {
  const fared = useFared();
  const quarantine = useQuarantine();
  const audit = useAudit();
  const changed = () => [fared, quarantine, audit].forEach(({ load }) => load());
  return html`
    <div class="operations file-operations">
      <section aria-label="Scanner and store">
        <h2>Scanner and store</h2>
        <${Loaded} of=${fared} ready=${fared.found}>${() => html`<${Servers} fared=${/** @type {Fared} */ (fared.found)} />`}<//>
      </section>
      <section aria-label="Quarantine">
        <h2>Quarantine</h2>
        <${Loaded} of=${quarantine} ready=${quarantine.items}>${() => html`<${Quarantine} list=${quarantine} changed=${changed} />`}<//>
      </section>
      <section aria-label="On their way">
        <h2>On their way</h2>
        <${Loaded} of=${fared} ready=${fared.found}>${() => html`<${OnTheirWay} fared=${/** @type {Fared} */ (fared.found)} changed=${changed} />`}<//>
      </section>
      <${Rescan} changed=${changed} />
      <section aria-label="What was done">
        <h2>What was done</h2>
        <${Loaded} of=${audit} ready=${audit.items}>${() => html`<${Audit} list=${audit} />`}<//>
      </section>
    </div>
  `;
}

/** @param {{of: {problem: any, load: () => void}, ready: any, children: () => any}} props */
function Loaded({ of, ready, children }) {
  if (of.problem && !ready) return html`<${Failed} problem=${of.problem} onRetry=${of.load} />`;
  return ready ? children() : html`<${Waiting} />`;
}

const None = ({ children }) => html`<p class="operations-none"><${Icon} name="check" />${children}</p>`;

/** @param {{fared: Fared}} props */
function Servers({ fared: { scanner, store } }) {
  const full = store.quota_bytes ? store.used_bytes / store.quota_bytes : 0;
  const [tone, words] = !scanner.answering ? ['bad', 'Away'] : scanner.test_only ? ['warn', 'Test signatures only'] : ['fine', 'Working'];
  return html`
    <ul class="worlds">
      <li><article class="world" data-tone=${tone} aria-label="Virus scanner">
        <header><h3>Virus scanner</h3><span class="world-state">${words}</span></header>
        ${scanner.version && html`<dl class="server-facts">
          <div><dt>Version</dt><dd>${scanner.version}</dd></div>
          <div><dt>Signatures</dt><dd>${scanner.signatures}${scanner.dated && !scanner.test_only && html` <small>of <time datetime=${scanner.dated}>${whenOf(scanner.dated)}</time></small>`}</dd></div>
        </dl>`}
        <p class=${tone === 'fine' ? 'world-note' : 'world-error'}><${Icon} name=${tone === 'fine' ? 'checking' : 'alert'} /><span>${scanner.words}</span></p>
      </article></li>
      <li><article class="world" data-tone=${!store.answering ? 'bad' : full > 0.9 ? 'warn' : 'fine'} aria-label="File store">
        <header><h3>File store</h3><span class="world-state">${!store.answering ? 'Away' : full > 0.9 ? 'Nearly full' : 'Working'}</span></header>
        <p class="store-used" id="store-used"><b>${sizeWords(store.used_bytes)}</b> of ${sizeWords(store.quota_bytes)} used, ${shareWords(store.used_bytes, store.quota_bytes)}</p>
        <progress class="operations-bar" max="1" value=${Math.min(1, full)} aria-labelledby="store-used" />
        ${!store.answering && html`<p class="world-error"><${Icon} name="alert" /><span>${store.words}</span></p>`}
      </article></li>
    </ul>
  `;
}

/** @param {{list: ReturnType<typeof useQuarantine>, changed: () => void}} props */
function Quarantine({ list, changed }) {
  const items = list.items ?? [];
  if (!items.length) return html`<${None}>Nothing is in quarantine.<//>`;
  return html`
    <ul class="kept-files" aria-label="Files in quarantine">${items.map((file) => html`<li key=${file.id}><${InQuarantine} file=${file} changed=${changed} /></li>`)}</ul>
    ${list.hasMore && html`<button type="button" class="button operations-more" onClick=${list.more}>Show more</button>`}
  `;
}

/** @param {{file: Quarantined, changed: () => void}} props */
const InQuarantine = ({ file, changed }) => html`
  <article class="kept-file" data-tone=${file.is_infected ? 'bad' : 'warn'} aria-label=${file.name}>
    <${Icon} name=${file.is_infected ? 'alert' : iconOf(file)} />
    <div class="kept-words">
      <h3>${file.name}</h3>
      <p class="kept-verdict">${file.verdict}</p>
      <p class="kept-facts">${nameOf(file.uploader_id)} · ${sizeWords(file.size)} · <time datetime=${file.quarantined_at} title=${exactTime(file.quarantined_at)}>${agoWords(file.quarantined_at)}</time> · <${InTemporal} workflow=${file.workflow} of=${file.name} /></p>
    </div>
    <div class="kept-actions">
      <button type="button" class="button" aria-label=${`Release ${file.name}`} onClick=${() => openDialog('release-file', { file, done: changed })}>Release…</button>
      <button type="button" class="button" aria-label=${`Delete ${file.name}`} onClick=${() => openDialog('delete-file', { file, done: changed })}><${Icon} name="trash" />Delete</button>
    </div>
  </article>
`;

/** @param {{fared: Fared, changed: () => void}} props */
function OnTheirWay({ fared: { waiting, waiting_count: count }, changed }) {
  if (!waiting.length) return html`<${None}>No file is on its way, and none waits.<//>`;
  return html`
    <ul class="kept-files" aria-label="Files on their way">${waiting.map((file) => html`<li key=${file.id}><${OnItsWay} file=${file} changed=${changed} /></li>`)}</ul>
    ${count > waiting.length && html`<p class="listing-note">The oldest of ${count >= 1000 ? 'more than 1,000' : counted(count, 'file')} are shown.</p>`}
  `;
}

/** @param {{file: import('../../state/file-operations.js').WaitingFile, changed: () => void}} props */
function OnItsWay({ file, changed }) {
  const retry = async () => {
    await retryFile(file.id);
    toast(`${file.name} is tried again.`);
    changed();
  };
  const { busy, choose } = useChosen(retry, toastProblem);
  const words = file.detail || (file.state === 'processing' ? 'A preview is being made.' : 'Being checked for viruses, or next in line for it.');
  return html`
    <article class="kept-file" data-tone=${file.waiting ? 'warn' : 'fine'} aria-label=${file.name}>
      <${Icon} name=${file.waiting ? 'clock' : 'checking'} />
      <div class="kept-words">
        <h3>${file.name}</h3>
        <p class="kept-verdict">${words}</p>
        <p class="kept-facts">${nameOf(file.uploader_id)} · ${sizeWords(file.size)} · <time datetime=${file.since} title=${exactTime(file.since)}>${agoWords(file.since)}</time> · <${InTemporal} workflow=${file.workflow} of=${file.name} /></p>
      </div>
      <div class="kept-actions"><button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} aria-label=${`Try ${file.name} now`} onClick=${choose}><${Icon} name="retry" />Try now</button></div>
    </article>
  `;
}

/** @param {{changed: () => void}} props */
function Rescan({ changed }) {
  const progress = useRescan();
  const { found, load } = progress;
  const [asked, setAsked] = useState(false);
  const start = async () => {
    setAsked(true);
    await rescan().then(() => (load(), changed()), toastProblem);
    setAsked(false);
  };
  const goesOn = found?.state === 'running' || found?.state === 'waiting';
  return html`
    <section aria-label="Scan everything again">
      <h2>Scan everything again</h2>
      <${Loaded} of=${progress} ready=${found}>${() => html`
        <div class="rescan" data-state=${found?.state}>
          <p>After an update the scanner may know what it did not know before. What its present signatures have seen is passed over.</p>
          <p class="rescan-words" role="status">${statusOf(found)}</p>
          ${goesOn && html`<progress class="operations-bar" aria-label="Scanned so far" max=${Math.max(1, found.contents)} value=${found.looked_at} />`}
          <div class="rescan-actions">
            <button type="button" class="button primary" disabled=${asked || goesOn} aria-busy=${asked || goesOn ? 'true' : undefined} onClick=${start}><${Icon} name="checking" />Scan all files again</button>
            ${found.state !== 'never' && html`<${InTemporal} workflow=${found.workflow} of="the scan" />`}
          </div>
        </div>`}<//>
    </section>
  `;
}

/** @param {any} found */
function statusOf({ state, words, finished_at: at }) {
  if (state === 'never') return 'This was never done here.';
  return state === 'done' ? `Done ${agoWords(at)}. ${words}` : words;
}

const DEEDS = {
  'file.quarantined': ['alert', 'put a file into quarantine'],
  'file.held': ['lock', 'held a file for you to decide'],
  'file.released': ['checking', 'released a file'],
  'file.deleted': ['trash', 'deleted a file'],
  'file.retried': ['retry', 'had a file tried again'],
  'files.rescanned': ['checking', 'had all files scanned again'],
};

/** @param {{list: ReturnType<typeof useAudit>}} props */
function Audit({ list }) {
  const items = list.items ?? [];
  if (!items.length) return html`<${None}>Nothing had to be done yet.<//>`;
  return html`
    <ol class="deeds" aria-label="What was done">
      ${items.map(({ id, at, actor_id: actor, action, detail }) => {
        const [icon, words] = DEEDS[action] ?? ['check', action];
        return html`<li key=${id} class="deed"><${Icon} name=${icon} /><div><p><b>${actor ? nameOf(actor) : 'Parlour'}</b> ${words}</p>${detail && html`<p class="kept-facts">${detail}</p>`}</div><time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time></li>`;
      })}
    </ol>
    ${list.hasMore && html`<button type="button" class="button operations-more" onClick=${list.more}>Show more</button>`}
  `;
}
