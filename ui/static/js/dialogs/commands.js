// @ts-check
import { html, useEffect, useState } from '../core/html.js';
import { commands, loadCommands } from '../state/commands.js';
import { Markdown } from '../text/message.js';
import { closeDialog, Dialog } from './dialog.js';
import { Failed, Waiting } from './listing.js';

/** What a workspace's own command answered, for whoever ran it alone. @param {{command: string, text: string}} props */
export const CommandAnswer = ({ command, text }) => html`
  <${Dialog} title=${command} lead="Only you see this answer.">
    <div class="message-body command-answer"><${Markdown} text=${text} /></div>
    <div class="form-actions"><button type="button" class="button" autofocus onClick=${closeDialog}>Close</button></div>
  <//>
`;

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
        ${commands.value.map(({ name, usage, help, own }) => html`<div key=${name}><dt><code>/${name}</code> ${usage}</dt><dd>${help}${own && html` <small class="command-own">of this workspace</small>`}</dd></div>`)}
      </dl>
    <//>
  `;
}
