// @ts-check
/** Sending later: what stands beside the button that sends. */
import { html } from '../core/html.js';
import { suggestions, whenOf } from '../core/times.js';
import { openDialog } from '../dialogs/dialog.js';
import { tellScheduled } from '../dialogs/later.js';
import { attachedTo, release } from '../state/attachments.js';
import { schedule } from '../state/later.js';
import { toast, toastProblem } from '../state/notices.js';
import { openPlace } from '../state/route.js';
import { Icon } from './icon.js';
import { Menu, MenuItem } from './popover.js';

/** @param {{channelId: string, text: string, place: string, how: import('../state/outbox.js').Place, clear: () => void}} props */
export function SchedulePicker({ channelId, text, place, how, clear: clearText }) {
  const files = attachedTo(place).map((one) => one.value);
  const isUploading = files.some(({ state }) => state !== 'done');
  const message = { ...how, text: text.trim(), ...(files.length && { file_ids: files.map(({ file_id }) => file_id) }) };
  const clear = () => {
    release(files.map(({ key }) => key));
    clearText();
  };
  const icon = (name) => html`<${Icon} name=${name} />`;
  const at = (time, more = {}) => schedule(channelId, { ...message, ...more }, time).then((made) => (clear(), tellScheduled(made)), (problem) => refused(problem, time));
  const refused = (problem, time) => {
    if (problem.code !== 'confirm_everyone') return toastProblem(problem);
    return toast('This calls everyone in a large channel.', { tone: 'alert', action: { label: 'Schedule anyway', run: () => at(time, { confirm_everyone: true }) } });
  };
  const asks = () => openDialog('schedule', { channelId, message, onDone: clear });
  return html`
    <${Menu} class="icon-button" place="above end" label="Schedule" button=${icon('clock')}>
      ${isUploading ? html`<p class="menu-note">Files can be sent later once they are uploaded.</p>` : message.text || files.length
        ? html`
          <p class="menu-note">Send later</p>
          ${suggestions().map(({ label, at: time }) => html`<${MenuItem} key=${label} icon=${icon('clock')} onClick=${() => at(time)}>${label} <small class="later-when">${whenOf(time.toISOString())}</small><//>`)}
          <${MenuItem} icon=${icon('calendar')} onClick=${asks}>Choose date and time…<//><hr />`
        : html`<p class="menu-note">Write a message to send it later.</p>`}
      <${MenuItem} icon=${icon('bell')} onClick=${() => openDialog('remind', { channelId })}>Make a reminder…<//>
      <${MenuItem} icon=${icon('scheduled')} onClick=${() => openPlace('scheduled')}>Scheduled messages<//>
    <//>
  `;
}
