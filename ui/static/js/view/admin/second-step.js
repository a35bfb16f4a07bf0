// @ts-check
/** Second step: whether the workspace demands one at sign-in, since when, and who has none yet. */
import { html, useEffect, useState } from '../../core/html.js';
import { exactTime, longDate } from '../../core/dates.js';
import { counted } from '../../core/words.js';
import { Field, formError, Submit, useForm } from '../../dialogs/form.js';
import { Failed, useChosen, Waiting } from '../../dialogs/listing.js';
import { demandSecondFactor, liftSecondFactor, secondFactorDemand, useLacking } from '../../state/administration.js';
import { toast, toastProblem } from '../../state/notices.js';
import { pathToSection, workspace } from '../../state/route.js';
import { Avatar } from '../avatar.js';
import { Icon } from '../icon.js';

/** @typedef {import('../../state/administration.js').Demand} Demand @typedef {import('../../state/administration.js').Lacking} Lacking */

// The workflow finds and tells everybody within a moment of a change.
const SETTLED_MS = 1_500;

export function SecondStepSection() {
  const [demand, setDemand] = useState(/** @type {Demand | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const list = useLacking();
  const load = () => (setProblem(null), list.load(), secondFactorDemand().then(setDemand, setProblem));
  useEffect(() => void load(), []);
  useEffect(() => {
    const timer = setTimeout(load, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [demand?.on, demand?.grace_days]);
  if (problem && !demand) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!demand) return html`<${Waiting} />`;
  return html`
    <div class="administration">
      <${State} demand=${demand} changed=${load} />
      <section aria-label="Time to set it up"><${Days} key=${demand.on} demand=${demand} changed=${setDemand} /></section>
      ${demand.on && html`<section aria-label="Who has none yet"><h2>Who has none yet</h2><${Rows} list=${list} /></section>`}
    </div>
  `;
}

/** @param {{demand: Demand, changed: () => void}} props */
function State({ demand, changed }) {
  const lift = useChosen(() => liftSecondFactor().then(() => (toast('A second step is demanded no more.'), changed())), toastProblem);
  return html`
    <div class="account-fact account-state" data-tone=${demand.on ? 'fine' : 'plain'} role="status">
      <${Icon} name=${demand.on ? 'check' : 'shield'} />
      <div>
        <b>${demand.on ? 'A second step is demanded' : 'A password alone opens this workspace'}</b>
        <p>${demand.on ? `Of everybody who signs in with a password, since ${longDate(/** @type {string} */ (demand.since))}. ${demand.lacking ? `${counted(demand.lacking, 'member has', 'members have')} none yet.` : 'Everybody has one.'}` : 'Demand an authenticator app or a passkey, so that a password that was learnt by somebody else opens nothing.'}</p>
      </div>
      ${demand.on && html`<button type="button" class="button" disabled=${lift.busy} aria-busy=${lift.busy ? 'true' : undefined} onClick=${lift.choose}>Demand no more</button>`}
    </div>
  `;
}

/** @param {{demand: Demand, changed: (demand: Demand) => void}} props */
function Days({ demand, changed }) {
  const { busy, problem, onSubmit } = useForm(async ({ days }) => {
    changed(await demandSecondFactor(Number(days)));
    toast(demand.on ? `Members have ${counted(Number(days), 'day')} from when they were told.` : 'Everybody who has none is being told.');
  });
  const mine = problem?.code === 'second_factor_needed' && workspace.value;
  return html`
    <form class="form second-step-days" aria-label="Demand a second step" onSubmit=${onSubmit}>
      <p class="form-error" role="alert">${formError(problem, ['grace_days'])}${mine && html` <a href=${pathToSection(mine.slug, 'account', 'two-steps')}>Set it up</a>`}</p>
      <${Field} name="days" label="Days to set it up" type="number" inputmode="numeric" min="1" max=${demand.grace_days_max} required value=${demand.grace_days} problem=${named(problem)}
        hint="Who has none is told by mail and here, reminded before the end, and after that let in again only with one. Whoever signs in by another server is left alone." />
      <div class="form-actions"><${Submit} busy=${busy}>${demand.on ? 'Change the days' : 'Demand a second step'}<//></div>
    </form>
  `;
}

/** The field of the form by the name of what is sent. @param {any} problem */
const named = (problem) => problem && { ...problem, errors: problem.errors?.map((error) => ({ ...error, field: error.field === 'grace_days' ? 'days' : error.field })) };

/** @param {{list: ReturnType<typeof useLacking>}} props */
function Rows({ list }) {
  if (list.problem && !list.items) return html`<${Failed} problem=${list.problem} onRetry=${list.load} />`;
  if (!list.items) return html`<${Waiting} />`;
  if (!list.items.length) return html`<p class="operations-none"><${Icon} name="check" />Everybody has a second step.</p>`;
  return html`
    <ul class="admin-rows" aria-label="Who has none yet">${list.items.map((item) => html`<li key=${item.user_id}><${Row} item=${item} /></li>`)}</ul>
    ${list.hasMore && html`<button type="button" class="button operations-more" aria-busy=${list.busy ? 'true' : undefined} onClick=${list.more}>Show more</button>`}
  `;
}

/** @param {{item: Lacking}} props */
const Row = ({ item }) => html`
  <article class="admin-row" aria-label=${item.name} data-state=${item.aside ? 'ended' : undefined}>
    <${Avatar} userId=${item.user_id} side=${64} />
    <div class="admin-words">
      <h3>${item.name}</h3>
      <p>@${item.handle} · ${item.aside ? 'set aside until there is one' : html`until <time datetime=${item.by} title=${exactTime(item.by)}>${longDate(item.by)}</time>`}${item.told ? '' : ' · being told'}</p>
    </div>
  </article>
`;
