// @ts-check
/** Buttons for formatting. They work on what is selected in the text, and leave the focus there. */
import { html } from '../core/html.js';
import { EDITS } from '../compose/shortcuts.js';
import { enterSends } from '../compose/preferences.js';
import { Icon } from './icon.js';

/** @param {{box: {current: any}, previews: boolean, onPreview: () => void}} props */
export function Toolbar({ box, previews, onPreview }) {
  return html`
    <div class="toolbar" role="toolbar" aria-label="Formatting" onKeyDown=${arrows}>
      ${EDITS.map(({ name, icon, keys, run }, at) => html`
        <button type="button" class="tool" key=${name} tabindex=${at ? -1 : 0} disabled=${previews} aria-label=${name} title=${`${name} (${keys.join('+')})`}
          onMouseDown=${(event) => event.preventDefault()} onClick=${() => run(box.current)}><${Icon} name=${icon} /></button>`)}
      <span class="toolbar-gap" />
      <button type="button" class="tool wide-tool" tabindex="-1" aria-pressed=${previews} onClick=${onPreview} title="Preview (Ctrl+Alt+P)">Preview</button>
      <button type="button" class="tool wide-tool" tabindex="-1" aria-pressed=${enterSends.value} title=${enterSends.value ? 'Enter sends, Shift+Enter makes a new line' : 'Enter makes a new line, Ctrl+Enter sends'}
        onClick=${() => (enterSends.value = !enterSends.value)}>Enter sends</button>
    </div>
  `;
}

/** @param {KeyboardEvent & {currentTarget: HTMLElement}} event */
function arrows(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const tools = [...event.currentTarget.querySelectorAll('button:not(:disabled)')];
  const next = tools.at((tools.indexOf(/** @type {any} */ (document.activeElement)) + step) % tools.length);
  /** @type {HTMLElement} */ (next).focus();
}
