// @ts-check
/** Inviting people: many by e-mail, each answered by name; or by a link, with its limits; and what became of it. */
import { html, useRef, useState } from '../core/html.js';
import { longDate } from '../core/dates.js';
import { counted } from '../core/words.js';
import { addressesIn, inviteAll, makeLink, useInvitations } from '../state/invitations.js';
import { announce } from '../state/notices.js';
import { may } from '../state/rights.js';
import { openAdmin, workspace } from '../state/route.js';
import { channels, isTalk } from '../state/store.js';
import { Icon } from '../view/icon.js';
import { InvitationRows } from '../view/invitations.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';
import { Failed, Waiting } from './listing.js';

const WAYS = { email: ByMail, link: ByLink, mine: Mine };
const USES = [['', 'Any number'], ['1', '1 person'], ['10', '10 people'], ['50', '50 people']];
const DAYS = [['1', '1 day'], ['7', '7 days'], ['14', '14 days'], ['30', '30 days']];
/** What is said of those who get no mail. */
const FAULTS = ['invalid', 'duplicate', 'member_already', 'invited_already', 'over_limit'];

/** @typedef {import('../state/invitations.js').Invited} Invited */

export function Invite() {
  const [way, setWay] = useState(/** @type {keyof typeof WAYS} */ ('email'));
  const inConsole = may('member.invite_guest');
  const ways = /** @type {[keyof typeof WAYS, string][]} */ ([['email', 'By e-mail'], ['link', 'By a link'], ...(inConsole ? [] : [['mine', 'So far']])]);
  return html`
    <${Dialog} class="invite" title=${`Invite people to ${workspace.value?.name}`} lead="They sign up, or sign in, and are in.">
      <fieldset class="segments">
        <legend class="visually-hidden">How</legend>
        ${ways.map(([value, label]) => html`<label key=${value}><input type="radio" name="way" value=${value} checked=${way === value} onChange=${() => setWay(value)} />${label}</label>`)}
      </fieldset>
      <${WAYS[way]} />
      ${inConsole && html`<p class="listing-note"><button type="button" class="text-button" onClick=${() => (closeDialog(), openAdmin('invitations'))}>Invitations so far, and what became of them</button></p>`}
    <//>
  `;
}

/** Whom one invites people as; guests need channels. @param {{role: string, setRole: (role: string) => void, chosen: Set<string>, setChosen: (ids: Set<string>) => void}} props */
function As({ role, setRole, chosen, setChosen }) {
  if (!may('member.invite_guest')) return null;
  const mine = [...channels.value.values()].map((known) => known.value).filter((known) => known.workspace_id === workspace.value?.id && !isTalk(known) && !known.archived);
  const toggle = (/** @type {string} */ id) => {
    const kept = new Set(chosen);
    if (!kept.delete(id)) kept.add(id);
    setChosen(kept);
  };
  return html`
    <fieldset class="segments">
      <legend class="visually-hidden">As</legend>
      ${[['member', 'As members'], ['guest', 'As guests']].map(([value, label]) => html`<label key=${value}><input type="radio" name="role" value=${value} checked=${role === value} onChange=${() => setRole(value)} />${label}</label>`)}
    </fieldset>
    ${role === 'guest' && html`
      <fieldset class="field invite-channels">
        <legend>Channels that they see, and no others</legend>
        ${mine.map(({ id, name }) => html`<label key=${id}><input type="checkbox" checked=${chosen.has(id)} onChange=${() => toggle(id)} />#${name}</label>`)}
      </fieldset>`}
  `;
}

function useAs() {
  const [role, setRole] = useState('member');
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const channel_ids = role === 'guest' ? [...chosen] : [];
  return { props: { role, setRole, chosen, setChosen }, as: { role: /** @type {'member' | 'guest'} */ (role), channel_ids } };
}

function ByMail() {
  const [words, setWords] = useState('');
  const [answers, setAnswers] = useState(/** @type {Invited[] | null} */ (null));
  const { props, as } = useAs();
  const found = addressesIn(words);
  const { busy, problem, onSubmit } = useForm(async () => {
    const told = await inviteAll(found, as);
    setAnswers(told);
    // What could not be taken stays, to be mended.
    setWords(told.filter(({ state }) => state === 'invalid' || state === 'over_limit').map(({ email }) => email).join('\n'));
  });
  return html`
    <form class="form" onSubmit=${onSubmit} aria-label="Invite by e-mail">
      <p class="form-error" role="alert">${formError(problem, [])}</p>
      ${answers && html`<${Answers} answers=${answers} />`}
      <div class="field">
        <label for="invite-people">E-mail addresses</label>
        <textarea class="input set-up-people" id="invite-people" rows="5" autofocus required spellcheck=${false} autocapitalize="none" placeholder="one@example.com, other@example.com" aria-describedby="invite-people-hint" value=${words} onInput=${(event) => setWords(event.currentTarget.value)} />
        <p class="hint" id="invite-people-hint">Paste as many as you like. They are mailed one after the other.</p>
      </div>
      <${As} ...${props} />
      <${Submit} busy=${busy} disabled=${busy || !found.length}>${found.length ? `Invite ${counted(found.length, 'person', 'people')}` : 'Invite'}<//>
    </form>
  `;
}

/** @param {{answers: Invited[]}} props */
function Answers({ answers }) {
  const queued = answers.filter(({ state }) => state === 'queued').length;
  const others = FAULTS.flatMap((fault) => answers.filter(({ state }) => state === fault));
  return html`
    <div class="invite-answers" role="status">
      ${queued > 0 && html`<p class="invite-queued"><${Icon} name="check" />${counted(queued, 'person is', 'people are')} invited: their mails are on their way.</p>`}
      ${others.length > 0 && html`<ul>${others.map(({ email, detail }, at) => html`<li key=${at}><b>${email}</b><small>${detail}</small></li>`)}</ul>`}
    </div>
  `;
}

function ByLink() {
  const [invite, setInvite] = useState(/** @type {any} */ (null));
  const { props, as } = useAs();
  const { busy, problem, onSubmit } = useForm(async ({ uses, days, domains }) => {
    const limits = { days: Number(days), ...(uses && { max_uses: Number(uses) }), domains: domains.split(/[\s,;]+/).filter(Boolean), ...as };
    setInvite(await makeLink(limits));
  });
  const select = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string[][]} */ options, /** @type {string} */ value) => html`
    <div class="field"><label for=${`invite-${name}`}>${label}</label>
      <select class="input" id=${`invite-${name}`} name=${name}>${options.map(([each, text]) => html`<option key=${each} value=${each} selected=${each === value}>${text}</option>`)}</select></div>`;
  return html`
    <form class="form" onSubmit=${onSubmit} aria-label="Invite by a link">
      <p class="form-error" role="alert">${formError(problem, ['domains'])}</p>
      ${invite && html`<${Link} key=${invite.url} invite=${invite} />`}
      <div class="invite-limits">${select('uses', 'For', USES, '')}${select('days', 'Works for', DAYS, '14')}</div>
      <${Field} name="domains" label=${html`Only for addresses at <span class="optional">(optional)</span>`} problem=${problem} placeholder="example.com" spellcheck=${false} autocapitalize="none" />
      <${As} ...${props} />
      <${Submit} busy=${busy} class=${invite ? 'button' : 'button primary'}>${invite ? 'Make another link' : 'Make a link'}<//>
    </form>
  `;
}

/** My own invitations, for whom there is no section of the administration. */
function Mine() {
  const { items, problem, load, hasMore, more } = useInvitations({ state: '', kind: '' });
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  return html`
    <section aria-label="Your invitations">
      <${InvitationRows} items=${items} load=${load} none="You have invited nobody yet. Whom you invite is listed here, with what became of it." />
      ${hasMore && html`<button type="button" class="button operations-more" onClick=${more}>Show more</button>`}
    </section>
  `;
}

function Link({ invite }) {
  const field = useRef(/** @type {any} */ (null));
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current.select();
    // Plain http addresses have no clipboard: the link is then selected, ready for the keyboard.
    await navigator.clipboard?.writeText(invite.url).catch(() => undefined);
    setCopied(Boolean(navigator.clipboard));
    announce(navigator.clipboard ? 'Link copied' : 'Link selected');
  };
  return html`
    <div class="field">
      <label for="invite-link">Invitation link</label>
      <div class="copy-row">
        <input class="input" id="invite-link" ref=${field} readonly value=${invite.url} onFocus=${(event) => event.currentTarget.select()} />
        <button type="button" class="button primary" onClick=${copy}><${Icon} name=${copied ? 'check' : 'copy'} />${copied ? 'Copied' : 'Copy'}</button>
      </div>
      <p class="hint">Works until ${longDate(invite.expires_at)}. It is shown this once.</p>
    </div>
  `;
}
