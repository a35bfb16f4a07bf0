// @ts-check
/** One workflow: what it promises, where it is, what comes next and why, what happened, and what one may do. */
import { LOCALE } from '../../core/locale.js';
import { html } from '../../core/html.js';
import { exactTime } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { counted } from '../../core/words.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { InTemporal } from '../../dialogs/why.js';
import { me } from '../../net/session.js';
import { toast, toastProblem } from '../../state/notices.js';
import { openAdmin } from '../../state/route.js';
import { nameOf } from '../../state/store.js';
import { actOn, exportAddress, useWorkflow } from '../../state/workflows.js';
import { Icon } from '../icon.js';
import { Countdown, looksOf, subjectOf } from './workflows.js';

/** @typedef {import('../../state/workflows.js').Workflow} Workflow @typedef {import('../../state/workflows.js').Step} Step */

/** @param {{id: string}} props */
export function WorkflowDetails({ id }) {
  const { found, problem, load } = useWorkflow(id);
  return html`
    <div class="operations workflow-page">
      <button type="button" class="button workflow-back" onClick=${() => openAdmin('workflows')}><${Icon} name="back" />All workflows</button>
      ${problem && !found ? html`<${Failed} problem=${problem} onRetry=${load} />` : !found ? html`<${Waiting} />` : html`<${Told} workflow=${found} load=${load} />`}
    </div>
  `;
}

/** @param {{workflow: Workflow, load: () => void}} props */
function Told({ workflow, load }) {
  const { title, subject, promises, state, words, next, why, pending } = workflow;
  const [, label, icon, tone] = looksOf(state);
  return html`
    <section class="workflow-head" data-tone=${tone} aria-label=${title}>
      <header><${Icon} name=${icon} /><h2>${title}</h2>${subjectOf(subject) && html`<span class="workflow-subject">${subjectOf(subject)}</span>`}<span class="workflow-state">${label}</span></header>
      <p class="workflow-promise">${promises}</p>
      <dl class="workflow-answers">
        <div><dt>Where it is</dt><dd aria-live="polite">${words}</dd></div>
        <div><dt>What comes next</dt><dd>${next}</dd></div>
        ${why && html`<div data-tone="bad"><dt>Why</dt><dd>${why}</dd></div>`}
      </dl>
      <${Actions} workflow=${workflow} load=${load} />
    </section>
    ${pending.length > 0 && html`<section aria-label="What it waits for"><h2>What it waits for</h2><ul class="workflow-pending">${pending.map((step) => html`<li key=${step.activity}><${Pending} step=${step} /></li>`)}</ul></section>`}
    <${Happened} workflow=${workflow} />
    <${About} workflow=${workflow} />
  `;
}

/** @param {{workflow: Workflow, load: () => void}} props */
function Actions({ workflow, load }) {
  const { id, title, actions } = workflow;
  const { busy, choose } = useChosen(async () => {
    await actOn(id, 'retry');
    toast('It is tried again now.');
    load();
  }, toastProblem);
  const offered = new Map(actions.map(({ action, words }) => [action, words]));
  const ask = (action) => openDialog('workflow-action', { id, title, action, words: offered.get(action), done: load });
  return html`
    <div class="workflow-actions">
      ${offered.has('retry') && html`<button type="button" class="button primary" title=${offered.get('retry')} disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}><${Icon} name="retry" />Try now</button>`}
      ${offered.has('cancel') && html`<button type="button" class="button" onClick=${() => ask('cancel')}>Cancel…</button>`}
      ${offered.has('terminate') && html`<button type="button" class="button" onClick=${() => ask('terminate')}>End by force…</button>`}
      <${Zip} workflow=${workflow} />
      <${InTemporal} workflow=${workflow.workflow} of=${title} isButton />
    </div>
  `;
}

/** The zip of an export, for whoever started it. @param {{workflow: Workflow}} props */
function Zip({ workflow: { type, state, run_id: runId, started_by: starter } }) {
  const { busy, choose } = useChosen(async () => {
    const address = await exportAddress(runId ?? '');
    if (address) location.assign(address);
    else toast('This export is not kept any more. Start another one.');
  }, toastProblem);
  if (type !== 'Export' || state !== 'done' || !runId || starter !== me.value?.id) return null;
  return html`<button type="button" class="button primary" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}><${Icon} name="download" />Load the zip</button>`;
}

/** @param {{step: Step}} props */
const Pending = ({ step }) => html`
  <article class="workflow-step" data-tone=${step.attempt > 1 ? 'bad' : 'fine'} aria-label=${step.step}>
    <h3>${step.step}</h3>
    <p class="kept-facts">${step.state} · attempt ${step.attempt}${step.attempts_max ? ` of ${step.attempts_max}` : ''}${step.state === 'waiting to try again' && step.next_try_at && html` · <${Countdown} at=${step.next_try_at} />`}${step.since && html` · since <time datetime=${step.since} title=${exactTime(step.since)}>${agoWords(step.since)}</time>`}</p>
    ${step.last_error && html`<p class="workflow-error"><${Icon} name="alert" /><span>${step.last_error}</span></p>`}
  </article>
`;

/** @param {{workflow: Workflow}} props */
const Happened = ({ workflow: { happened, is_cut: isCut, events } }) => html`
  <section aria-label="What happened">
    <h2>What happened</h2>
    ${isCut && html`<p class="listing-note">The last part of ${counted(events, 'event')}. All of them are in Temporal.</p>`}
    <ol class="workflow-happened" reversed>
      ${[...happened].reverse().map((one, index) => html`
        <li key=${`${one.at} ${index}`} data-tone=${one.tone ?? 'plain'}>
          <time datetime=${one.at} title=${exactTime(one.at)}>${exactClock(one.at)}</time>
          <p>${one.words}${factsOf(one)}</p>
        </li>`)}
    </ol>
  </section>
`;

/** @param {import('../../state/workflows.js').Happened} one */
function factsOf({ took_ms: took, attempts = 1 }) {
  const facts = [attempts > 1 && `attempt ${attempts}`, took !== undefined && spanOf(took)].filter(Boolean);
  return facts.length ? html` <small>${facts.join(', ')}</small>` : null;
}

/** @param {number} ms */
const spanOf = (ms) => (ms < 1_000 ? `${ms} ms` : ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`);

const seconds = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** @param {string} at */
const exactClock = (at) => seconds.format(new Date(at));

/** @param {{workflow: Workflow}} props */
const About = ({ workflow }) => html`
  <section aria-label="About it">
    <h2>About it</h2>
    <dl class="workflow-facts">
      <div><dt>Its steps</dt><dd><ol>${workflow.steps.map(({ activity, words }) => html`<li key=${activity}>${words}</li>`)}</ol></dd></div>
      <div><dt>Began</dt><dd><time datetime=${workflow.started_at}>${exactTime(workflow.started_at)}</time></dd></div>
      ${workflow.ended_at && html`<div><dt>Was over</dt><dd><time datetime=${workflow.ended_at}>${exactTime(workflow.ended_at)}</time></dd></div>`}
      ${workflow.started_by && html`<div><dt>Started by</dt><dd>${nameOf(workflow.started_by)}, by API</dd></div>`}
      <div><dt>Id</dt><dd><code>${workflow.workflow.id}</code></dd></div>
    </dl>
  </section>
`;
