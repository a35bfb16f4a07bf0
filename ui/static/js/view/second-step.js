// @ts-check
/** What workspaces that demand a second step at sign-in say to those who have none. */
import { html, useEffect, useState } from '../core/html.js';
import { longDate } from '../core/dates.js';
import { waitingForMe } from '../state/second-factor.js';
import { openSection, pathToSection, section, workspace } from '../state/route.js';
import { Icon } from './icon.js';

/** Says at the top that the workspace on screen wants one, by when, and leads to it. */
export function SecondStepWanted() {
  const { name = '', second_factor_by: by = null } = workspace.value ?? {};
  // Its place is a row of the page, whether it is filled or not.
  if (!by || section.value === 'two-steps') return html`<div class="offer-place" />`;
  return html`
    <section class="offer" aria-label="Second step">
      <${Icon} name="shield" />
      <p><b>${name} wants a second step at sign-in by ${longDate(by)}.</b> After that it lets you in again only with one.</p>
      <div class="offer-actions"><button type="button" class="button primary" onClick=${() => openSection('account', 'two-steps')}>Set it up</button></div>
    </section>
  `;
}

/** The workspaces that let me in again once I have one: for someone who is in no other. */
export function WaitForSecondStep() {
  const [waiting, setWaiting] = useState(/** @type {{name: string, slug: string}[]} */ ([]));
  useEffect(() => void waitingForMe().then(setWaiting, () => null), []);
  return waiting.map(({ name, slug }) => html`
    <div class="account-fact" data-tone="warn" key=${slug}>
      <${Icon} name="shield" />
      <div><b>${name} waits for your second step</b><p>As soon as there is one you are back in all your channels there.</p></div>
      <a class="button primary" href=${pathToSection('', 'account', 'two-steps')}>Set it up</a>
    </div>
  `);
}
