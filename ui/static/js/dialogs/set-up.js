// @ts-check
/** Setting up a workspace: its name and address, what it begins with, who is invited; then a checklist of what goes on. */
import { html, useEffect, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { toastProblem } from '../state/notices.js';
import { addressesIn } from '../state/invitations.js';
import { ask, isFree, loadTemplates, onboardings, refresh, setUp } from '../state/onboarding.js';
import { go, homeOf, pathTo } from '../state/route.js';
import { workspaces } from '../state/store.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Failed, useChosen, Waiting } from './listing.js';
import { InTemporal } from './why.js';

const NAME_MOST = 80;
const SLUG_MOST = 40;
const ASK_AFTER_MS = 350;
const REFRESH_MS = 3_000;
const PAGES = ['Name', 'Template', 'People'];
const PLAIN = 'plain';
/** Where the keys go on each page. */
const FIRST = ['input[name=name]', 'input[name=template]:checked', 'textarea'];

/** @typedef {{name: string, slug: string, template: string, invited: string}} Wanted */

/** What an address is made of when nobody chose one. @param {string} name */
const slugOf = (name) => name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, SLUG_MOST).replace(/^-+|-+$/g, '');

/** The form for a first or a further workspace, page by page. */
export function WorkspaceForm() {
  const [page, setPage] = useState(0);
  const [wanted, setWanted] = useState(/** @type {Wanted} */ ({ name: '', slug: '', template: 'team', invited: '' }));
  const [templates, setTemplates] = useState(/** @type {import('../state/onboarding.js').Template[] | null} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const load = () => (setFailed(null), loadTemplates().then(setTemplates, setFailed));
  useEffect(() => void load(), []);
  const change = (/** @type {Partial<Wanted>} */ changes) => setWanted((before) => ({ ...before, ...changes }));
  const { busy, problem, onSubmit } = useForm(async () => {
    if (page < PAGES.length - 1) return setPage(page + 1);
    const invitations = [...new Set(addressesIn(wanted.invited).map((email) => email.toLowerCase()))].map((email) => ({ email }));
    const begun = await setUp({ name: wanted.name.trim(), template: wanted.template, invitations, ...(wanted.slug && { slug: wanted.slug }) });
    openDialog('set-up', { id: begun.id });
  });
  const View = [NamePage, TemplatePage, PeoplePage][page];
  const form = useRef(/** @type {any} */ (null));
  useEffect(() => form.current?.querySelector(FIRST[page])?.focus(), [page, page === 1 && templates !== null]);
  return html`
    <form class="form set-up" ref=${form} onSubmit=${onSubmit} aria-label="Create a workspace">
      <ol class="set-up-pages" aria-label="Steps">${PAGES.map((name, at) => html`<li key=${name} aria-current=${at === page ? 'step' : undefined} data-done=${at < page || undefined}>${name}</li>`)}</ol>
      <p class="form-error" role="alert">${formError(problem, [])}</p>
      ${failed && page === 1 ? html`<${Failed} problem=${failed} onRetry=${load} />` : html`<${View} key=${page} wanted=${wanted} change=${change} templates=${templates} />`}
      <div class="form-actions">
        ${page > 0 && html`<button type="button" class="button" disabled=${busy} onClick=${() => setPage(page - 1)}>Back</button>`}
        <${Submit} busy=${busy}>${page < PAGES.length - 1 ? 'Next' : 'Create workspace'}<//>
      </div>
    </form>
  `;
}

/** @typedef {{wanted: Wanted, change: (changes: Partial<Wanted>) => void, templates: import('../state/onboarding.js').Template[] | null}} PageProps */

/** @param {PageProps} props */
function NamePage({ wanted, change }) {
  const slug = wanted.slug || slugOf(wanted.name);
  const state = useFree(slug);
  const field = useRef(/** @type {any} */ (null));
  const taken = state === 'taken' && wanted.slug !== '';
  useEffect(() => field.current?.querySelector('input[name=slug]')?.setCustomValidity(taken ? 'This address is taken.' : ''), [taken]);
  const hint = { free: 'This address is free.', taken: wanted.slug ? 'This address is taken. Choose another one.' : 'This address is taken: a few letters will be added.', wrong: 'Use a-z, 0-9 and hyphens.' }[state] ?? 'Where people find it.';
  return html`
    <${Field} name="name" label="Name of the workspace" hint="Your company, club or family." problem=${null} required maxlength=${NAME_MOST} autofocus value=${wanted.name} onInput=${(event) => change({ name: event.currentTarget.value })} />
    <div ref=${field} class="set-up-address" data-state=${state === 'taken' && !wanted.slug ? '' : state}>
      <${Field} name="slug" label=${html`Address <span class="optional">(optional)</span>`} hint=${hint} problem=${null} maxlength=${SLUG_MOST} pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" placeholder=${slugOf(wanted.name) || 'our-club'}
        spellcheck=${false} autocapitalize="none" value=${wanted.slug} onInput=${(event) => change({ slug: event.currentTarget.value.trim().toLowerCase() })} />
      <p class="set-up-url">${location.origin}/app/<b>${slug || '…'}</b></p>
    </div>
  `;
}

/** Whether an address is free, asked when typing pauses. @param {string} slug @returns {'' | 'free' | 'taken' | 'wrong'} */
function useFree(slug) {
  const [state, setState] = useState(/** @type {'' | 'free' | 'taken' | 'wrong'} */ (''));
  useEffect(() => {
    setState('');
    if (!slug) return undefined;
    let isOver = false;
    const timer = setTimeout(() => isFree(slug).then((free) => !isOver && setState(free ? 'free' : 'taken'), () => !isOver && setState('wrong')), ASK_AFTER_MS);
    return () => ((isOver = true), clearTimeout(timer));
  }, [slug]);
  return state;
}

/** @param {PageProps} props */
function TemplatePage({ wanted, change, templates }) {
  if (!templates) return html`<${Waiting} />`;
  return html`
    <fieldset class="choices set-up-templates">
      <legend class="field-legend">What it begins with</legend>
      ${templates.map(({ id, title, description, channels }) => html`
        <label class="choice" key=${id}>
          <input type="radio" name="template" value=${id} checked=${wanted.template === id} onChange=${() => change({ template: id })} />${title}
          <small>${description}</small>
          ${id !== PLAIN && html`<small class="set-up-channels">${channels.map(({ name }) => html`<span key=${name}>#${name}</span>`)}</small>`}
        </label>`)}
    </fieldset>
  `;
}

/** In a field of lines, Enter makes one more; with Ctrl it sends. @param {KeyboardEvent} event */
const sendByKeys = (event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && /** @type {any} */ (event.currentTarget).form.requestSubmit();

/** @param {PageProps} props */
function PeoplePage({ wanted, change }) {
  const count = new Set(addressesIn(wanted.invited)).size;
  return html`
    <div class="field">
      <label for="set-up-people">E-mail addresses <span class="optional">(optional)</span></label>
      <textarea class="input set-up-people" id="set-up-people" rows="6" autofocus spellcheck=${false} autocapitalize="none" placeholder="one@example.com, other@example.com" aria-describedby="set-up-people-hint"
        value=${wanted.invited} onInput=${(event) => change({ invited: event.currentTarget.value })} onKeyDown=${sendByKeys} />
      <p class="hint" id="set-up-people-hint" role="status">${count ? `${counted(count, 'person', 'people')} will be invited.` : 'Paste as many as you like, from a list or a mail. You can invite people later, too.'}</p>
    </div>
  `;
}

export const CreateWorkspace = () => html`
  <${Dialog} title="Create a workspace" lead="A place of its own, with its own people and channels."><${WorkspaceForm} /><//>
`;

const HEADS = { running: 'Setting up', waiting: 'Waiting for you:', undoing: 'Taking back', done: 'Ready:', undone: 'Not set up:' };
const ICONS = { pending: 'clock', running: 'clock', done: 'check', failed: 'alert', undone: 'back' };
const SAID = { pending: 'to come', running: 'under way', done: 'done', failed: 'failed', undone: 'taken back' };

/** How far a workspace is, live. @param {{id: string}} props */
export function SetUpProgress({ id }) {
  const found = onboardings.value.get(id);
  const isOpen = found ? ['running', 'waiting', 'undoing'].includes(found.state) : true;
  useEffect(() => {
    if (!isOpen) return undefined;
    // News come by the socket; this is for when they do not.
    const timer = setInterval(() => refresh(id), REFRESH_MS);
    return () => clearInterval(timer);
  }, [id, isOpen]);
  if (!found) return html`<${Dialog} title="Setting up"><${Waiting} /><//>`;
  return html`
    <${Dialog} title=${`${HEADS[found.state]} ${found.name}`} lead=${found.words}>
      <ul class="set-up-steps" data-state=${found.state}>${found.steps.map((step) => html`<${Step} key=${step.name} step=${step} />`)}</ul>
      <${Actions} found=${found} />
    <//>
  `;
}

/** @param {{step: import('../state/onboarding.js').Step}} props */
const Step = ({ step }) => html`
  <li data-state=${step.state} aria-current=${step.state === 'running' ? 'step' : undefined}>
    ${step.state === 'running' ? html`<span class="spinner" aria-hidden="true" />` : html`<${Icon} name=${ICONS[step.state]} />`}
    <div>
      <b>${step.title}<span class="visually-hidden">, ${SAID[step.state]}</span></b>
      ${step.error ? html`<small class="set-up-error">${step.error}${(step.attempts ?? 0) > 1 && ` (tried ${step.attempts} times)`}</small>` : step.words && html`<small>${step.words}</small>`}
    </div>
  </li>
`;

/** Whether one can go in already, while invitations are still on their way. @param {import('../state/onboarding.js').Onboarding} found */
const isUsable = ({ state, steps }) => state === 'done' || (state !== 'undoing' && state !== 'undone' && steps.some((step) => step.name === 'channels' && step.state === 'done'));

/** @param {{found: import('../state/onboarding.js').Onboarding}} props */
function Actions({ found }) {
  const { id, state, slug, name, workflow } = found;
  const usable = isUsable(found);
  const goOn = useChosen(() => ask(id, 'continue'), toastProblem);
  const undo = useChosen(() => ask(id, 'undo'), toastProblem);
  const known = workspaces.value?.find((each) => each.id === id);
  const ready = useRef(/** @type {any} */ (null));
  useEffect(() => void (usable && ready.current?.focus()), [usable]);
  const enter = () => (closeDialog(), go(pathTo(known?.slug ?? slug, homeOf(id))));
  return html`
    <div class="form-actions set-up-actions">
      ${workflow && html`<${InTemporal} workflow=${workflow} of=${name} />`}
      ${(state === 'waiting' || state === 'running') && html`<button type="button" class="button" disabled=${undo.busy} aria-busy=${undo.busy ? 'true' : undefined} onClick=${undo.choose}>Undo all</button>`}
      ${state === 'waiting' && html`<button type="button" class="button primary" disabled=${goOn.busy} aria-busy=${goOn.busy ? 'true' : undefined} onClick=${goOn.choose}><${Icon} name="retry" />Continue</button>`}
      ${usable && html`<button type="button" class=${state === 'waiting' ? 'button' : 'button primary'} ref=${ready} onClick=${enter}>Open ${name}</button>`}
      ${state === 'undone' && html`<button type="button" class="button primary" onClick=${() => openDialog('create-workspace')}>Begin again</button>`}
    </div>
  `;
}
