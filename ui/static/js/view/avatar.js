// @ts-check
import { html } from '../core/html.js';
import { hueOf, initials } from '../core/words.js';
import { presenceOf } from '../state/presence.js';
import { nameOf } from '../state/store.js';
import { personOf } from './person.js';

const WORDS = { active: 'online', away: 'away', offline: 'offline' };

/** A person's initials on a colour of their own; decoration, the name stands beside it. @param {{userId: string, name?: string, children?: any}} props */
export const Avatar = ({ userId, name = nameOf(userId), children = null }) =>
  html`<span class="avatar" data-hue=${hueOf(userId)} aria-hidden="true">${initials(name)}${children}</span>`;

/** @param {{userId: string, name?: string}} props */
export const AvatarWithPresence = ({ userId, name }) =>
  html`<${Avatar} userId=${userId} name=${name}><span class="presence" data-state=${presenceOf(userId)} data-quiet=${personOf(userId)?.dnd_until ? true : undefined} /><//>`;

/** Whether a person is here, for those who cannot see the dot. @param {{userId: string}} props */
export const PresenceWords = ({ userId }) => html`<span class="visually-hidden">(${presenceWord(userId)})</span>`;

/** @param {string} userId */
export function presenceWord(userId) {
  const word = WORDS[presenceOf(userId)] ?? 'offline';
  return personOf(userId)?.dnd_until ? `${word}, do not disturb` : word;
}
