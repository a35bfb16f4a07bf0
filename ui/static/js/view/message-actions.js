// @ts-check
/** What people can do at a message: press its buttons, answer what it asks. Who did what stands below. */
import { html, useState } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { counted, listed } from '../core/words.js';
import { openDialog } from '../dialogs/dialog.js';
import { me } from '../net/session.js';
import { askToWithdraw, mayWithdraw } from '../state/approvals.js';
import { press } from '../state/message-actions.js';
import { toastProblem } from '../state/notices.js';
import { groups, myGroupIds, nameOf } from '../state/store.js';
import { Icon } from './icon.js';

const NAMED = 6;

/** @param {{entry: any}} props */
export function MessageActions({ entry }) {
  if (entry.deleted_at || !entry.id) return null;
  if (entry.approval) return html`<${Approval} entry=${entry} />`;
  if (!entry.actions?.length && !entry.clicks?.length) return null;
  return html`
    <div class="message-actions">
      ${entry.actions?.length > 0 && html`<div class="message-buttons" role="group" aria-label="Buttons">${entry.actions.map((action) => html`<${ActionButton} key=${action.id} entry=${entry} action=${action} />`)}</div>`}
      <${Clicks} clicks=${entry.clicks} />
    </div>
  `;
}

/** @param {{entry: any, action: {id: string, label: string, style?: string, confirm?: string}}} props */
function ActionButton({ entry, action: { id, label, style, confirm } }) {
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    await press(entry.id, id).catch(toastProblem);
    setBusy(false);
  };
  const choose = () => (confirm ? openDialog('confirm-action', { label, question: confirm, danger: style === 'danger', onConfirm: act }) : act());
  return html`<button type="button" class="button ${style === 'primary' || style === 'danger' ? style : ''}" aria-busy=${busy ? 'true' : undefined} disabled=${busy} onClick=${choose}>${label}</button>`;
}

/** @param {{clicks?: {user_id: string, label: string, at: string}[]}} props */
function Clicks({ clicks = [] }) {
  if (!clicks.length) return null;
  return html`
    <ul class="message-answers" aria-label="Who pressed what">
      ${clicks.map(({ user_id: who, label, at }) => html`<li key=${who}><b>${nameOf(who)}</b> pressed <i>${label}</i> <time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time></li>`)}
    </ul>
  `;
}

const STATES = {
  open: { tone: 'open', icon: 'clock', words: 'Waiting for approval' },
  approved: { tone: 'fine', icon: 'check', words: 'Approved' },
  rejected: { tone: 'bad', icon: 'close', words: 'Rejected' },
  expired: { tone: 'quiet', icon: 'clock', words: 'Not decided in time' },
  withdrawn: { tone: 'quiet', icon: 'close', words: 'Withdrawn' },
};

/** @param {{entry: any}} props */
function Approval({ entry }) {
  const { approval } = entry;
  const { tone, icon, words } = STATES[approval.state] ?? STATES.open;
  const isOpen = approval.state === 'open';
  return html`
    <section class="approval" data-tone=${tone} aria-label=${`Approval: ${words}`}>
      <header><span class="approval-state"><${Icon} name=${icon} />${words}</span>${isOpen && html`<small>${standing(approval)}</small>`}</header>
      <p class="approval-asked">${askedWords(approval)}</p>
      <${Answers} answers=${approval.answers} />
      ${isOpen && mayAnswer(entry) && html`<${Answer} entry=${entry} />`}
      ${mayWithdraw(entry) && html`<button type="button" class="text-button" onClick=${() => askToWithdraw(entry)}>Withdraw</button>`}
    </section>
  `;
}

/** @param {any} approval */
function standing({ answers = [], needed, deadline_at: deadline }) {
  const yes = answers.filter(({ decision }) => decision === 'approve').length;
  return `${yes} of ${counted(needed, 'approval')} · until ${whenOf(deadline)}`;
}

/** @param {any} approval */
function askedWords({ user_ids: people = [], group_ids: called = [], escalated }) {
  const handles = called.map((id) => `@${(groups.value ?? []).find((group) => group.id === id)?.handle ?? 'a group'}`);
  return `Asked: ${listed([...people.map(nameOf), ...handles], NAMED)}${escalated ? ' (escalated)' : ''}`;
}

/** @param {any} entry */
function mayAnswer({ author_id: asker, approval: { user_ids: people = [], group_ids: called = [], answers = [] } }) {
  const mine = me.value?.id;
  if (!mine || mine === asker || answers.some(({ user_id }) => user_id === mine)) return false;
  return people.includes(mine) || called.some((id) => myGroupIds.value.has(id));
}

/** @param {{answers?: {user_id: string, decision: string, comment?: string, at: string}[]}} props */
function Answers({ answers = [] }) {
  if (!answers.length) return null;
  return html`
    <ul class="message-answers" aria-label="Answers">
      ${answers.map(({ user_id: who, decision, comment, at }) => html`
        <li key=${who} data-decision=${decision}>
          <${Icon} name=${decision === 'approve' ? 'check' : 'close'} /><span><b>${nameOf(who)}</b> ${decision === 'approve' ? 'approved' : 'rejected'}${comment && html`: <q>${comment}</q>`} <time datetime=${at} title=${exactTime(at)}>${whenOf(at)}</time></span>
        </li>`)}
    </ul>
  `;
}

/** @param {{entry: any}} props */
function Answer({ entry }) {
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState('');
  const answer = async (/** @type {string} */ id) => {
    setBusy(id);
    await press(entry.id, id, comment).catch(toastProblem);
    setBusy('');
  };
  return html`
    <div class="approval-answer">
      <input class="input" type="text" maxlength="300" aria-label="Comment with your answer" placeholder="Comment (optional)" value=${comment} onInput=${(event) => setComment(event.currentTarget.value)} />
      <div class="message-buttons" role="group" aria-label="Your answer">
        ${entry.actions.map(({ id, label, style }) => html`<button type="button" key=${id} class="button ${style}" aria-busy=${busy === id ? 'true' : undefined} disabled=${Boolean(busy)} onClick=${() => answer(id)}>${label}</button>`)}
      </div>
    </div>
  `;
}
