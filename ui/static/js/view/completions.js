// @ts-check
/** The list of names above the text that is being written. The focus stays in the text. */
import { html, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { optionsFor, queryAt } from '../compose/completion.js';
import { replace } from '../compose/editing.js';
import { noteUse } from '../text/emoji-choice.js';
import { EmojiImage } from '../text/names.js';
import { AvatarWithPresence } from './avatar.js';
import { Icon } from './icon.js';

/**
 * What the text at the caret may become, and the keys that choose it.
 * @param {{current: HTMLTextAreaElement | null}} box @param {string} channelId @param {string} text
 */
export function useCompletion(box, channelId, text) {
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState('');
  const query = queryAt(text, caret);
  const place = query ? `${query.sign}${query.start}` : '';
  const options = query && closed !== place ? optionsFor(query, channelId) : [];
  const chosen = Math.min(at, options.length - 1);
  /** @param {import('../compose/completion.js').Option} option */
  const choose = (option) => {
    if (!query || !box.current) return;
    if (option.character) noteUse(option.character);
    const space = /^\s/.test(text.slice(query.end)) ? '' : ' ';
    replace(box.current, query.start, query.end, option.text + space);
  };
  const look = () => {
    if (box.current && box.current.selectionStart !== caret) {
      setCaret(box.current.selectionStart);
      setAt(0);
    }
    if (!query) setClosed('');
  };
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (!options.length || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((chosen + step + options.length) % options.length);
    else if ((event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) || (event.key === 'Tab' && !event.shiftKey)) choose(options[chosen]);
    else if (event.key === 'Escape') setClosed(place);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { options, chosen, choose, look, onKey };
}

/** @param {{id: string, options: import('../compose/completion.js').Option[], chosen: number, onChoose: (option: any) => void}} props */
export const Completions = ({ id, options, chosen, onChoose }) => html`
  <div class="completions" hidden=${!options.length}>
    <ul id=${id} role="listbox" aria-label="Suggestions">
      ${options.map((option, index) => html`<${Row} key=${option.key} id="${id}-${index}" option=${option} chosen=${index === chosen} onChoose=${onChoose} />`)}
    </ul>
  </div>
  <p class="visually-hidden" role="status">${options.length > 0 && counted(options.length, 'suggestion')}</p>
`;

// A press that moved the focus would close the phone's keyboard, so choosing leaves it where it is.
const Row = ({ id, option, chosen, onChoose }) => html`
  <li class="completion" id=${id} role="option" aria-selected=${chosen} onMouseDown=${(event) => event.preventDefault()} onClick=${() => onChoose(option)}>
    <${Mark} option=${option} /><span class="target-title">${option.title}</span><small>${option.note}</small>
  </li>
`;

function Mark({ option }) {
  if (option.userId) return html`<${AvatarWithPresence} userId=${option.userId} />`;
  if (option.own) return html`<span class="completion-emoji"><${EmojiImage} emoji=${option.own} /></span>`;
  if (option.character) return html`<span class="completion-emoji" aria-hidden="true">${option.character}</span>`;
  return html`<${Icon} name=${option.icon ?? 'hash'} />`;
}
