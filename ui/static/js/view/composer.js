// @ts-check
/** Where people write. */
import { effect, html, useEffect, useId, useLayoutEffect, useRef, useState } from '../core/html.js';
import { enterSends, showsTools } from '../compose/preferences.js';
import { insert, isInCode, linkTo, nextItem } from '../compose/editing.js';
import { mayUrge } from '../compose/urgency.js';
import { editOf } from '../compose/shortcuts.js';
import { arrived } from '../state/draft-sync.js';
import { draftOf, keepDraft } from '../state/drafts.js';
import { editLast, quoting } from '../state/messages.js';
import { say } from '../state/commands.js';
import { toast } from '../state/notices.js';
import { doneTyping, sayTyping } from '../state/people.js';
import { Markdown } from '../text/message.js';
import { Completions, useCompletion } from './completions.js';
import { EmojiButton } from './emoji-picker.js';
import { Icon } from './icon.js';
import { Toolbar } from './toolbar.js';

const most = Number(document.getElementById('app')?.dataset.messageMaxLength);
const WARN_BELOW = 500;
const SETTLE_MS = 300;
const touch = matchMedia('(hover: none) and (pointer: coarse)');

/**
 * Where a message, a reply or a new text is written. A draft stays with its place; while one edits (`initialText`) there is none.
 * `beside(writing)` makes what stands beside the button that sends.
 * @param {{channelId: string, title: string, threadRootId?: string, placeholder?: string, initialText?: string,
 *   onSend?: (text: string, how: {urgent?: boolean}) => void, onSent?: () => void, onCancel?: () => void, beside?: (writing: {text: string, clear: () => void}) => any}} props
 */
export function Composer({ channelId, title, threadRootId, placeholder = `Message ${title}`, initialText, onSend = (text, how) => say(channelId, text, how), onSent = () => undefined, onCancel, beside }) {
  const place = initialText === undefined ? (threadRootId ?? channelId) : null;
  const [text, setText] = useState(() => initialText ?? draftOf(place ?? ''));
  const [previews, setPreviews] = useState(false);
  const [urgent, setUrgent] = useState(false);
  const own = useId();
  // The page's link to the message field leads here.
  const id = place === channelId ? 'composer' : own;
  const box = useRef(/** @type {any} */ (null));
  const left = most - [...text.trim()].length;
  const completion = useCompletion(box, channelId, text);
  useQuotation(box, place);
  useDraft(place, text, channelId);
  useArrived(place, setText);
  useLayoutEffect(() => grow(box.current), [text, previews]);
  useEffect(() => {
    if (touch.matches && place !== null) return;
    box.current.focus({ preventScroll: true });
    box.current.setSelectionRange(text.length, text.length);
  }, []);
  const clear = () => {
    keepDraft(place ?? '', '', channelId);
    setText('');
    setPreviews(false);
    setUrgent(false);
    doneTyping();
    box.current.focus();
  };
  const submit = () => {
    if (!text.trim() || left < 0) return;
    onSend(text.trim(), urgent ? { urgent } : {});
    if (place === null) return;
    clear();
    onSent();
  };
  const preview = () => {
    setPreviews(!previews);
    if (previews) requestAnimationFrame(() => box.current.focus());
  };
  const keys = (event) => {
    if (completion.onKey(event)) return undefined;
    if (event.key === 'Escape' && onCancel) return void (event.preventDefault(), event.stopPropagation(), onCancel());
    if (event.key === 'ArrowUp' && !text && place !== null && editLast(channelId, threadRootId)) return event.preventDefault();
    return whileWriting(event, box.current, { submit, preview });
  };
  const write = (event) => {
    setText(event.currentTarget.value);
    completion.look();
    if (event.currentTarget.value.trim()) sayTyping(channelId);
  };
  const verb = place === null ? 'Save' : 'Send';
  return html`
    <form class="composer" onSubmit=${(event) => (event.preventDefault(), submit())}>
      <${Completions} id="${id}-names" options=${completion.options} chosen=${completion.chosen} onChoose=${completion.choose} />
      <div class="composer-box" data-over=${left < 0 || undefined}>
        ${showsTools.value && html`<${Toolbar} box=${box} previews=${previews} onPreview=${preview} />`}
        ${previews && html`<div class="composer-preview" tabindex="0" role="region" aria-label="Preview"><${Markdown} text=${text} />${!text.trim() && 'Nothing to preview yet.'}</div>`}
        <label class="visually-hidden" for=${id}>${place === null ? title : `Message to ${title}`}</label>
        <textarea id=${id} ref=${box} rows="1" placeholder=${placeholder} value=${text} hidden=${previews} autocomplete="off"
          onInput=${write} onKeyDown=${keys} onKeyUp=${completion.look} onClick=${completion.look} onPaste=${(event) => paste(event, box.current)}
          aria-autocomplete="list" aria-controls="${id}-names" aria-activedescendant=${completion.options.length ? `${id}-names-${completion.chosen}` : undefined}
          aria-describedby="${id}-hint ${id}-left" aria-invalid=${left < 0 ? 'true' : undefined} />
        <div class="composer-actions">
          <button type="button" class="icon-button" aria-label="Formatting" title="Show or hide formatting" aria-pressed=${showsTools.value} onClick=${() => (showsTools.value = !showsTools.value)}><${Icon} name="letters" /></button>
          <${EmojiButton} class="icon-button" label="Emoji" place="above" button=${html`<${Icon} name="smile" />`} onPick=${(emoji) => insert(box.current, emoji)} />
          ${place !== null && mayUrge.value && html`<button type="button" class="icon-button composer-urgent" aria-label="Urgent" title="Urgent: notifies also those who do not want to be disturbed" aria-pressed=${urgent} onClick=${() => setUrgent(!urgent)}><${Icon} name="alert" /></button>`}
          ${beside?.({ text, clear })}
          <button type="submit" class="send" aria-label=${verb} title=${verb} disabled=${!text.trim() || left < 0}><${Icon} name="send" /></button>
        </div>
      </div>
      <div class="composer-foot">
        <p class="composer-left" id="${id}-left" role="status" data-over=${left < 0 || undefined}>${room(left)}</p>
        <p class="composer-hint" id="${id}-hint"><${Hint} verb=${verb.toLowerCase()} cancels=${Boolean(onCancel)} /></p>
      </div>
    </form>
  `;
}

const Hint = ({ verb, cancels }) => html`
  ${enterSends.value ? html`<kbd>Enter</kbd> to ${verb}` : html`<kbd>Ctrl</kbd> <kbd>Enter</kbd> to ${verb}`}, ${cancels
    ? html`<kbd>Esc</kbd> to cancel`
    : html`${enterSends.value && html`<kbd>Shift</kbd> `}<kbd>Enter</kbd> for a new line`}
`;

/** @param {number} left */
function room(left) {
  if (left < 0) return `${(-left).toLocaleString()} characters too long. Send it in parts.`;
  return left < WARN_BELOW ? `${left.toLocaleString()} characters left` : '';
}

/** @param {KeyboardEvent} event @param {HTMLTextAreaElement} box @param {{submit: () => void, preview: () => void}} actions */
function whileWriting(event, box, { submit, preview }) {
  if (event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  const edit = editOf(event);
  if (edit) edit.run(box);
  else if (command && event.altKey && event.code === 'KeyP') preview();
  else if (event.key !== 'Enter') return;
  else if (command || (enterSends.value && !event.shiftKey && !isInCode(box.value.slice(0, box.selectionStart)))) submit();
  else if (!nextItem(box)) return;
  event.preventDefault();
}

/** Rich text comes in as Markdown; an address onto selected words links them. @param {ClipboardEvent} event @param {HTMLTextAreaElement} box */
function paste(event, box) {
  const plain = event.clipboardData?.getData('text/plain') ?? '';
  const markup = event.clipboardData?.getData('text/html') ?? '';
  if (linkTo(box, plain.trim())) return event.preventDefault();
  if (!/<[a-z]/i.test(markup) || isInCode(box.value.slice(0, box.selectionStart))) return undefined;
  event.preventDefault();
  return pasteRich(box, markup, plain);
}

/** @param {HTMLTextAreaElement} box @param {string} markup @param {string} plain */
async function pasteRich(box, markup, plain) {
  const { selectionStart: start, selectionEnd: end } = box;
  const written = await import('../compose/paste.js').then(({ isRich, markdownOf }) => (isRich(markup) ? markdownOf(markup) : '')).catch(() => '');
  if (box.selectionStart === start && box.selectionEnd === end) insert(box, written || plain);
  else toast('What you pasted was not ready in time. Paste it again.');
}

/** Writes what someone wants to quote here. @param {{current: HTMLTextAreaElement}} box @param {string | null} place */
function useQuotation(box, place) {
  const asked = quoting.value;
  useEffect(() => {
    if (!asked || asked.place !== place) return;
    quoting.value = null;
    insert(box.current, asked.text);
  }, [asked]);
}

/** Keeps the draft shortly after the last letter, and on leaving. @param {string | null} place @param {string} text @param {string} channelId */
function useDraft(place, text, channelId) {
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    if (place === null) return undefined;
    const timer = setTimeout(() => keepDraft(place, text, channelId), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (place === null) return undefined;
    const save = () => keepDraft(place, latest.current, channelId);
    addEventListener('pagehide', save);
    return () => (removeEventListener('pagehide', save), save());
  }, []);
}

/** Takes over what another device wrote or sent, unless one writes here. @param {string | null} place @param {(change: (text: string) => string) => void} setText */
function useArrived(place, setText) {
  useEffect(() => effect(() => {
    const news = arrived.value;
    if (news && news.place === place) setText((text) => (text.trim() === news.was.trim() ? news.text : text));
  }), [place]);
}

/** @param {HTMLTextAreaElement} box */
function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
