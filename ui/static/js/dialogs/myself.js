// @ts-check
/** What I say of myself: status, do not disturb, profile. */
import { html, useId, useState } from '../core/html.js';
import { DND_SPANS, fieldTime, STATUS_SPANS, untilWords } from '../core/spans.js';
import { me } from '../net/session.js';
import { beginDnd, changeProfile, clearStatus, endDnd, setStatus } from '../state/myself.js';
import { toast, toastProblem } from '../state/notices.js';
import { openSection } from '../state/route.js';
import { EmojiButton } from '../view/emoji-picker.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const SPEECH = '💬';
const SUGGESTED = [
  ['📅', 'In a meeting', '1h'],
  ['🚆', 'On the way', '30m'],
  ['🤒', 'Out sick', 'today'],
  ['🌴', 'On holiday', 'week'],
  ['🏠', 'Working from home', 'today'],
];

export function StatusDialog() {
  const mine = me.value?.status;
  const [emoji, setEmoji] = useState(mine?.emoji ?? SPEECH);
  const [text, setText] = useState(mine?.text ?? '');
  const [span, setSpan] = useState(mine?.expires_at ? 'custom' : 'never');
  const { busy, problem, onSubmit } = useForm(async ({ until }) => {
    await setStatus({ emoji, text: text.trim(), expires_at: endOf(STATUS_SPANS, span, until)?.toISOString() ?? null });
    closeDialog();
  });
  const clear = () => clearStatus().then(() => (closeDialog(), toast('Your status is cleared.')), toastProblem);
  const take = (suggestion) => (setEmoji(suggestion[0]), setText(suggestion[1]), setSpan(suggestion[2]));
  return html`
    <${Dialog} title="Status" lead="Everyone in your workspaces sees it beside your name.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['until'])}</p>
        <div class="status-line">
          <${EmojiButton} class="status-emoji" label=${`Emoji: ${emoji}. Choose another`} button=${emoji} onPick=${setEmoji} />
          <input class="input" aria-label="What is your status?" placeholder="What is your status?" autocomplete="off" maxlength="100" autofocus value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
        </div>
        ${!text && !mine && html`
          <ul class="status-suggestions" aria-label="Suggestions">
            ${SUGGESTED.map((suggestion) => html`<li key=${suggestion[1]}><button type="button" onClick=${() => take(suggestion)}><span aria-hidden="true">${suggestion[0]}</span>${suggestion[1]}</button></li>`)}
          </ul>`}
        <${SpanChoice} label="Clear it after" spans=${STATUS_SPANS} value=${span} onChange=${setSpan} problem=${problem} custom=${mine?.expires_at} />
        <div class="form-actions">
          ${mine && html`<button type="button" class="button" onClick=${clear}>Clear status</button>`}
          <${Submit} busy=${busy}>Save<//>
        </div>
      </form>
    <//>
  `;
}

export function DndDialog() {
  const quiet = me.value?.dnd_until;
  const [span, setSpan] = useState('1h');
  const { busy, problem, onSubmit } = useForm(async ({ until }) => {
    await beginDnd(/** @type {Date} */ (endOf(DND_SPANS, span, until)));
    closeDialog();
  });
  const end = () => endDnd().then(closeDialog, toastProblem);
  return html`
    <${Dialog} title="Do not disturb" lead=${quiet ? `Nothing disturbs you until ${untilWords(quiet)}.` : 'Others see it beside your name.'}>
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['until'])}</p>
        <${SpanChoice} label="For how long" spans=${DND_SPANS} value=${span} onChange=${setSpan} problem=${problem} />
        <div class="form-actions">
          ${quiet && html`<button type="button" class="button" onClick=${end}>End it now</button>`}
          <${Submit} busy=${busy}>${quiet ? 'Change' : 'Begin'}<//>
        </div>
      </form>
    <//>
  `;
}

/** @param {import('../core/spans.js').Span[]} spans @param {string} key @param {string} until */
const endOf = (spans, key, until) => (key === 'custom' ? new Date(until) : spans.find((span) => span.key === key)?.end() ?? null);

/** @param {{label: string, spans: import('../core/spans.js').Span[], value: string, onChange: (key: string) => void, problem: any, custom?: string | null}} props */
function SpanChoice({ label, spans, value, onChange, problem, custom = null }) {
  const id = useId();
  const soon = new Date(Date.now() + 3_600_000);
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select class="input" id=${id} value=${value} onChange=${(event) => onChange(event.currentTarget.value)}>
        ${spans.map((span) => html`<option key=${span.key} value=${span.key} selected=${span.key === value}>${span.label}</option>`)}
        <option value="custom" selected=${value === 'custom'}>Choose date and time</option>
      </select>
    </div>
    ${value === 'custom' && html`<${Field} name="until" label="Until" type="datetime-local" problem=${problem} required min=${fieldTime(new Date())} value=${fieldTime(custom ? new Date(custom) : soon)} />`}
  `;
}

export function ProfileDialog() {
  const mine = me.value;
  const { busy, problem, onSubmit } = useForm(async ({ name, handle, title }) => {
    await changeProfile({ name, handle, title });
    closeDialog();
  });
  return html`
    <${Dialog} title="Profile" lead="As everyone in your workspaces sees you.">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, ['name', 'handle', 'title'])}</p>
        <${Field} name="name" label="Name" problem=${problem} required maxlength="80" autofocus value=${mine?.name} />
        <${Field} name="handle" label="Handle" problem=${problem} required maxlength="33" autocapitalize="none" spellcheck="false" value=${mine?.handle} hint="What others type behind @ to mention you." />
        <${Field} name="title" label="Title" problem=${problem} maxlength="80" value=${mine?.title ?? ''} hint="What you do here." />
        <button type="button" class="button" onClick=${() => (closeDialog(), openSection('account', 'profile'))}><${Icon} name="image" />Picture, pronouns, time zone…</button>
        <${Submit} busy=${busy}>Save<//>
      </form>
    <//>
  `;
}
