// @ts-check
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from '../core/html.js';
import { draftOf, keepDraft } from '../state/drafts.js';
import { editLast } from '../state/messages.js';
import { send } from '../state/outbox.js';
import { doneTyping, sayTyping } from '../state/people.js';
import { Icon } from './icon.js';

const most = Number(document.getElementById('app')?.dataset.messageMaxLength);
const WARN_BELOW = 500;
const SETTLE_MS = 300;
// On a phone's keyboard Return makes a line, and the button sends.
const touch = matchMedia('(hover: none) and (pointer: coarse)');

/**
 * Where a message, a reply or a new text is written. A draft stays with its place; while one edits (`initialText`) there is none.
 * @param {{channelId: string, title: string, threadRootId?: string, placeholder?: string, initialText?: string,
 *   onSend?: (text: string) => void, onSent?: () => void, onCancel?: () => void}} props
 */
export function Composer({ channelId, title, threadRootId, placeholder = `Message ${title}`, initialText, onSend = (text) => send(channelId, text), onSent = () => undefined, onCancel }) {
  const place = initialText === undefined ? (threadRootId ?? channelId) : null;
  const [text, setText] = useState(() => initialText ?? draftOf(place ?? ''));
  const own = useId();
  // The page's link to the message field leads here.
  const id = place === channelId ? 'composer' : own;
  const box = useRef(/** @type {any} */ (null));
  const left = most - [...text.trim()].length;
  useDraft(place, text);
  useLayoutEffect(() => grow(box.current), [text]);
  useEffect(() => {
    if (touch.matches && place !== null) return;
    box.current.focus({ preventScroll: true });
    box.current.setSelectionRange(text.length, text.length);
  }, []);
  const submit = () => {
    if (!text.trim() || left < 0) return;
    onSend(text.trim());
    if (place === null) return;
    keepDraft(place, '');
    setText('');
    doneTyping();
    onSent();
    box.current.focus();
  };
  const keys = (event) => {
    if (event.key === 'Escape' && onCancel) return void (event.preventDefault(), event.stopPropagation(), onCancel());
    if (event.key === 'ArrowUp' && !text && place !== null && editLast(channelId, threadRootId)) return event.preventDefault();
    return onEnter(submit)(event);
  };
  const write = (event) => {
    setText(event.currentTarget.value);
    if (event.currentTarget.value.trim()) sayTyping(channelId);
  };
  return html`
    <form class="composer" onSubmit=${(event) => (event.preventDefault(), submit())}>
      <div class="composer-box" data-over=${left < 0 || undefined}>
        <label class="visually-hidden" for=${id}>${place === null ? title : `Message to ${title}`}</label>
        <textarea id=${id} ref=${box} rows="1" placeholder=${placeholder} value=${text} onInput=${write} onKeyDown=${keys}
          aria-describedby="${id}-hint ${id}-left" aria-invalid=${left < 0 ? 'true' : undefined} autocomplete="off" />
        <button type="submit" class="send" aria-label=${place === null ? 'Save' : 'Send'} title=${place === null ? 'Save' : 'Send'} disabled=${!text.trim() || left < 0}><${Icon} name="send" /></button>
      </div>
      <div class="composer-foot">
        <p class="composer-left" id="${id}-left" role="status" data-over=${left < 0 || undefined}>${room(left)}</p>
        <p class="composer-hint" id="${id}-hint"><kbd>Enter</kbd> to ${place === null ? 'save' : 'send'}, ${onCancel ? html`<kbd>Esc</kbd> to cancel` : html`<kbd>Shift</kbd> <kbd>Enter</kbd> for a new line`}</p>
      </div>
    </form>
  `;
}

/** @param {number} left */
function room(left) {
  if (left < 0) return `${(-left).toLocaleString()} characters too long. Send it in parts.`;
  return left < WARN_BELOW ? `${left.toLocaleString()} characters left` : '';
}

/** @param {() => void} submit */
const onEnter = (submit) => (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch.matches) return;
  event.preventDefault();
  submit();
};

/** Keeps the draft shortly after the last letter, and on leaving. @param {string | null} place @param {string} text */
function useDraft(place, text) {
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    if (place === null) return undefined;
    const timer = setTimeout(() => keepDraft(place, text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (place === null) return undefined;
    const save = () => keepDraft(place, latest.current);
    addEventListener('pagehide', save);
    return () => (removeEventListener('pagehide', save), save());
  }, []);
}

/** @param {HTMLTextAreaElement} box */
function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
