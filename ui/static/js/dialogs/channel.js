// @ts-check
/** A channel's details: what it is about, how I have it, and what those who manage it may change. */
import { html, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { changeChannel, iDescribe, iManage, isFixed, restrict as restrictAtOnce, unarchive } from '../state/manage.js';
import { announce, toastProblem } from '../state/notices.js';
import { ownSections, prefer } from '../state/sidebar.js';
import { channels, isTalk, titleOf } from '../state/store.js';
import { Icon } from '../view/icon.js';
import { Dialog, openDialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const NOTIFY = [
  ['default', 'As for all channels'],
  ['all', 'Every message'],
  ['mentions', 'Mentions only'],
  ['nothing', 'Nothing'],
];

/** @param {{channel: import('../state/store.js').Channel}} props */
export function ChannelDetails({ channel: { id } }) {
  const channel = channels.value.get(id)?.value;
  if (!channel) return null;
  const talk = isTalk(channel);
  return html`
    <${Dialog} title=${titleOf(channel)} lead=${leadOf(channel)} class="details">
      ${iDescribe(channel) ? html`<${About} channel=${channel} />` : html`<${Told} channel=${channel} />`}
      <${Mine} channel=${channel} />
      ${!talk && iManage(channel) && html`<${ForAll} channel=${channel} />`}
    <//>
  `;
}

/** @param {import('../state/store.js').Channel} channel */
function leadOf({ kind, archived, member_count: count = 0, user_ids = [] }) {
  if (kind === 'direct') return 'Between the two of you.';
  if (kind === 'group') return `Between the ${user_ids.length} of you.`;
  return `${archived ? 'Archived' : kind === 'private' ? 'Private' : 'Public'} · ${counted(count, 'member')}`;
}

function About({ channel }) {
  const { busy, problem, onSubmit } = useForm(async ({ topic, purpose }) => {
    await changeChannel(channel, isTalk(channel) ? { topic } : { topic, purpose });
    announce('Saved');
  });
  return html`
    <form class="form" onSubmit=${onSubmit} aria-label="About">
      <p class="form-error" role="alert">${formError(problem, ['topic', 'purpose'])}</p>
      <${Field} name="topic" label="Topic" hint="What it is about now. Shown at the top." defaultValue=${channel.topic ?? ''} problem=${problem} autofocus />
      ${!isTalk(channel) && html`<${Field} name="purpose" label="Purpose" hint="What the channel is for. Shown to who looks for one." defaultValue=${channel.purpose ?? ''} problem=${problem} />`}
      <${Submit} busy=${busy}>Save<//>
    </form>
  `;
}

/** What it is about, for who may not say so. */
const Told = ({ channel: { topic, purpose } }) =>
  (topic || purpose) && html`<section class="form" aria-label="About">${topic && html`<p>${topic}</p>`}${purpose && html`<p>${purpose}</p>`}</section>`;

/** My own affair: nobody else sees it. */
function Mine({ channel }) {
  const set = (preferences) => prefer(channel, preferences).catch(toastProblem);
  return html`
    <section class="settings" aria-label="For you">
      <h3>For you</h3>
      <label class="setting"><span>Starred<small>On top of the side.</small></span><input type="checkbox" role="switch" checked=${channel.starred} onChange=${(event) => set({ starred: event.currentTarget.checked })} /></label>
      <label class="setting"><span>Muted<small>Only mentions of you are counted.</small></span><input type="checkbox" role="switch" checked=${channel.muted} onChange=${(event) => set({ muted: event.currentTarget.checked })} /></label>
      <${Choice} label="Notify me of" value=${channel.notify ?? 'default'} choices=${NOTIFY} onChoose=${(notify) => set({ notify })} />
      <${Choice} label="Section" value=${channel.section_id ?? ''} choices=${[['', 'None'], ...ownSections.value.map(({ id, name }) => [id, name])]} onChoose=${(id) => set({ section_id: id || null })} />
    </section>
  `;
}

const Choice = ({ label, value, choices, onChoose }) => html`
  <label class="setting"><span>${label}</span>
    <select class="input" onChange=${(event) => onChoose(event.currentTarget.value)}>
      ${choices.map(([choice, words]) => html`<option key=${choice} value=${choice} selected=${choice === value}>${words}</option>`)}
    </select>
  </label>
`;

/** What changes for everyone in the channel. */
function ForAll({ channel }) {
  const { kind, archived, posting } = channel;
  const fixed = isFixed(channel);
  const [busy, setBusy] = useState(false);
  const run = (work) => (setBusy(true), work().catch(toastProblem).finally(() => setBusy(false)));
  // Disabled, it would lose the focus, and Escape with it.
  const wait = (event) => busy && event.preventDefault();
  const restrict = (event) => run(() => restrictAtOnce(channel, event.currentTarget.checked ? 'moderators' : 'everyone'));
  return html`
    <section class="settings" aria-label="For everyone">
      <h3>For everyone</h3>
      ${!fixed && !archived && html`<${Rename} channel=${channel} />`}
      ${!archived && html`<label class="setting"><span>Announcements only<small>Those who manage the channel begin something new; everyone replies in threads.</small></span>
        <input type="checkbox" role="switch" checked=${posting === 'moderators'} aria-busy=${busy ? 'true' : undefined} onClick=${wait} onChange=${restrict} /></label>`}
      <div class="form-actions">
        ${!fixed && !archived && html`<button type="button" class="button" onClick=${() => openDialog('convert', { channel })}><${Icon} name=${kind === 'public' ? 'lock' : 'hash'} />Make it ${kind === 'public' ? 'private' : 'public'}</button>`}
        ${!fixed && !archived && html`<button type="button" class="button danger" onClick=${() => openDialog('archive', { channel })}><${Icon} name="archive" />Archive</button>`}
        ${archived && html`<button type="button" class="button" disabled=${busy} onClick=${() => run(() => unarchive(channel))}><${Icon} name="archive" />Open again</button>`}
      </div>
    </section>
  `;
}

function Rename({ channel }) {
  const { busy, problem, onSubmit } = useForm(async ({ name }) => {
    await changeChannel(channel, { name: name.trim() });
    announce('Renamed');
  });
  return html`
    <form class="form rename" onSubmit=${onSubmit} aria-label="Rename">
      <p class="form-error" role="alert">${formError(problem, ['name'])}</p>
      <${Field} name="name" label="Channel name" defaultValue=${channel.name} problem=${problem} required maxlength="80" />
      <${Submit} busy=${busy}>Rename<//>
    </form>
  `;
}

