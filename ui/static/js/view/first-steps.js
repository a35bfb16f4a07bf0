// @ts-check
/** What waits for a newcomer, at the side: first steps that are ticked off by being done, and workspaces on their way. */
import { html, useState } from '../core/html.js';
import { keep, recall } from '../core/storage.js';
import { openDialog } from '../dialogs/dialog.js';
import { stopWelcome, underWay, welcomes } from '../state/onboarding.js';
import { homeOf, openChannel, workspace } from '../state/route.js';
import { Icon } from './icon.js';

/** @type {Record<string, () => void>} where each step is taken */
const PLACES = {
  profile: () => openDialog('profile'),
  message: () => openChannel(homeOf(/** @type {any} */ (workspace.peek()).id) ?? ''),
  invite: () => openDialog('invite'),
  push: () => openDialog('notifications'),
};

const phone = matchMedia('(width < 48rem)');

/** Folded on a phone, where the channels need the room. */
export function FirstSteps() {
  const [isOpen, setOpen] = useState(() => recall('first-steps') ?? !phone.matches);
  const welcome = welcomes.value.get(workspace.value?.id ?? '');
  if (welcome?.state !== 'open' || !welcome.steps.length) return null;
  const done = welcome.steps.filter(({ done_at: at }) => at).length;
  const fold = () => (keep('first-steps', !isOpen), setOpen(!isOpen));
  return html`
    <section class="first-steps" aria-label="First steps">
      <header><h2><button type="button" class="first-steps-fold" aria-expanded=${isOpen} onClick=${fold}><${Icon} name="chevron" />First steps</button></h2><span aria-hidden="true">${done} of ${welcome.steps.length}</span>
        <button type="button" class="icon-button" aria-label="Show no more first steps" title="Show no more first steps" onClick=${stopWelcome}><${Icon} name="close" /></button></header>
      <progress max=${welcome.steps.length} value=${done} aria-label="First steps done" />
      ${isOpen && html`<ul>${welcome.steps.map(({ name, title, done_at: at }) => html`
        <li key=${name} data-done=${at ? true : undefined}>
          ${at ? html`<span class="first-step"><${Icon} name="check" /><span>${title}</span><span class="visually-hidden">, done</span></span>` : html`<button type="button" class="first-step" onClick=${PLACES[name]}><i aria-hidden="true" /><span>${title}</span></button>`}
        </li>`)}</ul>`}
    </section>
  `;
}

/** Workspaces that are being set up, or wait for me. */
export const UnderWay = () =>
  underWay().map(
    ({ id, name, state, steps }) => html`
      <button type="button" class="under-way" key=${id} data-state=${state} onClick=${() => openDialog('set-up', { id })}>
        ${state === 'waiting' ? html`<${Icon} name="alert" />` : html`<span class="spinner" aria-hidden="true" />`}
        <span>${state === 'waiting' ? `${name} waits for you` : `Setting up ${name}, ${steps.filter((step) => step.state === 'done').length} of ${steps.length}`}</span>
      </button>`,
  );
