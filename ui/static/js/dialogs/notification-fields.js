// @ts-check
/** The choices of notifications, for oneself and for a workspace: what is not chosen shows what holds instead. */
import { html, useState } from '../core/html.js';
import { DAYS } from '../state/notification-preferences.js';
import { play } from '../state/chime.js';
import { Icon } from '../view/icon.js';

/**
 * @typedef {import('../state/notification-preferences.js').Preferences} Preferences
 * @typedef {Record<string, any>} Patch
 * @typedef {{held: Preferences, set: (patch: Patch | ((held: Preferences) => Patch)) => Promise<boolean>, otherwise: string}} Props
 * `set` tells whether it was saved, and hands a patch that builds on what is chosen what that is by then; `otherwise` is
 * who says what is not chosen
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const LEVELS = { all: 'Every message', mentions: 'What concerns me', nothing: 'Nothing' };
const PACES = { at_once: 'At once', hourly: 'Gathered, every hour', daily: 'Gathered, once a day', never: 'Never' };
const BADGES = { all: 'All unread messages', mentions: 'What concerns me', nothing: 'Nothing' };
const ON_OFF = { true: 'On', false: 'Off' };
const PUSH_AFTER = [5, 20, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];
const EMAIL_AFTER = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 24 * HOUR];
/** @type {[import('../state/notifications.js').Kind, string, string?][]} */
const KINDS = [
  ['mention', 'Mentions of you'],
  ['direct', 'Direct messages'],
  ['group', 'Mentions of your groups'],
  ['thread', 'Replies in threads you follow'],
  ['everyone', '@channel and @here'],
  ['keyword', 'Your keywords'],
  ['channel', 'All other messages', 'Where you want every message'],
];
const WAYS = /** @type {const} */ ([['push', 'Push'], ['email', 'E-mail']]);
const NIGHT = { begins: '22:00', ends: '08:00', days: [] };

/** @param {number} seconds */
function spanOf(seconds) {
  const [size, unit] = seconds % HOUR === 0 ? [HOUR, 'hour'] : seconds % MINUTE === 0 ? [MINUTE, 'minute'] : [1, 'second'];
  const count = seconds / /** @type {number} */ (size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * One choice of a few; the first gives it back.
 * @param {Props & {name: string, label: string, hint?: string, choices: Record<string, string>, value?: (choice: string) => any}} props
 */
export function Choice({ name, label, hint, choices, held, set, otherwise, value = (choice) => choice }) {
  const own = held.chosen[name];
  const choose = async ({ currentTarget: box }) => {
    if (!(await set({ [name]: box.value ? value(box.value) : null }))) box.value = own === undefined ? '' : String(own);
  };
  return html`
    <label class="setting"><span>${label}${hint && html`<small>${hint}</small>`}</span>
      <select class="input" onChange=${choose}>
        <option value="" selected=${own === undefined}>${otherwise}: ${lowered(choices[String(held.inherited[name])] ?? '')}</option>
        ${Object.entries(choices).map(([choice, words]) => html`<option key=${choice} value=${choice} selected=${String(own) === choice}>${words}</option>`)}
      </select>
    </label>
  `;
}

/** @param {string} words */
const lowered = (words) => words.charAt(0).toLowerCase() + words.slice(1);

/** @param {Props & {name: string, label: string, hint?: string, spans: number[]}} props */
function After({ spans, name, held, ...rest }) {
  const known = [...new Set([...spans, held.inherited[name], held.effective[name]])].sort((a, b) => a - b);
  // Keys that are numbers would be put in another order.
  const choices = Object.fromEntries(known.map((seconds) => [`${seconds}`, spanOf(seconds)]));
  return html`<${Choice} ...${rest} name=${name} held=${held} choices=${choices} value=${Number} />`;
}

/** @param {Props} props */
export const Level = (props) => html`
  <${Choice} ...${props} name="level" label="Notify me of" hint="In channels that have no choice of their own." choices=${LEVELS} />
`;

/** Kinds and the ways that each may take. @param {Props} props */
export function Ways({ held, set, otherwise }) {
  const own = held.chosen.ways ?? {};
  const turn = (kind, way) => async ({ currentTarget: box }) => {
    const { checked } = box;
    const wanted = (ways) => (checked ? [...ways, way] : ways.filter((known) => known !== way));
    if (!(await set(({ effective }) => ({ ways: { [kind]: wanted(effective.ways[kind]) } })))) box.checked = !checked;
  };
  return html`
    <table class="ways">
      <caption class="visually-hidden">What leaves on which way</caption>
      <thead><tr><th scope="col"><span class="visually-hidden">What</span></th><th scope="col">Here</th>${WAYS.map(([way, words]) => html`<th key=${way} scope="col">${words}</th>`)}</tr></thead>
      <tbody>
        ${KINDS.map(([kind, words, hint]) => html`
          <tr key=${kind}>
            <th scope="row">${words}${hint && html`<small>${hint}</small>`}</th>
            <td title="Always shown in the notification centre"><${Icon} name="check" /><span class="visually-hidden">always</span></td>
            ${WAYS.map(([way, name]) => html`
              <td key=${way}><label><input type="checkbox" aria-label=${`${words}: ${name}`} checked=${held.effective.ways[kind].includes(way)} onChange=${turn(kind, way)} /></label></td>`)}
          </tr>`)}
      </tbody>
    </table>
    ${Object.keys(own).length > 0 && html`<p><button type="button" class="text-button" onClick=${() => set({ ways: null })}>Reset: ${lowered(otherwise)}</button></p>`}
  `;
}

/** @param {Props} props */
export function Keywords({ held, set }) {
  const [text, setText] = useState('');
  const { keywords } = held.effective;
  const add = async (event) => {
    event.preventDefault();
    const more = text.split(',').map((word) => word.trim()).filter(Boolean);
    if (more.length && (await set(({ effective }) => ({ keywords: [...effective.keywords, ...more] })))) setText('');
  };
  return html`
    <h4 id="keywords">Keywords</h4>
    <p class="notify-note">You are told when somebody writes one of these words in a channel of yours, in upper or lower case.</p>
    ${keywords.length > 0 && html`
      <ul class="keywords" aria-labelledby="keywords">
        ${keywords.map((word) => html`
          <li key=${word} class="keyword">${word}<button type="button" class="icon-button" aria-label=${`Remove ${word}`} onClick=${() => set(({ effective }) => ({ keywords: effective.keywords.filter((known) => known !== word) }))}><${Icon} name="close" /></button></li>`)}
      </ul>`}
    <form class="add-row" onSubmit=${add}>
      <input class="input" aria-label="New keyword" placeholder="A word or phrase" autocomplete="off" value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
      <button type="submit" class="button" disabled=${!text.trim()}><${Icon} name="plus" />Add</button>
    </form>
  `;
}

/** @param {import('../state/notification-preferences.js').Quiet | null} quiet */
function quietWords(quiet) {
  if (!quiet) return 'None';
  return `${quiet.begins} to ${quiet.ends}${quiet.days?.length ? `, ${quiet.days.map((day) => shortDay(day)).join(', ')}` : ''}`;
}

/** @param {string} day */
const shortDay = (day) => day.charAt(0).toUpperCase() + day.slice(1, 3);

/** Hours in which nothing is to make a noise. @param {Props} props */
export function QuietHours({ held, set, otherwise }) {
  const own = held.chosen.quiet;
  const now = own === undefined ? '' : own === 'none' ? own : 'own';
  const choose = async ({ currentTarget: box }) => {
    if (!(await set({ quiet: { '': null, none: 'none', own: held.inherited.quiet ?? NIGHT }[box.value] }))) box.value = now;
  };
  const change = (to) => set(({ chosen }) => {
    const quiet = typeof chosen.quiet === 'object' ? chosen.quiet : own;
    return { quiet: { ...quiet, ...to(quiet) } };
  });
  return html`
    <label class="setting"><span>Quiet hours<small>Pushes wait until they end. Urgent messages do not.</small></span>
      <select class="input" onChange=${choose}>
        <option value="" selected=${now === ''}>${otherwise}: ${lowered(quietWords(held.inherited.quiet))}</option>
        <option value="none" selected=${now === 'none'}>None</option>
        <option value="own" selected=${now === 'own'}>${typeof own === 'object' ? quietWords(own) : 'Choose hours…'}</option>
      </select>
    </label>
    ${typeof own === 'object' && html`<${Hours} quiet=${own} set=${change} />`}
  `;
}

function Hours({ quiet, set }) {
  const { begins, ends, days = [] } = quiet;
  const holds = (day, among = days) => !among.length || among.includes(day);
  const turn = (day) => async ({ currentTarget: box }) => {
    const { checked } = box;
    const wanted = (now) => DAYS.filter((known) => (known === day ? checked : holds(known, now)));
    if (!(await set(({ days: now = [] }) => ({ days: wanted(now) })))) box.checked = !checked;
  };
  const time = (name) => async ({ currentTarget: box }) => {
    const { value } = box;
    if (value && !(await set(() => ({ [name]: value })))) box.value = quiet[name];
  };
  return html`
    <div class="quiet-times">
      <label>From<input class="input" type="time" required value=${begins} onChange=${time('begins')} /></label>
      <label>to<input class="input" type="time" required value=${ends} onChange=${time('ends')} /></label>
      <small class="notify-note">${ends <= begins ? 'on the next day' : ''}</small>
    </div>
    <fieldset class="days">
      <legend>On the days on which they begin</legend>
      ${DAYS.map((day) => html`<label key=${day}><input type="checkbox" checked=${holds(day)} disabled=${days.length === 1 && days[0] === day} aria-label=${day} onChange=${turn(day)} />${shortDay(day)}</label>`)}
    </fieldset>
  `;
}

/** @param {Props} props */
export const PushAfter = (props) => html`
  <${After} ...${props} name="push_after" label="Push after" hint="What you read before, anywhere, is not pushed." spans=${PUSH_AFTER} />
`;

/** @param {Props} props */
export const Email = (props) => html`
  <${Choice} ...${props} name="email" label="Send e-mail" hint="Of what you have not read by then." choices=${PACES} />
  ${props.held.effective.email === 'at_once' && html`<${After} ...${props} name="email_after" label="After" spans=${EMAIL_AFTER} />`}
  ${props.held.effective.email === 'daily' && html`<${DailyAt} ...${props} />`}
`;

/** @param {Props} props */
const DailyAt = ({ held, set }) => html`
  <label class="setting"><span>Time of the day</span>
    <input class="input daily-at" type="time" required value=${held.effective.email_at} onChange=${(event) => event.currentTarget.value && set({ email_at: event.currentTarget.value })} />
  </label>
`;

/** @param {Props} props */
export const SoundAndBadge = (props) => html`
  <${Choice} ...${props} name="sound" label="Sound" hint="When something concerns you and you are not looking." choices=${ON_OFF} value=${(choice) => choice === 'true'} />
  <p><button type="button" class="text-button" onClick=${play}>Listen to it</button></p>
  <${Choice} ...${props} name="badge" label="Number on the tab and the app" choices=${BADGES} />
`;
