// @ts-check
/** The ways of a notification as a small timeline: what became of each, its attempts, and what comes next. */
import { LOCALE } from '../core/locale.js';
import { html } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { untilWords } from '../core/spans.js';
import { counted } from '../core/words.js';
import { Icon } from './icon.js';

/**
 * @typedef {{at: string, answered?: string, code?: string, words?: string, took_ms?: number, next_at?: string}} Attempt
 * @typedef {{id: string, user_id: string, way: string, to: string, world: string, state: string, words: string, created_at: string, updated_at: string,
 *   covers: {count: number}[], attempts?: Attempt[], attempted?: number, due_at?: string, digest?: boolean, closes?: boolean, workflow?: {id: string, url: string}}} Dispatch
 * @typedef {{way: string, state: string, words: string, to?: string, next_at?: string, dispatch?: Dispatch}} Leg
 */

/** @type {Record<string, {icon: string, label: string}>} */
export const STATES = {
  waiting: { icon: 'clock', label: 'Waiting' },
  sending: { icon: 'send', label: 'Being sent' },
  retrying: { icon: 'retry', label: 'Trying again' },
  sent: { icon: 'check', label: 'Sent' },
  cancelled: { icon: 'close', label: 'Not needed' },
  given_up: { icon: 'alert', label: 'Given up' },
  not_wanted: { icon: 'mute', label: 'Not sent' },
};
/** @type {Record<string, string>} */
const WAYS = { in_app: 'In the app', push: 'Push', email: 'E-mail' };
/** @type {Record<string, string>} */
const ANSWERS = { sent: 'Taken', retry: 'Not now', gone: 'Device is gone', misconfigured: 'Refused: our configuration', refused: 'Refused', unknown: 'Unknown' };

/** @param {{legs: Leg[]}} props */
export const Legs = ({ legs }) => html`<ol class="legs" aria-label="Ways">${legs.map((leg, at) => html`<${LegRow} key=${at} leg=${leg} />`)}</ol>`;

/** @param {{leg: Leg}} props */
function LegRow({ leg: { way, state, words, to, next_at: next, dispatch } }) {
  const { icon, label } = STATES[state] ?? STATES.waiting;
  return html`
    <li class="leg" data-state=${state}>
      <span class="leg-mark"><${Icon} name=${icon} /></span>
      <div class="leg-text">
        <p><b>${WAYS[way] ?? way}${to && html`<span class="leg-to"> to ${to}</span>`}</b> <span class="leg-state">${label}</span></p>
        <p class="leg-words">${wordsBeside(label, words)}${next && html` <${Next} at=${next} />`}</p>
        ${dispatch && html`<${Attempts} dispatch=${dispatch} />`}
      </div>
    </li>
  `;
}

const Next = ({ at }) => html`<time datetime=${at} title=${exactTime(at)}>Next: ${untilWords(at)}.</time>`;

/** What was tried, behind a button that says how often. @param {{dispatch: Dispatch, open?: boolean}} props */
export function Attempts({ dispatch: { attempts = [], attempted = attempts.length }, open = false }) {
  if (!attempts.length) return null;
  const older = attempted - attempts.length;
  return html`
    <details class="attempts" open=${open}>
      <summary>${counted(attempted, 'attempt')}</summary>
      ${older > 0 && html`<p class="attempts-older">The last ${attempts.length}; ${counted(older, 'earlier one')} not shown.</p>`}
      <ol>${attempts.map((attempt) => html`<${AttemptRow} key=${attempt.at} attempt=${attempt} />`)}</ol>
    </details>
  `;
}

/** @param {{attempt: Attempt}} props */
function AttemptRow({ attempt: { at, answered, code, words, took_ms: took, next_at: next } }) {
  const said = answered ? ANSWERS[answered] ?? answered : 'Under way';
  return html`
    <li data-failed=${(answered && answered !== 'sent') || undefined}>
      <time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time>
      <span><b>${said}</b>${code && html` <code>${code}</code>`}${words && ` ${sentence(words)}`}${took ? html` <small>${took.toLocaleString(LOCALE)} ms</small>` : null}${next && html` <small>Again ${untilWords(next)}.</small>`}</span>
    </li>
  `;
}

/** Words beside the name of a state, unless they say no more than it. @param {string} label @param {string} words */
export const wordsBeside = (label, words) => (words.toLowerCase() === label.toLowerCase() ? '' : sentence(words));

/** Words of the server as a sentence. @param {string} words */
export const sentence = (words) => (words ? `${words[0].toLocaleUpperCase()}${words.slice(1)}${/[.!?…]$/.test(words) ? '' : '.'}` : '');

/** Whether a way may still change by itself. @param {Leg} leg */
export const isUnderWay = ({ state }) => ['waiting', 'sending', 'retrying'].includes(state);
