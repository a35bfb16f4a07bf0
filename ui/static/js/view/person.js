// @ts-check
/** What stands beside a person's name: their status, and that they do not want to be disturbed. */
import { html } from '../core/html.js';
import { untilWords } from '../core/spans.js';
import { me } from '../net/session.js';
import { former, people } from '../state/store.js';
import { Icon } from './icon.js';

/** What is known of someone. @param {string} userId @returns {import('../state/store.js').Person | undefined} */
export const personOf = (userId) => (userId === me.value?.id ? me.value : people.value.get(userId) ?? former.value.get(userId));

/** Whether a program acts as them. @param {string} userId */
export const isBot = (userId) => personOf(userId)?.kind === 'bot';

/** @param {import('../state/store.js').Status} status */
export const statusWords = ({ emoji, text, expires_at: end }) => `${emoji} ${text}`.trim() + (end ? ` (until ${untilWords(end)})` : '');

/** @param {{userId: string}} props */
export function PersonMarks({ userId }) {
  const { status, dnd_until: quiet, kind } = personOf(userId) ?? {};
  if (!status && !quiet && kind !== 'bot') return null;
  return html`
    <span class="person-marks">
      ${kind === 'bot' && html`<span class="person-bot" title="A program, not a person">Bot</span>`}
      ${status && html`<span class="person-status" role="img" aria-label=${`Status: ${statusWords(status)}`} title=${statusWords(status)}>${status.emoji}</span>`}
      ${quiet && html`<span class="person-quiet" role="img" aria-label="Do not disturb" title=${`Do not disturb until ${untilWords(quiet)}`}><${Icon} name="moon" /></span>`}
    </span>
  `;
}
