// @ts-check
/** Choosing a time: for a message, for one that is scheduled already, and for a reminder. */
import { html, useState } from '../core/html.js';
import { suggestions, wallOf, whenOf, ZONE } from '../core/times.js';
import { changeScheduled, remind, saveMessage, schedule, snooze } from '../state/later.js';
import { toast } from '../state/notices.js';
import { channelSignal, titleOf } from '../state/store.js';
import { openPlace } from '../state/route.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

const AHEAD_MS = 120 * 86_400_000;

/** A date and a time on this device's wall clock. @param {{problem: any, value?: Date | string, limited?: boolean}} props */
const TimeField = ({ problem, value, limited = false }) => html`
  <${Field} name="at" label="Date and time" type="datetime-local" required problem=${problem} hint=${`Your time: ${ZONE}`}
    defaultValue=${wallOf(value ?? suggestions()[0].at)} min=${wallOf(new Date())} max=${limited ? wallOf(new Date(Date.now() + AHEAD_MS)) : undefined} />
`;

/** Schedules what is written in the composer. @param {{channelId: string, message: any, onDone: () => void}} props */
export function ScheduleMessage({ channelId, message, onDone }) {
  const [asks, setAsks] = useState(false);
  const form = useForm(async ({ at }) => {
    const made = await schedule(channelId, { ...message, confirm_everyone: asks }, at).catch((problem) => {
      setAsks(problem.code === 'confirm_everyone');
      throw problem;
    });
    closeDialog();
    onDone();
    tellScheduled(made);
  });
  return html`
    <${Dialog} title="Send later" lead="The message leaves at this time, also when you are not here.">
      <form class="form" onSubmit=${form.onSubmit}>
        <${TimeField} problem=${form.problem} limited />
        <p class="form-error" role="alert">${asks ? 'This calls everyone in a large channel.' : formError(form.problem, ['at'])}</p>
        <${Submit} busy=${form.busy}>${asks ? 'Schedule anyway' : 'Schedule'}<//>
      </form>
    <//>
  `;
}

/** Says when a message will be sent. @param {import('../state/later.js').Scheduled} made */
export const tellScheduled = (made) => toast(`Will be sent ${whenOf(made.send_at)}.`, { action: { label: 'Show', run: () => openPlace('scheduled') } });

/** @param {{item: import('../state/later.js').Scheduled}} props */
export function EditScheduled({ item }) {
  const form = useForm(async ({ text, at }) => {
    const moved = at !== wallOf(item.send_at) || item.state === 'failed';
    await changeScheduled(item.id, { text: text === item.text ? undefined : text, at: moved ? at : undefined });
    closeDialog();
  });
  const error = form.problem?.errors?.find((fault) => fault.field === 'text')?.detail ?? '';
  return html`
    <${Dialog} title="Edit scheduled message">
      <form class="form" onSubmit=${form.onSubmit}>
        <div class="field">
          <label for="scheduled-text">Message</label>
          <textarea class="input later-text" id="scheduled-text" name="text" rows="4" required=${!item.file_ids?.length} aria-describedby="scheduled-text-error">${item.text}</textarea>
          <p class="error" id="scheduled-text-error" role="alert">${error}</p>
        </div>
        <${TimeField} problem=${form.problem} limited value=${item.state === 'failed' ? undefined : item.send_at} />
        <p class="form-error" role="alert">${formError(form.problem, ['at', 'text'])}</p>
        <${Submit} busy=${form.busy}>Save<//>
      </form>
    <//>
  `;
}

/** Puts a reminder off to a time of one's own. @param {{item: import('../state/later.js').Reminder}} props */
export function Snooze({ item }) {
  const form = useForm(async ({ at }) => {
    await snooze(item, new Date(at));
    closeDialog();
  });
  return html`
    <${Dialog} title="Remind me again">
      <form class="form" onSubmit=${form.onSubmit}>
        <${TimeField} problem=${form.problem} />
        <p class="form-error" role="alert">${formError(form.problem, ['at'])}</p>
        <${Submit} busy=${form.busy}>Put off<//>
      </form>
    <//>
  `;
}

const EXAMPLES = ['in 20 minutes', 'tomorrow 9:00', 'every Monday 9:00', 'every weekday at 8:30'];

/** Makes a reminder: of a message, or of a text for me or a channel. @param {{message?: import('../state/log.js').Entry, channelId?: string}} props */
export function Remind({ message, channelId }) {
  const [when, setWhen] = useState('');
  const channel = channelSignal(channelId)?.value;
  const form = useForm(async ({ text, when: words, whom }) => {
    const given = { text, when: words, channel_id: whom === 'channel' ? channelId : undefined };
    const made = message ? (await saveMessage(message.id, { when: words })).reminder : await remind(given);
    closeDialog();
    toast(`${made?.channel_id ? 'The channel' : 'You'} will be reminded ${whenOf(made?.due_at ?? '')}${made?.recurs ? `, then ${made.recurs}` : ''}.`, { action: { label: 'Show', run: () => openPlace('later') } });
  });
  return html`
    <${Dialog} title="Remind" lead=${message ? 'The message is saved for later, too.' : null}>
      <form class="form" onSubmit=${form.onSubmit}>
        ${message ? html`<blockquote class="later-quote">${message.text}</blockquote>` : html`<${Field} name="text" label="What" required autofocus problem=${form.problem} />`}
        <${Field} name="when" label="When" required autofocus=${Boolean(message)} value=${when} onInput=${(event) => setWhen(event.currentTarget.value)} problem=${form.problem}
          hint=${`In words, once or again and again. Your time: ${ZONE}`} placeholder="tomorrow 9:00" />
        <div class="later-chips" role="group" aria-label="Suggestions">
          ${EXAMPLES.map((words) => html`<button type="button" class="chip" key=${words} onClick=${() => setWhen(words)}>${words}</button>`)}
        </div>
        ${!message && channel && html`
          <fieldset class="segments">
            <legend class="visually-hidden">Whom</legend>
            <label><input type="radio" name="whom" value="me" checked />Me</label>
            <label><input type="radio" name="whom" value="channel" />${channel.kind === 'direct' ? titleOf(channel) : `#${titleOf(channel)}`}</label>
          </fieldset>`}
        <p class="form-error" role="alert">${formError(form.problem, ['text', 'when'])}</p>
        <${Submit} busy=${form.busy}>Remind<//>
      </form>
    <//>
  `;
}

