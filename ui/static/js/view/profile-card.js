// @ts-check
/** Who someone is, on a card at where one asked. */
import { html, signal, useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';
import { agoWords, localTime, untilWords } from '../core/spans.js';
import { openDialog } from '../dialogs/dialog.js';
import { call } from '../net/http.js';
import { me } from '../net/session.js';
import { openDirect } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { presenceOf } from '../state/presence.js';
import { workspace } from '../state/route.js';
import { nameOf } from '../state/store.js';
import { AvatarWithPresence } from './avatar.js';
import { Icon } from './icon.js';
import { personOf } from './person.js';

const GAP_PX = 6;
const EDGE_PX = 8;
const WORDS = { active: 'Active', away: 'Away', offline: 'Offline' };

/** @type {import('@preact/signals').Signal<{userId: string, opener: HTMLElement} | null>} */
const shown = signal(null);

/** @param {string} userId @param {any} event of the button that asks */
export const showProfile = (userId, event) => (shown.value = { userId, opener: event.currentTarget });

/** A name or picture that opens its person's card. @param {{userId: string, class?: string, label?: string, focusable?: boolean, children: any}} props */
export const PersonButton = ({ userId, class: kind = '', label, focusable = true, children }) => html`
  <button type="button" class="person-button ${kind}" tabindex=${focusable ? undefined : -1} aria-label=${label} onClick=${(event) => showProfile(userId, event)}>${children}</button>
`;

export const ProfileCard = () => (shown.value ? html`<${Card} key=${shown.value.userId} ...${shown.value} />` : null);

/** @param {{userId: string, opener: HTMLElement}} props */
function Card({ userId, opener }) {
  const box = useRef(/** @type {any} */ (null));
  const profile = useProfile(userId);
  useLayoutEffect(() => {
    box.current.showPopover();
    box.current.focus();
  }, []);
  useLayoutEffect(() => put(box.current, opener));
  const close = (event) => {
    if (event.newState !== 'closed') return;
    shown.value = null;
    if (opener.isConnected && (document.activeElement === document.body || !document.activeElement)) opener.focus();
  };
  return html`
    <div class="profile-card" popover="auto" role="dialog" aria-label=${`Profile of ${nameOf(userId)}`} tabindex="-1" ref=${box} onToggle=${close}>
      <${Head} userId=${userId} profile=${profile} />
      <${Facts} userId=${userId} profile=${profile} />
      <${Deeds} userId=${userId} />
    </div>
  `;
}

/** What the server knows beyond what is at hand; null until it has said. @param {string} userId */
function useProfile(userId) {
  const [profile, setProfile] = useState(/** @type {any} */ (null));
  const state = presenceOf(userId);
  useEffect(() => {
    call('GET', `/workspaces/${workspace.peek()?.id}/members/${userId}`).then(setProfile, () => undefined);
  }, [userId, state]);
  return profile;
}

function Head({ userId, profile }) {
  const { title, handle, pronouns, deactivated } = personOf(userId) ?? profile ?? {};
  return html`
    <header>
      <${AvatarWithPresence} userId=${userId} />
      <div>
        <h2>${nameOf(userId)}</h2>
        ${title && html`<p>${title}</p>`}
        ${pronouns && html`<p class="profile-pronouns">${pronouns}</p>`}
        ${handle && html`<p class="profile-handle">@${handle}</p>`}
        ${deactivated && html`<p class="profile-aside">Deactivated: cannot enter any more.</p>`}
      </div>
    </header>
  `;
}

function Facts({ userId, profile }) {
  const { status, dnd_until: quiet } = personOf(userId) ?? profile ?? {};
  const state = presenceOf(userId);
  const last = state !== 'active' && profile?.last_active_at;
  return html`
    <dl class="profile-facts">
      ${status && html`<${Fact} icon="smile" label="Status">${status.emoji} ${status.text}${status.expires_at && html` <small>until ${untilWords(status.expires_at)}</small>`}<//>`}
      ${quiet && html`<${Fact} icon="moon" label="Do not disturb">Do not disturb until ${untilWords(quiet)}<//>`}
      <${Fact} icon="person" label="Presence">${WORDS[state]}${last && html`, <span>last active ${agoWords(last)}</span>`}<//>
      ${profile?.timezone && html`<${Fact} icon="clock" label="Local time">${localTime(profile.timezone)} local time<//>`}
    </dl>
  `;
}

const Fact = ({ icon, label, children }) => html`<div><dt><${Icon} name=${icon} /><span class="visually-hidden">${label}</span></dt><dd>${children}</dd></div>`;

function Deeds({ userId }) {
  const act = (deed) => () => {
    shown.value = null;
    deed();
  };
  if (userId === me.value?.id) {
    return html`
      <footer>
        <button type="button" class="button primary" onClick=${act(() => openDialog('status'))}>Set a status</button>
        <button type="button" class="button" onClick=${act(() => openDialog('profile'))}>Edit profile</button>
      </footer>`;
  }
  if (personOf(userId)?.deactivated) return null;
  const message = act(() => openDirect(userId).catch(toastProblem));
  return html`<footer><button type="button" class="button primary" onClick=${message}><${Icon} name="message" />Message</button></footer>`;
}

/** Puts the card beside what opened it, within the window. @param {HTMLElement} box @param {HTMLElement} opener */
function put(box, opener) {
  const { top, bottom, left } = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const y = bottom + GAP_PX + height + EDGE_PX > innerHeight ? top - height - GAP_PX : bottom + GAP_PX;
  box.style.top = `${Math.max(EDGE_PX, y)}px`;
  box.style.left = `${Math.max(EDGE_PX, Math.min(left, innerWidth - width - EDGE_PX))}px`;
}
