// @ts-check
/** My devices in the notification settings: whether this browser may notify me, and where else I am told. */
import { html, useEffect, useState } from '../core/html.js';
import { devices, loadDevices } from '../state/devices.js';
import { fault, isOff, ownDeviceId, permission, subscribe, subscribeAnew } from '../state/push.js';
import { useAsking } from './ask.js';
import { DeviceRow } from './device.js';
import { Icon } from './icon.js';

/** @typedef {import('../state/devices.js').Device} Device */

/** The section of the notification settings. */
export function DevicesSection() {
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => (setProblem(null), loadDevices().catch(setProblem));
  useEffect(() => void load(), []);
  return html`
    <div class="devices">
      <${ThisBrowser} />
      ${problem && !devices.value && html`<p class="form-error" role="alert">${problem.message} <button type="button" class="text-button" onClick=${load}>Try again</button></p>`}
      ${!problem && !devices.value && html`<div class="listing-wait" aria-busy="true"><span class="skeleton" /><span class="skeleton" /></div>`}
      ${devices.value?.length === 0 && html`<p class="devices-none">No device is told yet when Parlour is closed.</p>`}
      ${devices.value && devices.value.length > 0 && html`
        <ul class="device-list" aria-label="Devices">${[...devices.value].sort(ownFirst).map((device) => html`<${DeviceRow} key=${device.id} device=${device} />`)}</ul>`}
    </div>
  `;
}

/** @param {Device} a @param {Device} b */
const ownFirst = (a, b) => Number(b.id === ownDeviceId.peek()) - Number(a.id === ownDeviceId.peek());

/** What this browser may do, and the next step where that is not all. */
function ThisBrowser() {
  const { busy, ask } = useAsking();
  if (permission.value === 'unsupported') return html`<${Note} icon="alert" title="This browser shows no notifications">${secureWords()}<//>`;
  if (permission.value === 'denied') return html`<${Denied} />`;
  if (permission.value === 'default') {
    return html`<${Note} icon="bell" title="Get told of mentions when Parlour is closed" action=${html`<button type="button" class="button primary" aria-busy=${busy || undefined} onClick=${ask}>Turn on</button>`}>Your browser will ask you whether it may.<//>`;
  }
  if (fault.value) return html`<${Note} icon="alert" title="No pushes to this browser" action=${html`<${Again} />`}>${fault.value} While Parlour is open in a tab, you are notified all the same.<//>`;
  const isMissing = devices.value && !devices.value.some(({ id }) => id === ownDeviceId.value) && isOff();
  return isMissing ? html`<${Note} icon="bell" title="This browser is not told" action=${html`<${Again} />`}>You took it off your devices.<//>` : null;
}

const secureWords = () => (isSecureContext ? 'Try another one, or add Parlour to your home screen if this is an iPhone or iPad.' : 'Browsers allow them only where a site is reached by https.');

/** Once more, or for the first time since this browser was taken off. */
function Again() {
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    await (isOff() ? subscribeAnew() : subscribe());
    setBusy(false);
  };
  return html`<button type="button" class="button" aria-busy=${busy || undefined} disabled=${busy} onClick=${again}>${isOff() ? 'Turn on here' : 'Try again'}</button>`;
}

/** @param {{icon: string, title: string, action?: any, children: any}} props */
const Note = ({ icon, title, action = null, children }) => html`
  <div class="device-note"><${Icon} name=${icon} /><div><b>${title}</b><p>${children}</p></div>${action}</div>
`;

/** A page cannot ask again after a refusal; only the person can allow it, in the browser's own settings. */
const Denied = () => html`
  <div class="device-note" data-tone="alert">
    <${Icon} name="mute" />
    <div>
      <b>Your browser blocks notifications of Parlour</b>
      <p>Only you can allow them again:</p>
      <ol>
        <li>Click the symbol to the left of the address, <span class="device-address">${location.host}</span>. On a phone: the browser's menu, then the settings of this site.</li>
        <li>Set <b>Notifications</b> to <b>Allow</b>.</li>
        <li>Come back here. Nothing else is needed.</li>
      </ol>
      <p class="hint">In Safari: Settings, Websites, Notifications. The system's own settings may block the browser as a whole, too.</p>
    </div>
  </div>
`;
