// @ts-check
/** Where people write. */
import { LOCALE } from '../core/locale.js';
import { effect, html, useEffect, useId, useLayoutEffect, useRef, useState } from '../core/html.js';
import { enterSends, showsTools } from '../compose/preferences.js';
import { insert, isInCode, linkTo, nextItem } from '../compose/editing.js';
import { pastedFiles } from '../compose/dropping.js';
import { mayUrge } from '../compose/urgency.js';
import { editOf } from '../compose/shortcuts.js';
import { attach, MOST_FILES } from '../state/attachments.js';
import { arrived } from '../state/draft-sync.js';
import { draftOf, keepDraft } from '../state/drafts.js';
import { editLast, quoting } from '../state/messages.js';
import { toast } from '../state/notices.js';
import { doneTyping, sayTyping } from '../state/people.js';
import { workspace } from '../state/route.js';
import { countAt, held, sendWithFiles, takeBack } from '../state/sending-later.js';
import { Markdown } from '../text/message.js';
import { Attachments } from './attachments.js';
import { Completions, useCompletion } from './completions.js';
import { EmojiButton } from './emoji-picker.js';
import { Icon } from './icon.js';
import { Toolbar } from './toolbar.js';

const most = Number(document.getElementById('app')?.dataset.messageMaxLength);
const WARN_BELOW = 500;
const SETTLE_MS = 300;
const touch = matchMedia('(hover: none) and (pointer: coarse)');

/**
 * Where a message, a reply or a new text is written. A draft and its files stay with their place; while one edits (`initialText`)
 * there is none. `how` says how what is written is sent; `onSend` takes a new text instead.
 * `beside(writing)` makes what stands beside the button that sends, and may send it otherwise.
 * @param {{channelId: string, title: string, threadRootId?: string, placeholder?: string, initialText?: string,
 *   how?: import('../state/outbox.js').Place, mayBeEmpty?: boolean, onSend?: (text: string) => void, onSent?: () => void, onCancel?: () => void, beside?: (writing: {text: string, place: string, how: import('../state/outbox.js').Place, clear: () => void}) => any}} props
 */
export function Composer({ channelId, title, threadRootId, placeholder = `Message ${title}`, initialText, how = {}, mayBeEmpty = false, onSend, onSent = () => undefined, onCancel, beside }) {
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
  const count = place === null ? 0 : countAt(place);
  const empty = !text.trim() && !count && !mayBeEmpty;
  const waits = place !== null && held.value.has(place);
  const take = (files) => place !== null && attach(files, { place, channel_id: channelId, workspace_id: workspace.peek()?.id ?? '' });
  const clear = () => {
    keepDraft(place ?? '', '', channelId);
    setText('');
    setPreviews(false);
    setUrgent(false);
    doneTyping();
    box.current.focus();
  };
  const whole = { ...how, ...(urgent && { urgent }) };
  const submit = () => {
    if (waits || empty || left < 0) return;
    if (place === null) return void onSend?.(text.trim());
    const isGone = sendWithFiles(place, { channel_id: channelId, text: text.trim(), how: whole });
    if (isGone) clear();
    onSent();
  };
  const preview = () => {
    setPreviews(!previews);
    if (previews) requestAnimationFrame(() => box.current.focus());
  };
  const isIdle = () => document.activeElement === box.current && !box.current.value;
  const keys = (event) => {
    if (completion.onKey(event)) return undefined;
    if (event.key === 'Escape' && onCancel) return void (event.preventDefault(), event.stopPropagation(), onCancel());
    if (event.key === 'ArrowUp' && !text && !count && place !== null && editLast(channelId, threadRootId, isIdle)) return event.preventDefault();
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
        ${place !== null && html`<${Attachments} place=${place} />`}
        ${previews && html`<div class="composer-preview" tabindex="0" role="region" aria-label="Preview"><${Markdown} text=${text} />${!text.trim() && 'Nothing to preview yet.'}</div>`}
        <label class="visually-hidden" for=${id}>${place === null ? title : `Message to ${title}`}</label>
        <textarea id=${id} ref=${box} rows="1" placeholder=${placeholder} value=${text} hidden=${previews} readonly=${waits} autocomplete="off"
          onInput=${write} onKeyDown=${keys} onKeyUp=${completion.look} onClick=${completion.look} onPaste=${(event) => paste(event, box.current, place === null ? null : take)}
          aria-autocomplete="list" aria-controls="${id}-names" aria-activedescendant=${completion.options.length ? `${id}-names-${completion.chosen}` : undefined}
          aria-describedby="${id}-hint ${id}-left" aria-invalid=${left < 0 ? 'true' : undefined} />
        <div class="composer-actions">
          <button type="button" class="icon-button" aria-label="Formatting" title="Show or hide formatting" aria-pressed=${showsTools.value} onClick=${() => (showsTools.value = !showsTools.value)}><${Icon} name="letters" /></button>
          <${EmojiButton} class="icon-button" label="Emoji" place="above" button=${html`<${Icon} name="smile" />`} onPick=${(emoji) => insert(box.current, emoji)} />
          ${place !== null && mayUrge.value && html`<button type="button" class="icon-button composer-urgent" aria-label="Urgent" title="Urgent: notifies also those who do not want to be disturbed" aria-pressed=${urgent} onClick=${() => setUrgent(!urgent)}><${Icon} name="alert" /></button>`}
          ${place !== null && html`<${AttachButton} onChoose=${take} />`}
          ${beside?.({ text, place: place ?? '', how: whole, clear })}
          ${waits
            ? html`<button type="button" key="held" class="button send-held" onClick=${() => (takeBack(place), box.current.focus())}><span class="spinner" aria-hidden="true" />Sends when uploaded<span class="send-held-back">Take back</span></button>`
            : html`<button type="submit" key="send" class="send" aria-label=${verb} title=${verb} disabled=${empty || left < 0}><${Icon} name="send" /></button>`}
        </div>
      </div>
      <div class="composer-foot">
        <p class="composer-left" id="${id}-left" role="status" data-over=${left < 0 || undefined}>${room(left)}</p>
        <p class="composer-hint" id="${id}-hint"><${Hint} verb=${verb.toLowerCase()} cancels=${Boolean(onCancel)} /></p>
      </div>
    </form>
  `;
}

/** Lets one choose files; on a phone also the camera. @param {{onChoose: (files: File[]) => void}} props */
function AttachButton({ onChoose }) {
  const input = useRef(/** @type {any} */ (null));
  const chosen = () => {
    onChoose([...input.current.files]);
    input.current.value = '';
    input.current.closest('form').querySelector('textarea').focus();
  };
  return html`
    <button type="button" class="icon-button" aria-label="Attach files" title=${`Attach files, up to ${MOST_FILES}; or drop or paste them here`} onClick=${() => input.current.click()}><${Icon} name="attach" /></button>
    <input type="file" multiple hidden ref=${input} onChange=${chosen} data-attach />
  `;
}

const Hint = ({ verb, cancels }) => html`
  ${enterSends.value ? html`<kbd>Enter</kbd> to ${verb}` : html`<kbd>Ctrl</kbd> <kbd>Enter</kbd> to ${verb}`}, ${cancels
    ? html`<kbd>Esc</kbd> to cancel`
    : html`${enterSends.value && html`<kbd>Shift</kbd> `}<kbd>Enter</kbd> for a new line`}
`;

/** @param {number} left */
function room(left) {
  if (left < 0) return `${(-left).toLocaleString(LOCALE)} characters too long. Send it in parts.`;
  return left < WARN_BELOW ? `${left.toLocaleString(LOCALE)} characters left` : '';
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

/**
 * Files are attached; rich text comes in as Markdown; an address onto selected words links them.
 * @param {ClipboardEvent} event @param {HTMLTextAreaElement} box @param {((files: File[]) => void) | null} take
 */
function paste(event, box, take) {
  const files = take ? pastedFiles(event.clipboardData) : [];
  if (files.length) return (event.preventDefault(), take?.(files));
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
