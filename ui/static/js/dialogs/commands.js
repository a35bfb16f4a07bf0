// @ts-check
import { html, useEffect, useState } from '../core/html.js';
import { commands, loadCommands } from '../state/commands.js';
import { Dialog } from './dialog.js';
import { Failed, Waiting } from './listing.js';

/** What can be written behind a slash. */
export function Commands() {
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = () => (setProblem(null), void loadCommands().catch(setProblem));
  useEffect(load, []);
  return html`
    <${Dialog} title="Commands" class="tall" lead="Write them in the message field. Two slashes send text that begins with one.">
      ${problem && html`<${Failed} problem=${problem} onRetry=${load} />`}
      ${!problem && !commands.value.length && html`<${Waiting} />`}
      <dl class="keys commands">
        ${commands.value.map(({ name, usage, help }) => html`<div key=${name}><dt><code>/${name}</code> ${usage}</dt><dd>${help}</dd></div>`)}
      </dl>
    <//>
  `;
}
