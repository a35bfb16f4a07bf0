// @ts-check
/** Jump to a channel or person by typing a few letters. */
import { html, useState } from '../core/html.js';
import { openDirect } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { openChannel } from '../state/route.js';
import { openSearch } from '../state/search.js';
import { newsOf, otherOf, titleOf } from '../state/store.js';
import { channelsHere } from '../state/sorted.js';
import { AvatarWithPresence } from '../view/avatar.js';
import { Icon } from '../view/icon.js';
import { ChannelMark } from '../view/sections.js';
import { closeDialog, Dialog } from './dialog.js';
import { matching } from './people.js';

const SHOWN = 12;

/** @typedef {{key: string, title: string, note: string, mark: any, go: () => unknown}} Target */

export function Switcher() {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const targets = found(words);
  const choose = (target) => {
    closeDialog();
    target?.go();
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && targets.length) setAt((at + step + targets.length) % targets.length);
    else if (event.key === 'Enter' && !event.isComposing) choose(targets[at]);
    else return;
    event.preventDefault();
  };
  const type = (event) => (setWords(event.currentTarget.value), setAt(0));
  return html`
    <${Dialog} title="Jump to" class="switcher" bare>
      <div class="search-field">
        <${Icon} name="search" />
        <input class="input" type="text" role="combobox" aria-expanded="true" aria-controls="targets" aria-autocomplete="list" aria-label="Channel or person"
          aria-activedescendant=${targets[at] ? `target-${at}` : undefined} placeholder="Jump to a channel or person" autocomplete="off" autofocus
          value=${words} onInput=${type} onKeyDown=${keys} />
      </div>
      <ul class="targets" id="targets" role="listbox" aria-label="Places">
        ${targets.map((target, index) => html`<${Row} key=${target.key} target=${target} index=${index} chosen=${index === at} onChoose=${choose} />`)}
      </ul>
      ${!targets.length && html`<p class="listing-empty" role="status">Nothing matches “${words}”.</p>`}
    <//>
  `;
}

const Row = ({ target, index, chosen, onChoose }) => html`
  <li class="target" id="target-${index}" role="option" aria-selected=${chosen} onClick=${() => onChoose(target)}>
    ${target.mark}<span class="target-title">${target.title}</span><small>${target.note}</small>
  </li>
`;

/** Channels with unread messages first, then my channels, then people. @param {string} words @returns {Target[]} */
function found(words) {
  const wanted = words.toLowerCase().trim();
  const mine = channelsHere.value.map((known) => known.value);
  const fits = mine.filter((channel) => titleOf(channel).toLowerCase().includes(wanted));
  const ranked = fits.sort((a, b) => rank(a, wanted) - rank(b, wanted));
  const spokenTo = new Set(mine.filter(({ kind }) => kind === 'direct').map(otherOf));
  const others = matching(words).filter(({ id }) => !spokenTo.has(id));
  const places = [...ranked.map(channelTarget), ...others.map(personTarget)].slice(0, SHOWN);
  return wanted ? [...places, searchTarget(words.trim())] : places;
}

/** @param {import('../state/store.js').Channel} channel @param {string} wanted */
function rank(channel, wanted) {
  return (titleOf(channel).toLowerCase().startsWith(wanted) ? 0 : 2) + (newsOf(channel) ? 0 : 1);
}

/** @param {import('../state/store.js').Channel} channel @returns {Target} */
function channelTarget(channel) {
  const unread = newsOf(channel);
  const mark = html`<${ChannelMark} channel=${channel} />`;
  return { key: channel.id, title: titleOf(channel), note: unread ? `${unread} unread` : '', mark, go: () => openChannel(channel.id) };
}

/** What is no place may have been said somewhere. @param {string} words @returns {Target} */
function searchTarget(words) {
  return { key: 'search', title: `Search messages for “${words}”`, note: '', mark: html`<${Icon} name="search" />`, go: () => openSearch(words) };
}

/** @param {{id: string, name: string}} person @returns {Target} */
function personTarget({ id, name }) {
  return { key: id, title: name, note: 'Start a conversation', mark: html`<${AvatarWithPresence} userId=${id} />`, go: () => openDirect(id).catch(toastProblem) };
}
