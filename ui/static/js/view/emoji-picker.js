// @ts-check
/** Choosing an emoji: by search, by group, by what one used last. */
import { html, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { customEmoji } from '../state/custom-emoji.js';
import { emojiTable, loadEmoji } from '../text/emoji.js';
import { noteUse, recentEmoji, setSkinTone, skinTone, toned } from '../text/emoji-choice.js';
import { EmojiImage } from '../text/names.js';

const GAP_PX = 6;
const EDGE_PX = 8;
const FOUND_MOST = 120;
const TONES = ['✋', '✋🏻', '✋🏼', '✋🏽', '✋🏾', '✋🏿'];
const TONE_NAMES = ['Default', 'Light', 'Medium light', 'Medium', 'Medium dark', 'Dark'];
const GROUP_SIGNS = { 0: '😀', 1: '👋', 3: '🐻', 4: '🍔', 5: '🚗', 6: '⚽', 7: '💡', 8: '🔣', 9: '🏁' };

/**
 * A button that opens the picker. `onPick` gets an emoji as messages hold it: the character, or `:name:` of one's own.
 * @param {{label: string, class?: string, button: any, place?: string, onPick: (emoji: string) => void}} props
 */
export function EmojiButton({ label, class: kind = '', button, place = 'below', onPick }) {
  const id = `emoji-${useId()}`;
  const opener = useRef(/** @type {any} */ (null));
  const box = useRef(/** @type {any} */ (null));
  const [open, setOpen] = useState(false);
  const pick = (emoji) => {
    box.current.hidePopover();
    noteUse(emoji);
    onPick(emoji);
  };
  return html`
    <button type="button" class=${kind} ref=${opener} popovertarget=${id} aria-label=${label} title=${label} aria-haspopup="dialog">${button}</button>
    <div class="emoji-popover" id=${id} popover="auto" ref=${box} role="dialog" aria-label="Emoji" onToggle=${(event) => setOpen(event.newState === 'open')}
      onKeyDown=${(event) => event.key !== 'Escape' && event.stopPropagation()}>
      ${open && html`<${EmojiPicker} onPick=${pick} onReady=${() => put(box.current, opener.current, place)} />`}
    </div>
  `;
}

/** Puts the picker at its button, within the window. @param {HTMLElement} box @param {HTMLElement} opener @param {string} place */
function put(box, opener, place) {
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const above = place.includes('above') ? top - height - GAP_PX > EDGE_PX : bottom + height + GAP_PX > innerHeight;
  const y = above ? top - height - GAP_PX : bottom + GAP_PX;
  const x = right - width;
  box.style.top = `${Math.max(EDGE_PX, Math.min(y, innerHeight - height - EDGE_PX))}px`;
  box.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - width - EDGE_PX))}px`;
}

/** @typedef {{key: string, value: string, label: string, custom?: any}} Choice */

/** @param {{onPick: (emoji: string) => void, onReady?: () => void}} props */
export function EmojiPicker({ onPick, onReady = () => undefined }) {
  const [words, setWords] = useState('');
  const [named, setNamed] = useState('');
  // Whoever pressed Enter before the table was there.
  const [waiting, setWaiting] = useState(false);
  const box = useRef(/** @type {any} */ (null));
  useEffect(() => void loadEmoji(), []);
  useLayoutEffect(onReady, [emojiTable.value]);
  useLayoutEffect(() => box.current.querySelector('input').focus(), []);
  const sections = useMemo(() => (words.trim() ? found(words) : everything()), [words, emojiTable.value, customEmoji.value, recentEmoji.value, skinTone.value]);
  const first = sections.find(({ choices }) => choices.length)?.choices[0];
  useEffect(() => {
    if (!waiting || !first) return;
    setWaiting(false);
    onPick(first.value);
  }, [waiting, first]);
  const write = (event) => (setWords(event.currentTarget.value), setWaiting(false));
  const search = (event) => {
    if (event.key === 'Enter' && first) onPick(first.value);
    else if (event.key === 'Enter') setWaiting(!emojiTable.value);
    else if (event.key === 'ArrowDown') box.current.querySelector('.emoji-choice')?.focus();
    else return;
    event.preventDefault();
  };
  const describe = (event) => setNamed(event.target.closest('.emoji-choice')?.getAttribute('aria-label') ?? '');
  const choose = (event) => {
    const value = event.target.closest('.emoji-choice')?.dataset.value;
    if (value) onPick(value);
  };
  return html`
    <div class="emoji-picker" ref=${box}>
      <input class="input" type="search" aria-label="Find an emoji" placeholder="Find an emoji" autocomplete="off" value=${words} onInput=${write} onKeyDown=${search} />
      ${!words.trim() && html`<${Groups} box=${box} sections=${sections} />`}
      <div class="emoji-grid" onClick=${choose} onKeyDown=${move} onPointerOver=${describe} onFocusIn=${describe}>
        ${!emojiTable.value && html`<p class="emoji-none" role="status">Loading…</p>`}
        ${emojiTable.value && !first && html`<p class="emoji-none" role="status">No emoji is called “${words}”.</p>`}
        ${sections.map(({ id, title, choices }) => html`<${Section} key=${id} id=${id} title=${title} choices=${choices} />`)}
      </div>
      <p class="visually-hidden" role="status">${words.trim() && counted(sections.reduce((sum, { choices }) => sum + choices.length, 0), 'emoji', 'emoji')}</p>
      <footer class="emoji-foot"><span class="emoji-named" aria-hidden="true">${named}</span><${Tones} /></footer>
    </div>
  `;
}

const Section = ({ id, title, choices }) => choices.length > 0 && html`
  <section data-group=${id} aria-label=${title}>
    <h3 aria-hidden="true">${title}</h3>
    <div class="emoji-choices">${choices.map((choice, at) => html`<${Choice} key=${choice.key} choice=${choice} first=${at === 0} />`)}</div>
  </section>
`;

const Choice = ({ choice: { value, label, custom }, first }) => html`
  <button type="button" class="emoji-choice" tabindex=${first ? 0 : -1} data-value=${value} aria-label=${label}>${custom ? html`<${EmojiImage} emoji=${custom} />` : value}</button>
`;

function Groups({ box, sections }) {
  const show = (id) => {
    const section = box.current.querySelector(`section[data-group="${id}"]`);
    section.scrollIntoView({ block: 'start' });
    section.querySelector('button').focus({ preventScroll: true });
  };
  return html`
    <div class="emoji-groups" role="group" aria-label="Groups">
      ${sections.filter(({ choices }) => choices.length).map(({ id, title, sign }) => html`<button type="button" key=${id} aria-label=${title} title=${title} onClick=${() => show(id)}>${sign}</button>`)}
    </div>
  `;
}

const Tones = () => html`
  <label class="emoji-tones"><span class="visually-hidden">Skin colour</span>
    <select value=${skinTone.value} onChange=${(event) => setSkinTone(Number(event.currentTarget.value))}>
      ${TONES.map((sign, tone) => html`<option key=${tone} value=${tone} selected=${tone === skinTone.value}>${sign} ${TONE_NAMES[tone]}</option>`)}
    </select>
  </label>
`;

function everything() {
  const { all = [], groups = [], byCharacter = new Map() } = emojiTable.value ?? {};
  const own = [...customEmoji.value.values()].map(customChoice);
  const recent = recentEmoji.value.map((value) => recentChoice(value, byCharacter)).filter(Boolean);
  return [
    { id: 'recent', title: 'Used lately', sign: '🕘', choices: recent },
    { id: 'own', title: 'Of this workspace', sign: '⭐', choices: own },
    ...groups.map(({ id, title }) => ({ id: String(id), title, sign: GROUP_SIGNS[id] ?? '•', choices: all.filter(({ group }) => group === id).map(choiceOf) })),
  ];
}

/** @param {string} words */
function found(words) {
  const wanted = words.toLowerCase().trim().replace(/^:|:$/g, '');
  const own = [...customEmoji.value.values()].filter(({ name }) => name.includes(wanted)).map(customChoice);
  const all = (emojiTable.value?.all ?? []).filter((emoji) => emoji.words.includes(wanted) || wanted.includes(emoji.character));
  const rank = (emoji) => (emoji.names.includes(wanted) ? 0 : emoji.names.some((name) => name.startsWith(wanted)) ? 1 : 2);
  const ranked = all.map((emoji) => ({ emoji, rank: rank(emoji) })).sort((a, b) => a.rank - b.rank);
  return [{ id: 'found', title: 'Found', sign: '', choices: [...own, ...ranked.map(({ emoji }) => choiceOf(emoji))].slice(0, FOUND_MOST) }];
}

/** @param {import('../text/emoji.js').Emoji} emoji @returns {Choice} */
const choiceOf = (emoji) => ({ key: emoji.character, value: toned(emoji), label: emoji.label });

/** @param {{name: string}} custom @returns {Choice} */
const customChoice = (custom) => ({ key: `:${custom.name}:`, value: `:${custom.name}:`, label: custom.name, custom });

/** @param {string} value @param {Map<string, import('../text/emoji.js').Emoji>} byCharacter @returns {Choice | null} */
function recentChoice(value, byCharacter) {
  const custom = customEmoji.value.get(value.slice(1, -1));
  if (value.startsWith(':')) return custom ? { ...customChoice(custom), key: value } : null;
  return { key: value, value, label: byCharacter.get(value.replaceAll('\ufe0f', ''))?.label ?? value };
}

/** Arrows go to the nearest emoji in their direction. @param {KeyboardEvent & {currentTarget: HTMLElement}} event */
function move(event) {
  const here = /** @type {HTMLElement | null} */ (document.activeElement);
  if (!here?.classList.contains('emoji-choice')) return;
  const all = /** @type {HTMLElement[]} */ ([...event.currentTarget.querySelectorAll('.emoji-choice')]);
  const next = nextOf(all, here, event.key);
  if (next === undefined) return;
  event.preventDefault();
  (next ?? /** @type {any} */ (event.currentTarget.parentElement).querySelector('input')).focus();
}

/** @param {HTMLElement[]} all @param {HTMLElement} here @param {string} key @returns {HTMLElement | null | undefined} null: out of the top; undefined: not a move */
function nextOf(all, here, key) {
  const at = all.indexOf(here);
  if (key === 'ArrowRight') return all[at + 1] ?? here;
  if (key === 'ArrowLeft') return all[at - 1] ?? here;
  if (key === 'Home') return all[0];
  if (key === 'End') return all.at(-1);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
  const { left, top } = here.getBoundingClientRect();
  const down = key === 'ArrowDown';
  const beyond = (down ? all.slice(at + 1) : all.slice(0, at).reverse()).filter((other) => Math.abs(other.getBoundingClientRect().top - top) > 2).slice(0, 24);
  if (!beyond.length) return down ? here : null;
  const row = beyond[0].getBoundingClientRect().top;
  const inRow = beyond.filter((other) => Math.abs(other.getBoundingClientRect().top - row) <= 2);
  return inRow.sort((a, b) => Math.abs(a.getBoundingClientRect().left - left) - Math.abs(b.getBoundingClientRect().left - left))[0];
}
