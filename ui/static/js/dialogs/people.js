// @ts-check
import { html, useState } from '../core/html.js';
import { addMember, openDirect } from '../state/actions.js';
import { membersOf } from '../state/members.js';
import { toastProblem } from '../state/notices.js';
import { me } from '../net/session.js';
import { people, peopleKnown } from '../state/store.js';
import { AvatarWithPresence, presenceWord } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Listing, SearchField, useChosen } from './listing.js';

const SHOWN = 100;

/** People of the workspace, to start a conversation with. */
export function People() {
  return html`
    <${Dialog} title="People" class="tall" lead="Pick someone to start a direct conversation.">
      <${Pick} action="Message" onPick=${openDirect} done=${closeDialog} />
      <footer class="dialog-foot"><button type="button" class="button" onClick=${() => openDialog('invite')}><${Icon} name="addPerson" />Invite people</button></footer>
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
      <footer class="dialog-foot"><button type="button" class="button" onClick=${() => openDialog('invite')}><${Icon} name="link" />Invite someone new</button></footer>
    <//>
  `;
}

/** @param {{action: string, onPick: (userId: string) => Promise<void>, done?: () => void, without?: Set<string>, nobody?: string}} props */
function Pick({ action, onPick, done, without = new Set(), nobody = 'Nobody else is here yet. Invite someone.' }) {
  const [words, setWords] = useState('');
  const found = peopleKnown.value ? matching(words).filter(({ id }) => !without.has(id)) : null;
  return html`
    <${SearchField} label="Find a person" value=${words} onInput=${setWords} />
    <${Listing} label="People" items=${found?.slice(0, SHOWN)} empty=${words ? `Nobody matches “${words}”.` : nobody}
      row=${(person) => html`<${PersonRow} person=${person} action=${action} onPick=${onPick} done=${done} />`} />
    ${found && found.length > SHOWN && html`<p class="listing-note">Type a name to find more.</p>`}
  `;
}

function PersonRow({ person, action, onPick, done }) {
  const { busy, choose } = useChosen(async () => {
    await onPick(person.id);
    done?.();
  }, toastProblem);
  return html`
    <${AvatarWithPresence} userId=${person.id} />
    <span class="listing-text"><b>${person.name}</b><small>${person.role === 'owner' ? 'Owner · ' : ''}${presenceWord(person.id)}</small></span>
    <button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}>
      ${action}<span class="visually-hidden"> ${person.name}</span>
    </button>
  `;
}

/** @param {string} words @returns {{id: string, name: string, role: string}[]} others, by name */
export function matching(words) {
  const wanted = words.toLowerCase().trim();
  return [...people.value]
    .map(([id, person]) => ({ id, ...person }))
    .filter(({ id, name }) => id !== me.value?.id && name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name));
}
