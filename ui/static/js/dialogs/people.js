// @ts-check
import { html, useState } from '../core/html.js';
import { listed } from '../core/words.js';
import { addMember, openDirect, openGroup } from '../state/actions.js';
import { membersOf } from '../state/members.js';
import { toastProblem } from '../state/notices.js';
import { me } from '../net/session.js';
import { may } from '../state/rights.js';
import { nameOf, people, peopleKnown } from '../state/store.js';
import { AvatarWithPresence, presenceWord } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Listing, SearchField, useChosen } from './listing.js';

const SHOWN = 100;

/** People of the workspace, to start a conversation with: one of them, or several at once. */
export function People() {
  const [chosen, setChosen] = useState(/** @type {string[]} */ ([]));
  const toggle = (id) => setChosen(chosen.includes(id) ? chosen.filter((known) => known !== id) : [...chosen, id]);
  const { busy, choose } = useChosen(async () => {
    await (chosen.length > 1 ? openGroup(chosen) : openDirect(chosen[0]));
    closeDialog();
  }, toastProblem);
  return html`
    <${Dialog} title="People" class="tall" lead="Write to one person, or choose several for a group.">
      <${Pick} action="Message" onPick=${openDirect} done=${closeDialog} chosen=${chosen} onChoose=${toggle} />
      <footer class="dialog-foot">
        ${chosen.length > 0 && html`<button type="button" class="button primary" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}><${Icon} name="message" />Start with ${listed(chosen.map(nameOf))}</button>`}
        ${!chosen.length && may('member.invite') && html`<button type="button" class="button" onClick=${() => openDialog('invite')}><${Icon} name="addPerson" />Invite people</button>`}
      </footer>
    <//>
  `;
}

/** People of the workspace who do not belong to a channel yet. @param {{channel: import('../state/store.js').Channel}} props */
export function AddPeople({ channel }) {
  const belongs = new Set(membersOf(channel.id).value?.items.map((member) => member.user_id));
  return html`
    <${Dialog} title="Add people" class="tall" lead=${`To ${channel.name}.`}>
      <${Pick} action="Add" without=${belongs} onPick=${(userId) => addMember(channel.id, userId)}
        nobody="Everyone in the workspace is already here." />
      ${may('member.invite') && html`<footer class="dialog-foot"><button type="button" class="button" onClick=${() => openDialog('invite')}><${Icon} name="link" />Invite someone new</button></footer>`}
    <//>
  `;
}

/** @param {{action: string, onPick: (userId: string) => Promise<void>, done?: () => void, without?: Set<string>, nobody?: string,
 *   chosen?: string[], onChoose?: (userId: string) => void}} props */
function Pick({ action, onPick, done, chosen, onChoose, without = new Set(), nobody = 'Nobody else is here yet. Invite someone.' }) {
  const [words, setWords] = useState('');
  const found = peopleKnown.value ? matching(words).filter(({ id }) => !without.has(id)) : null;
  return html`
    <${SearchField} label="Find a person" value=${words} onInput=${setWords} />
    <${Listing} label="People" items=${found?.slice(0, SHOWN)} empty=${words ? `Nobody matches “${words}”.` : nobody}
      row=${(person) => html`<${PersonRow} person=${person} action=${action} onPick=${onPick} done=${done} chosen=${chosen?.includes(person.id)} onChoose=${onChoose} />`} />
    ${found && found.length > SHOWN && html`<p class="listing-note">Type a name to find more.</p>`}
  `;
}

function PersonRow({ person, action, onPick, done, chosen = false, onChoose }) {
  const { busy, choose } = useChosen(async () => {
    await onPick(person.id);
    done?.();
  }, toastProblem);
  return html`
    ${onChoose && html`<input type="checkbox" aria-label=${`Choose ${person.name}`} checked=${chosen} onChange=${() => onChoose(person.id)} />`}
    <${AvatarWithPresence} userId=${person.id} />
    <span class="listing-text"><b>${person.name}</b><small>${person.role === 'owner' ? 'Owner · ' : ''}${presenceWord(person.id)}</small></span>
    <button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}>
      ${action}<span class="visually-hidden"> ${person.name}</span>
    </button>
  `;
}

/** @param {string} words @returns {({id: string} & import('../state/store.js').Person)[]} others, by name */
export function matching(words) {
  const wanted = words.toLowerCase().trim();
  return [...people.value]
    .map(([id, person]) => ({ id, ...person }))
    .filter(({ id, name }) => id !== me.value?.id && name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
}
