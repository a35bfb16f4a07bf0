// @ts-check
/** Where one writes in a channel, or why one cannot. */
import { html } from '../core/html.js';
import { iManage, iPost, unarchive } from '../state/manage.js';
import { toastProblem } from '../state/notices.js';
import { Composer } from './composer.js';
import { Icon } from './icon.js';
import { SchedulePicker } from './schedule.js';

/** @param {{channel: import('../state/store.js').Channel, title: string, onSent: () => void}} props */
export function Writing({ channel, title, onSent }) {
  if (iPost(channel)) return html`<${Composer} channelId=${channel.id} title=${title} onSent=${onSent} beside=${(writing) => html`<${SchedulePicker} channelId=${channel.id} ...${writing} />`} />`;
  if (!channel.archived) return html`<${Closed} icon="megaphone">Only those who manage this channel begin something new here. You can reply in threads.<//>`;
  const open = () => unarchive(channel).catch(toastProblem);
  return html`
    <${Closed} icon="archive">
      This channel is archived. It can be read, and nobody can write.
      ${iManage(channel) && html`<button type="button" class="button" onClick=${open}>Open it again</button>`}
    <//>`;
}

const Closed = ({ icon, children }) => html`<div class="closed" id="composer" tabindex="-1" role="note"><${Icon} name=${icon} /><p>${children}</p></div>`;
