// @ts-check
/** One device of mine: how the last push went, whether it is on, what it is told of, a test, and the way out. */
import { html, useId, useState } from '../core/html.js';
import { dayWithin, timeOf } from '../core/dates.js';
import { changeDevice, removeDevice, testDevice, tests } from '../state/devices.js';
import { toast, toastProblem } from '../state/notices.js';
import { ownDeviceId, takeOff } from '../state/push.js';
import { Icon } from './icon.js';

/** @typedef {import('../state/devices.js').Device} Device */

const ICONS = { webpush: 'browser', unifiedpush: 'phone', fcm: 'phone', apns: 'phone' };
const KINDS = {
  mention: 'Mentions of me',
  direct: 'Direct messages',
  group: 'Mentions of my groups',
  thread: 'Threads I follow',
  everyone: '@channel and @here',
  keyword: 'My keywords',
  channel: 'Channels of which I want everything',
};

/** @param {{device: Device}} props */
export function DeviceRow({ device }) {
  const { id, kind, name, enabled = true, gone } = device;
  const [open, setOpen] = useState(false);
  const label = useId();
  const isOwn = id === ownDeviceId.value;
  const off = async () => {
    if (isOwn) await takeOff();
    await removeDevice(id);
    toast(`${name} is taken off.`);
  };
  return html`
    <li class="device" data-gone=${gone ? '' : undefined} aria-labelledby=${label}>
      <div class="device-head">
        <span class="listing-icon"><${Icon} name=${ICONS[kind]} /></span>
        <div class="device-text">
          <b id=${label}>${name}${isOwn && html` <span class="device-own">This browser</span>`}</b>
          <small data-tone=${gone || device.last_error ? 'alert' : undefined}>${stateOf(device)}</small>
        </div>
        ${!gone && html`<label class="switch"><input type="checkbox" role="switch" checked=${enabled} onChange=${(event) => changeDevice(id, { enabled: event.currentTarget.checked }).catch(toastProblem)} /><span class="visually-hidden">Push to ${name}</span></label>`}
        ${gone
          ? html`<button type="button" class="button" onClick=${() => off().catch(toastProblem)}>Remove<span class="visually-hidden"> ${name}</span></button>`
          : html`<button type="button" class="icon-button" aria-expanded=${open} aria-label="More about ${name}" onClick=${() => setOpen(!open)}><${Icon} name="chevron" /></button>`}
      </div>
      ${open && !gone && html`<${DeviceDetails} device=${device} onRemove=${() => off().catch(toastProblem)} />`}
    </li>
  `;
}

/** @param {Device} device @returns {string} */
function stateOf({ gone, last_error, last_sent_at, enabled = true }) {
  if (gone) return `Gone: ${gone}.`;
  if (!enabled) return 'Switched off.';
  if (last_error) return `The last push failed: ${last_error}.`;
  return last_sent_at ? `Last push ${dayWithin(last_sent_at)} at ${timeOf(last_sent_at)}.` : 'Nothing was pushed yet.';
}

/** What a device is told of, its name, a test, and the way out. @param {{device: Device, onRemove: () => void}} props */
const DeviceDetails = ({ device, onRemove }) => html`
  <div class="device-more">
    <${Name} device=${device} />
    <${Kinds} device=${device} />
    <${Test} device=${device} />
    <button type="button" class="button quiet danger-text" onClick=${onRemove}><${Icon} name="trash" />Take off this device</button>
  </div>
`;

/** @param {{device: Device}} props */
function Name({ device: { id, name } }) {
  const save = ({ currentTarget: field }) => {
    const wanted = field.value.trim();
    if (wanted && wanted !== name) changeDevice(id, { name: wanted }).catch(toastProblem);
    else field.value = name;
  };
  // Not `value`: what is being typed would be overwritten by news of the devices.
  return html`<label class="field"><span>Name</span><input class="input" maxlength="80" autocomplete="off" defaultValue=${name} onChange=${save} /></label>`;
}

/** @param {{device: Device}} props */
function Kinds({ device: { id, kinds } }) {
  const all = Object.keys(KINDS);
  const chosen = kinds ?? all;
  const toggle = (kind) => {
    const wanted = chosen.includes(kind) ? chosen.filter((known) => known !== kind) : [...chosen, kind];
    changeDevice(id, { kinds: wanted.length === all.length ? null : wanted }).catch(toastProblem);
  };
  return html`
    <fieldset class="choices">
      <legend>It is told of</legend>
      ${Object.entries(KINDS).map(([kind, words]) => html`
        <label class="choice" key=${kind}><input type="checkbox" checked=${chosen.includes(kind)} disabled=${chosen.length === 1 && chosen[0] === kind} onChange=${() => toggle(kind)} />${words}</label>`)}
    </fieldset>
  `;
}

/** @param {{device: Device}} props */
function Test({ device: { id, enabled = true } }) {
  const outcome = tests.value.get(id);
  const isUnderWay = ['waiting', 'sending'].includes(outcome?.state ?? '');
  return html`
    <div class="device-test">
      <button type="button" class="button" disabled=${!enabled || isUnderWay} aria-busy=${isUnderWay || undefined} onClick=${() => testDevice(id)}>Send a test</button>
      <p role="status" data-state=${outcome?.state}>${outcome ? wordsOf(outcome) : 'It goes the way of every notification.'}</p>
    </div>
  `;
}

/** @param {import('../state/devices.js').Outcome} outcome */
function wordsOf({ state, words, code }) {
  const answer = code ? ` (${code})` : '';
  if (state === 'sent') return `Its push service has taken it${answer}. It should show any moment.`;
  if (state === 'retrying') return `Not yet: ${words}${answer}. It is tried again.`;
  if (state === 'waiting' || state === 'sending') return 'On its way…';
  return `It did not leave: ${words}${answer}.`;
}
