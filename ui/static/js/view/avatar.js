// @ts-check
import { html, useState } from '../core/html.js';
import { hueOf, initials } from '../core/words.js';
import { presenceOf } from '../state/presence.js';
import { nameOf } from '../state/store.js';
import { isBot, personOf } from './person.js';

const WORDS = { active: 'online', away: 'away', offline: 'offline' };

/**
 * A person's picture, or their initials on a colour of their own; decoration, the name stands beside it. `side` is how large the
 * picture is loaded, in pixels.
 * @param {{userId: string, name?: string, side?: 64 | 192 | 512, children?: any}} props
 */
export const Avatar = ({ userId, name = nameOf(userId), side = 192, children = null }) =>
  html`<span class="avatar" data-hue=${hueOf(userId)} data-bot=${isBot(userId) || undefined} aria-hidden="true">${initials(name)}<${Face} at=${personOf(userId)?.avatar} side=${side} />${children}</span>`;

/** The picture above the initials, which are seen until it is there, and where it cannot be loaded. @param {{at?: string | null, side: number}} props */
function Face({ at, side }) {
  const [failed, setFailed] = useState(/** @type {string | null} */ (null));
  if (!at || failed === at) return null;
  return html`<img class="avatar-face" key=${at} src=${`${at}/${side}`} alt="" decoding="async" draggable=${false} onError=${() => setFailed(at)} />`;
}

/** @param {{userId: string, name?: string}} props */
export const AvatarWithPresence = ({ userId, name }) =>
  html`<${Avatar} userId=${userId} name=${name}>${!isBot(userId) && html`<span class="presence" data-state=${presenceOf(userId)} data-quiet=${personOf(userId)?.dnd_until ? true : undefined} />`}<//>`;

/** Whether a person is here, for those who cannot see the dot. @param {{userId: string}} props */
export const PresenceWords = ({ userId }) => html`<span class="visually-hidden">(${presenceWord(userId)})</span>`;

/** @param {string} userId */
export function presenceWord(userId) {
  if (isBot(userId)) return 'bot';
  const word = WORDS[presenceOf(userId)] ?? 'offline';
  return personOf(userId)?.dnd_until ? `${word}, do not disturb` : word;
}
