// @ts-check
/** Asking for an approval: what, of whom, until when, and who is asked if nobody decides. */
import { html, useState } from '../core/html.js';
import { newId } from '../core/ids.js';
import { wallOf, ZONE } from '../core/times.js';
import { anyoneToAsk, askForApproval, peopleToAsk } from '../state/approvals.js';
import { announce } from '../state/notices.js';
import { openChannel } from '../state/route.js';
import { isTalk, titleOf } from '../state/store.js';
import { ChosenField } from './chosen.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, SelectField, Submit, useForm } from './form.js';

/** @typedef {import('../state/approvals.js').Option} Option */

const HOUR = 3600;
const DAY = 24 * HOUR;
/** @type {[string, string][]} */
const DEADLINES = [[`${HOUR}`, '1 hour'], [`${4 * HOUR}`, '4 hours'], [`${DAY}`, '1 day'], [`${3 * DAY}`, '3 days'], [`${7 * DAY}`, '1 week'], ['at', 'A date and time…']];
/** @type {[string, string][]} */
const REMINDERS = [['', 'Never'], [`${HOUR}`, 'Every hour'], [`${4 * HOUR}`, 'Every 4 hours'], [`${DAY}`, 'Every day']];
/** @type {[string, string][]} */
const ESCALATIONS = [['', 'Nobody'], [`${HOUR / 2}`, 'Others, after 30 minutes'], [`${HOUR}`, 'Others, after 1 hour'], [`${4 * HOUR}`, 'Others, after 4 hours'], [`${DAY}`, 'Others, after 1 day']];
const FIELDS = ['text', 'user_ids', 'needed', 'answer_within', 'remind_every', 'escalate_after', 'escalate_to'];

/** @param {{channel: import('../state/store.js').Channel, text?: string, chosen?: Option[]}} props */
export function AskApproval({ channel, text = '', chosen = [] }) {
  const [asked, setAsked] = useState(chosen);
  const [later, setLater] = useState(/** @type {Option[]} */ ([]));
  const [within, setWithin] = useState(`${3 * DAY}`);
  const [escalates, setEscalates] = useState('');
  // Sending again what came through without an answer asks once.
  const [client_id] = useState(newId);
  const { busy, problem, onSubmit } = useForm(async (values) => {
    const to = escalates ? { escalate_after: Number(escalates), escalate_to: later.map(({ key }) => key) } : {};
    await askForApproval({ channel_id: channel.id, client_id, ...read(values, within), ...split(asked), ...to });
    closeDialog();
    openChannel(channel.id);
    announce('Asked for approval');
  });
  return html`
    <${Dialog} title="Ask for approval" lead=${`In ${isTalk(channel) ? titleOf(channel) : `#${titleOf(channel)}`}. Everyone there sees who answered what.`}>
      <form class="form approval-form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, FIELDS)}</p>
        <${Field} name="text" label="What you ask" as="textarea" rows="3" required autofocus defaultValue=${text} problem=${problem} placeholder="May I deploy 1.2 this afternoon?" />
        <${ChosenField} name="user_ids" label="Who may answer" hint="People of this channel, and groups." placeholder="Type a name" problem=${problem} offers=${(words) => anyoneToAsk(channel.id, words)} chosen=${asked} onChange=${setAsked} />
        <div class="approval-numbers">
          <${Field} name="needed" label="Approvals needed" type="number" inputmode="numeric" min="1" required defaultValue="1" problem=${problem} />
          <${SelectField} name=${within === 'at' ? 'within' : 'answer_within'} label="Answers count for" options=${DEADLINES} value=${within} onChange=${setWithin} problem=${problem} />
        </div>
        ${within === 'at' && html`<${Field} name="answer_within" label="Answers count until" type="datetime-local" required min=${wallOf(new Date())} defaultValue=${wallOf(new Date(Date.now() + DAY * 1000))} hint=${`Your time: ${ZONE}`} problem=${problem} />`}
        <${SelectField} name="remind_every" label="Remind who has not answered" options=${REMINDERS} value="" problem=${problem} />
        <${SelectField} name="escalate_after" label="If it is not decided, ask also" options=${ESCALATIONS} value=${escalates} onChange=${setEscalates} problem=${problem} />
        ${escalates && html`<${ChosenField} name="escalate_to" label="Who is asked then" placeholder="Type a name" problem=${problem} offers=${(words) => peopleToAsk(channel.id, words)} chosen=${later} onChange=${setLater} />`}
        <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>Cancel</button><${Submit} busy=${busy}>Ask<//></div>
      </form>
    <//>
  `;
}

/** @param {Record<string, string>} values @param {string} within */
function read({ text, needed, answer_within: until, remind_every: every }, within) {
  const seconds = within === 'at' ? Math.round((new Date(until).getTime() - Date.now()) / 1000) : Number(within);
  return { text, needed: Number(needed), answer_within: seconds, ...(every && { remind_every: Number(every) }) };
}

/** @param {Option[]} asked */
const split = (asked) => ({
  user_ids: asked.filter(({ userId }) => userId).map(({ key }) => key),
  group_ids: asked.filter(({ userId }) => !userId).map(({ key }) => key),
});
