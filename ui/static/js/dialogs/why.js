// @ts-check
/** Who was notified of a message and who was not, each with the reason; or why I was (not) told, on which ways. */
import { html, useCallback, useEffect, useState } from '../core/html.js';
import { exactTime } from '../core/dates.js';
import { whenOf } from '../core/times.js';
import { call } from '../net/http.js';
import { on } from '../net/connection.js';
import { me } from '../net/session.js';
import { openMessage } from '../state/route.js';
import { nameOf } from '../state/store.js';
import { workspace } from '../state/route.js';
import { Avatar } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { isUnderWay, Legs, sentence } from '../view/legs.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Failed, Waiting } from './listing.js';
import { may } from '../state/rights.js';

const EVERY_MS = 3_000;
const PAGE = 50;

/** @typedef {{user_id: string, name: string, message_id: string, wanted: boolean, words: string, legs?: import('../view/legs.js').Leg[], notification?: any, workflow?: {id: string, url: string}}} Why */

/** The people of a message: all, or one part of them. */
const PARTS = /** @type {const} */ ([['', 'Everyone'], ['true', 'Notified'], ['false', 'Not notified']]);

/** Whether I see everybody that a message was for. @param {{author_id: string}} message */
export const seesEverybody = ({ author_id }) => author_id === me.peek()?.id || may('operations.read');

/**
 * One of: a message, a notification, or a person of whom all notifications are shown.
 * @param {{messageId?: string, notificationId?: string, userId?: string}} props
 */
export function WhyDialog({ messageId, notificationId, userId }) {
  if (notificationId) return html`<${OneWhy} path=${`/notifications/${notificationId}/why`} />`;
  if (userId) return html`<${PersonsWhys} userId=${userId} />`;
  return html`<${MessageWhys} messageId=${messageId} />`;
}

/** @param {{path: string}} props */
function OneWhy({ path }) {
  const list = useWhys(path);
  const [why] = list.items ?? [];
  return html`
    <${Dialog} title="Why was I told?" class="why">
      <${Loaded} list=${list}>${why && html`<${Mine} why=${why} />`}<//>
    <//>
  `;
}

/** @param {{messageId: string | undefined}} props */
function MessageWhys({ messageId }) {
  const [part, setPart] = useState('');
  const list = useWhys(`/messages/${messageId}/notifications`, part ? { wanted: part } : {});
  const [first] = list.items ?? [];
  const isMine = part === '' && list.items?.length === 1 && first.user_id === me.value?.id && first.words !== 'you wrote it';
  if (isMine) return html`<${Dialog} title=${first.wanted ? 'Why was I told?' : 'Why was I not told?'} class="why"><${Mine} why=${first} /><//>`;
  return html`
    <${Dialog} title=${list.items || part ? 'Who was notified?' : 'Notifications'} class="why tall">
      ${(list.items || part) && html`<${Parts} part=${part} onChange=${setPart} />`}
      <${Loaded} list=${list} empty=${part === 'true' ? 'Nobody had to be notified.' : 'There is nobody of that kind.'}>
        <${People} list=${list} />
      <//>
    <//>
  `;
}

function Parts({ part, onChange }) {
  return html`
    <fieldset class="segments why-parts"><legend class="visually-hidden">Show</legend>
      ${PARTS.map(([value, label]) => html`<label key=${value}><input type="radio" name="part" value=${value} checked=${part === value} onChange=${() => onChange(value)} />${label}</label>`)}
    </fieldset>
  `;
}

/** All that one person was notified of. @param {{userId: string}} props */
function PersonsWhys({ userId }) {
  const list = useWhys(`/workspaces/${workspace.value?.id}/members/${userId}/notifications`);
  const isMe = userId === me.value?.id;
  return html`
    <${Dialog} title=${isMe ? 'What you were notified of' : `What ${nameOf(userId)} was notified of`} class="why tall" lead="The newest first. No text of any message is shown.">
      <${Loaded} list=${list} empty="There is nothing yet.">
        <ul class="whys" aria-label="Notifications">
          ${list.items?.map((why) => html`<li class="why-one" key=${why.notification.id}><${Entry} why=${why} isMe=${isMe} /></li>`)}
        </ul>
        <${More} list=${list} />
      <//>
    <//>
  `;
}

/** @param {{why: Why, isMe: boolean}} props */
function Entry({ why: { notification, words, legs = [], workflow }, isMe }) {
  const open = () => (closeDialog(), openMessage({ id: notification.message_id, channel_id: notification.channel_id }));
  return html`
    <header class="why-head">
      <span class="why-text"><b>${isMe ? myWords({ words, notification }) : sentence(words)}</b><time datetime=${notification.at} title=${exactTime(notification.at)}>${whenOf(notification.at)}</time></span>
      ${isMe && html`<button type="button" class="button" onClick=${open}>Open<span class="visually-hidden"> the message</span></button>`}
    </header>
    <${Legs} legs=${legs} />
    <${InTemporal} workflow=${workflow} />
  `;
}

/** What I wanted for its author's deed, or for my own wish. @param {{words: string, notification?: any}} why */
function myWords({ words, notification }) {
  const isMyWish = !notification || ['channel', 'keyword'].includes(notification.kind);
  return sentence(isMyWish ? words : `${nameOf(notification.author_id)} ${words}`);
}

/** My own, at length. @param {{why: Why}} props */
const Mine = ({ why: { wanted, words, legs = [], notification, workflow } }) => html`
  <p class="why-decision" data-wanted=${wanted || undefined}><${Icon} name=${wanted ? 'bell' : 'mute'} /><span>${myWords({ words, notification })}</span></p>
  ${legs.length > 0 && html`<${Legs} legs=${legs} />`}
  ${!wanted && html`<p class="listing-note">Nothing was sent. What you are notified of is up to you: see the channel’s details, and your settings.</p>`}
  <button type="button" class="button why-settings" onClick=${() => openDialog('notifications')}><${Icon} name="settings" />Notification settings</button>
  <section class="workflow" aria-label="Workflow">
    <${Icon} name="route" />
    <p>Your notifications are kept by the workflow <code>${workflow?.id}</code>, as long as there is something to do.</p>
    <${InTemporal} workflow=${workflow} isButton />
  </section>
`;

/** @param {{list: ReturnType<typeof useWhys>}} props */
const People = ({ list }) => html`
  <ul class="whys" aria-label="People">
    ${list.items?.map((why) => html`<li class="why-one" key=${why.user_id}><${Person} why=${why} /></li>`)}
  </ul>
  <${More} list=${list} />
`;

/** @param {{why: Why}} props */
const Person = ({ why: { user_id: id, name, wanted, words, legs = [], workflow } }) => html`
  <header class="why-head">
    <${Avatar} userId=${id} name=${name} />
    <span class="why-text"><b>${name}${id === me.value?.id && ' (you)'}</b><span>${sentence(words)}</span></span>
    <span class="why-badge" data-wanted=${wanted || undefined}>${wanted ? 'Notified' : 'Not notified'}</span>
  </header>
  ${legs.length > 0 && html`<${Legs} legs=${legs} />`}
  ${wanted && html`<${InTemporal} workflow=${workflow} of=${name} />`}
`;

/** @param {{workflow?: {id: string, url: string}, of?: string, isButton?: boolean}} props */
export function InTemporal({ workflow, of = '', isButton = false }) {
  if (!workflow) return null;
  return html`<a class=${isButton ? 'button' : 'why-link'} href=${workflow.url} target="_blank" rel="noopener noreferrer">Open in Temporal<${Icon} name="external" /><span class="visually-hidden">${of && `: ${of}`} (new tab)</span></a>`;
}

const More = ({ list: { next, more, busy } }) =>
  next && html`<button type="button" class="button" aria-busy=${busy ? 'true' : undefined} disabled=${busy} onClick=${more}>Show more</button>`;

/** @param {{list: ReturnType<typeof useWhys>, empty?: string, children: any}} props */
function Loaded({ list: { items, problem, load }, empty = '', children }) {
  if (problem && !items) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  if (!items) return html`<${Waiting} />`;
  return items.length ? children : html`<p class="listing-empty">${empty}</p>`;
}

/**
 * A page of reasons, or one, and further pages; loaded again while something is under way.
 * @param {string} path @param {Record<string, string>} [query]
 */
function useWhys(path, query = {}) {
  const [items, setItems] = useState(/** @type {Why[] | null} */ (null));
  const [next, setNext] = useState(/** @type {string | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const asked = `${path}?${new URLSearchParams({ limit: String(PAGE), ...query })}`;
  const load = useCallback(() => {
    let isOld = false;
    const taken = (answer) => isOld || (setItems(answer.items ?? [answer]), setNext(answer.next ?? null), setProblem(null));
    call('GET', asked).then(taken, (fault) => isOld || setProblem(fault));
    return () => (isOld = true);
  }, [asked]);
  const more = async () => {
    setBusy(true);
    await call('GET', `${asked}&cursor=${encodeURIComponent(next ?? '')}`).then((page) => (setItems((held) => [...(held ?? []), ...page.items]), setNext(page.next)), setProblem);
    setBusy(false);
  };
  useEffect(() => (setItems(null), load()), [load]);
  const isChanging = items !== null && items.length <= PAGE && items.some(({ words, legs = [] }) => legs.some(isUnderWay) || words.startsWith('not routed yet'));
  useEffect(() => {
    if (!isChanging) return undefined;
    const timer = setInterval(load, EVERY_MS);
    const stop = on('notification.read', load);
    return () => (clearInterval(timer), stop());
  }, [isChanging, load]);
  return { items, next, problem, busy, load, more };
}
