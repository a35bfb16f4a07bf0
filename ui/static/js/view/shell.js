// @ts-check
/** The app as a whole: the side, the channel, and what lies over them. */
import { html } from '../core/html.js';
import { Dialogs } from '../dialogs/all.js';
import { openDialog } from '../dialogs/dialog.js';
import { WorkspaceForm } from '../dialogs/set-up.js';
import { link, retryNow } from '../net/connection.js';
import { leaveParlour } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { may } from '../state/rights.js';
import { channel, channelId, openPlace, place, workspace } from '../state/route.js';
import { workspaces } from '../state/store.js';
import { AccountView } from './account.js';
import { NotifyOffer } from './ask.js';
import { Channel } from './channel.js';
import { Icon } from './icon.js';
import { Announcer, ConnectionBanner, Toasts } from './notices.js';
import { PLACES } from './places.js';
import { ProfileCard } from './profile-card.js';
import { SecondStepWanted, WaitForSecondStep } from './second-step.js';
import { Sidebar } from './sidebar.js';

export const Shell = () => html`
  <a class="skip-link" href="#composer">Skip to the message field</a>
  <div class="app"><${ConnectionBanner} /><${NotifyOffer} /><${SecondStepWanted} /><${Screen} /></div>
  <${Dialogs} />
  <${ProfileCard} />
  <${Toasts} />
  <${Announcer} />
`;

function Screen() {
  if (!workspaces.value) return html`<${Loading} />`;
  if (!workspaces.value.length) return place.value === 'account' ? html`<${AccountAlone} />` : html`<${Welcome} />`;
  if (!workspace.value) return html`<${Loading} />`;
  const There = place.value ? PLACES[place.value] : null;
  return html`
    <div class="shell" data-screen=${channelId.value || There ? 'channel' : 'list'}>
      <${Sidebar} />
      ${There ? html`<${There} key=${place.value} />` : channel.value ? html`<${Channel} key=${channelId.value} channel=${channel.value} />` : html`<${Nowhere} />`}
    </div>
  `;
}

const Mark = () => html`
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" class="mark-ground" />
    <path class="mark-figure" d="M10 24V9.5C10 8.7 10.7 8 11.5 8H17a5.5 5.5 0 0 1 0 11h-3v5" /><circle class="mark-dot" cx="22.5" cy="23" r="2" /></svg>
`;

/** The first screen of someone without a workspace. */
const Welcome = () => html`
  <main class="welcome" id="main">
    <div class="welcome-card">
      <p class="wordmark"><${Mark} />Parlour</p>
      <${WaitForSecondStep} />
      <h1>Make a place to talk</h1>
      <p>A workspace holds your channels and your people. You can also join one: ask for its invitation link and open it here.</p>
      <${WorkspaceForm} />
      <p class="welcome-ways">
        <button type="button" class="text-button" onClick=${() => openPlace('account')}>Account and security</button>
        <button type="button" class="text-button" onClick=${() => leaveParlour().catch(toastProblem)}>Sign out</button>
      </p>
    </div>
  </main>
`;

/** The account of someone without a workspace. */
const AccountAlone = () => html`<div class="shell" data-alone data-screen="channel"><${AccountView} /></div>`;

function Nowhere() {
  const lost = channelId.value !== null;
  return html`
    <main class="channel nowhere" id="main">
      <div class="empty">
        <${Icon} name=${lost ? 'compass' : 'message'} />
        <h2>${lost ? 'You are not in this channel' : 'Pick a conversation'}</h2>
        <p>${lost ? 'It may be private, or you left it. Open channels can be joined again.' : 'Choose a channel at the side, or look for a new one.'}</p>
        ${may('channel.browse') && html`<button type="button" class="button primary" onClick=${() => openDialog('browse')}>Browse channels</button>`}
      </div>
    </main>
  `;
}

function Loading() {
  if (link.value.state !== 'offline') {
    return html`
      <div class="shell" data-screen="channel" role="status">
        <span class="visually-hidden">Parlour is loading</span>
        <div class="sidebar loading">${[0, 1, 2, 3, 4, 5].map((row) => html`<span class="skeleton" key=${row} />`)}</div>
        <div class="channel" />
      </div>`;
  }
  return html`
    <main class="welcome" id="main">
      <div class="empty">
        <${Icon} name="offline" />
        <h2>Parlour cannot be reached</h2>
        <p>Your connection or the server is down. Parlour keeps trying.</p>
        <button type="button" class="button primary" onClick=${retryNow}>Retry now</button>
      </div>
    </main>`;
}
