// @ts-check
import { html, useEffect, useLayoutEffect, useRef, useState } from '../core/html.js';
import { draftOf, keepDraft } from '../state/drafts.js';
import { send } from '../state/outbox.js';
import { doneTyping, sayTyping } from '../state/people.js';
import { Icon } from './icon.js';

const most = Number(document.getElementById('app')?.dataset.messageMaxLength);
const WARN_BELOW = 500;
const SETTLE_MS = 300;
// On a phone's keyboard Return makes a line, and the button sends.
const touch = matchMedia('(hover: none) and (pointer: coarse)');

/** Where a message is written. A draft stays with its channel. @param {{channelId: string, title: string, onSent: () => void}} props */
export function Composer({ channelId, title, onSent }) {
  const [text, setText] = useState(() => draftOf(channelId));
  const box = useRef(/** @type {any} */ (null));
  const left = most - [...text.trim()].length;
  useDraft(channelId, text);
  useLayoutEffect(() => grow(box.current), [text]);
  useEffect(() => void (touch.matches || box.current.focus({ preventScroll: true })), []);
  const submit = () => {
    if (!text.trim() || left < 0) return;
    send(channelId, text.trim());
    keepDraft(channelId, '');
    setText('');
    doneTyping();
    onSent();
    box.current.focus();
  };
  const write = (event) => {
    setText(event.currentTarget.value);
    if (event.currentTarget.value.trim()) sayTyping(channelId);
  };
  return html`
    <form class="composer" onSubmit=${(event) => (event.preventDefault(), submit())}>
      <div class="composer-box" data-over=${left < 0 || undefined}>
        <label class="visually-hidden" for="composer">Message to ${title}</label>
        <textarea id="composer" ref=${box} rows="1" placeholder=${`Message ${title}`} value=${text} onInput=${write} onKeyDown=${onEnter(submit)}
          aria-describedby="composer-hint composer-left" aria-invalid=${left < 0 ? 'true' : undefined} autocomplete="off" />
        <button type="submit" class="send" aria-label="Send" title="Send" disabled=${!text.trim() || left < 0}><${Icon} name="send" /></button>
      </div>
      <div class="composer-foot">
        <p class="composer-left" id="composer-left" role="status" data-over=${left < 0 || undefined}>${room(left)}</p>
        <p class="composer-hint" id="composer-hint"><kbd>Enter</kbd> to send, <kbd>Shift</kbd> <kbd>Enter</kbd> for a new line</p>
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

/** Keeps the draft shortly after the last letter, and on leaving. @param {string} channelId @param {string} text */
function useDraft(channelId, text) {
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(channelId, text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const save = () => keepDraft(channelId, latest.current);
    addEventListener('pagehide', save);
    return () => (removeEventListener('pagehide', save), save());
  }, []);
}

/** @param {HTMLTextAreaElement} box */
function grow(box) {
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight}px`;
}
