// @ts-check
/** How I am notified, and what a workspace says for those who chose nothing. Every change is saved at once. */
import { html, useEffect, useRef, useSignal, useState } from '../core/html.js';
import { DND_SPANS, untilWords } from '../core/spans.js';
import { me } from '../net/session.js';
import { beginDnd, endDnd } from '../state/myself.js';
import { changeDefaults, changeMine, loadDefaults, loadMine, preferences } from '../state/notification-preferences.js';
import { workspace } from '../state/route.js';
import { channels, titleOf } from '../state/store.js';
import { DevicesSection } from '../view/devices.js';
import { Icon } from '../view/icon.js';
import { Dialog, openDialog } from './dialog.js';
import { Failed, Waiting } from './listing.js';
import { Email, Keywords, Level, PushAfter, QuietHours, SoundAndBadge, Ways } from './notification-fields.js';

/** @typedef {import('../state/notification-preferences.js').Preferences} Preferences */

const LEVELS = { all: 'Every message', mentions: 'Mentions only', nothing: 'Nothing' };
const SAVED_MS = 4_000;

export function NotificationSettings() {
  const { waiting, saved, problem, keep } = useSaving();
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const load = () => (setFailed(null), loadMine().then((found) => (preferences.value = found), setFailed));
  useEffect(() => void load(), []);
  const held = preferences.value;
  const set = (/** @type {any} */ patch) => keep(() => changeMine(patchOf(patch, preferences.peek())));
  const props = { held, set, otherwise: 'Like the workspace' };
  return html`
    <${Dialog} title="Notifications" lead=${`In ${workspace.value?.name}, on all your devices.`} class="notify">
      <${Section} title="Devices"><${DevicesSection} /><//>
      ${!held && (failed ? html`<${Failed} problem=${failed} onRetry=${load} />` : html`<${Waiting} />`)}
      ${held && html`
        <${Section} title="What"><${Level} ...${props} /><${Ways} ...${props} /><${Keywords} ...${props} /><//>
        <${Section} title="When"><${Pause} keep=${keep} /><${QuietHours} ...${props} /><${PushAfter} ...${props} /><//>
        <${Section} title="E-mail"><${Email} ...${props} /><//>
        <${Section} title="Sound and badge"><${SoundAndBadge} ...${props} /><//>
        <${Section} title="Channels"><${ChannelLevels} /><//>`}
      <${Foot} waiting=${waiting} saved=${saved} problem=${problem} />
    <//>
  `;
}

/** For its owner. */
export function NotificationDefaults() {
  const { waiting, saved, problem, keep } = useSaving();
  const [held, setHeld] = useState(/** @type {Preferences | null} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const load = () => (setFailed(null), loadDefaults().then(setHeld, setFailed));
  useEffect(() => void load(), []);
  const latest = useRef(held);
  latest.current = held;
  const set = (/** @type {any} */ patch) => keep(async () => setHeld((latest.current = await changeDefaults(patchOf(patch, latest.current)))));
  const props = { held, set, otherwise: 'As Parlour comes' };
  return html`
    <${Dialog} title="Notifications of everyone" lead="What holds for members who chose nothing themselves. Each may choose otherwise." class="notify">
      ${!held && (failed ? html`<${Failed} problem=${failed} onRetry=${load} />` : html`<${Waiting} />`)}
      ${held && html`
        <${Section} title="What"><${Level} ...${props} /><${Ways} ...${props} /><//>
        <${Section} title="When"><${QuietHours} ...${props} /><${PushAfter} ...${props} /><//>
        <${Section} title="E-mail"><${Email} ...${props} /><//>
        <${Section} title="Sound and badge"><${SoundAndBadge} ...${props} /><//>`}
      <${Foot} waiting=${waiting} saved=${saved} problem=${problem} />
    <//>
  `;
}

const Section = ({ title, children }) => html`<section class="settings" aria-label=${title}><h3>${title}</h3>${children}</section>`;

/** What becomes of the last change: it is being saved, was saved, or why not. Only this is drawn anew for it: what is chosen already stays. */
const Foot = ({ waiting, saved, problem }) => html`
  <div class="notify-foot">
    ${problem ? html`<p class="form-error" role="alert">${problem.errors?.[0]?.detail ?? problem.message}</p>`
      : html`<p role="status">${waiting.value ? 'Saving…' : saved ? html`<span data-saved key=${saved}><${Icon} name="check" />Saved</span>` : 'Changes are saved at once.'}</p>`}
  </div>
`;

/** @param {any} patch @param {Preferences | null} held */
const patchOf = (patch, held) => (typeof patch === 'function' ? patch(held) : patch);

/** Runs changes one after the other, so that each knows what the one before it made, and tells what came of the last one. */
function useSaving() {
  const waiting = useSignal(0);
  const [saved, setSaved] = useState(0);
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const last = useRef(Promise.resolve());
  useEffect(() => {
    if (!saved) return undefined;
    const timer = setTimeout(() => setSaved(0), SAVED_MS);
    return () => clearTimeout(timer);
  }, [saved]);
  const keep = async (/** @type {() => Promise<unknown>} */ change) => {
    const turn = last.current.then(change);
    last.current = turn.then(() => undefined, () => undefined);
    waiting.value += 1;
    try {
      await turn;
      setProblem(null);
      setSaved(Date.now());
    } catch (fault) {
      setProblem(fault);
      return false;
    } finally {
      waiting.value -= 1;
    }
    return true;
  };
  return { waiting, saved, problem, keep };
}

/** Do not disturb, for a while. @param {{keep: (change: () => Promise<unknown>) => Promise<boolean>}} props */
function Pause({ keep }) {
  const until = me.value?.dnd_until;
  const isPaused = until && new Date(until).getTime() > Date.now();
  return html`
    <div class="setting"><span>Pause<small>${isPaused ? `Nothing disturbs you until ${untilWords(until)}.` : 'Nothing disturbs you for a while. Others see it.'}</small></span></div>
    <div class="later-chips">
      ${isPaused && html`<button type="button" class="button" onClick=${() => keep(endDnd)}>Resume now</button>`}
      ${DND_SPANS.map(({ key, label, end }) => html`<button type="button" key=${key} class="chip" onClick=${() => keep(() => beginDnd(/** @type {Date} */ (end())))}>${label}</button>`)}
      <button type="button" class="chip" onClick=${() => openDialog('dnd')}>Choose…</button>
    </div>
  `;
}

/** The channels that have a choice of their own; each opens its details. */
function ChannelLevels() {
  const own = [...channels.value.values()]
    .map((known) => known.value)
    .filter(({ workspace_id: id, muted, notify }) => id === workspace.value?.id && (muted || (notify && notify !== 'default')));
  if (!own.length) return html`<p class="notify-note">No channel has a choice of its own. Make one in a channel's details: every message, mentions only, nothing, or muted.</p>`;
  return html`
    <ul class="listing" aria-label="Channels with a choice of their own">
      ${own.map((channel) => html`
        <li key=${channel.id}>
          <span class="listing-text"><b>${channel.kind === 'public' && '#'}${titleOf(channel)}</b><small>${levelOf(channel)}</small></span>
          <button type="button" class="button" onClick=${() => openDialog('channel', { channel })}>Change<span class="visually-hidden"> ${titleOf(channel)}</span></button>
        </li>`)}
    </ul>
  `;
}

/** @param {import('../state/store.js').Channel} channel */
const levelOf = ({ muted, notify = 'default' }) => [muted && 'Muted', LEVELS[notify]].filter(Boolean).join(' · ');
