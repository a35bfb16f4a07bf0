// @ts-check
/** Questions and settings of a few lines. */
import { html, useState } from '../core/html.js';
import { keep } from '../core/storage.js';
import { leave, leaveWorkspace } from '../state/actions.js';
import { workspace } from '../state/route.js';
import { closeDialog, Dialog } from './dialog.js';
import { formError, useForm } from './form.js';

const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
/** @type {[string[], string][]} */
const KEYS = [
  [[COMMAND, 'K'], 'Jump to a channel or person'],
  [['Alt', '↑ or ↓'], 'Previous or next channel'],
  [['Alt', 'Shift', '↑ or ↓'], 'Previous or next unread channel'],
  [['Enter'], 'Send the message'],
  [['Shift', 'Enter'], 'New line'],
  [['↑ or ↓'], 'Move between messages, when one has the focus'],
  [['Enter'], 'Open the delivery of the message that has the focus'],
  [['Esc'], 'Close, or mark the channel as read'],
  [[COMMAND, '/'], 'This list'],
];

export const Shortcuts = () => html`
  <${Dialog} title="Keyboard">
    <dl class="keys">
      ${KEYS.map(([keys, meaning]) => html`<div key=${meaning}><dt>${keys.map((key) => html`<kbd key=${key}>${key}</kbd> `)}</dt><dd>${meaning}</dd></div>`)}
    </dl>
  <//>
`;

const THEMES = [['system', 'Like the system'], ['light', 'Light'], ['dark', 'Dark']];

export function Appearance() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme);
  const choose = (value) => {
    document.documentElement.dataset.theme = value;
    keep('theme', value);
    setTheme(value);
  };
  return html`
    <${Dialog} title="Appearance" lead="For this browser.">
      <fieldset class="segments">
        <legend class="visually-hidden">Colours</legend>
        ${THEMES.map(([value, label]) => html`
          <label key=${value}><input type="radio" name="theme" value=${value} checked=${theme === value} onChange=${() => choose(value)} />${label}</label>`)}
      </fieldset>
    <//>
  `;
}

/** @param {{channel: import('../state/store.js').Channel}} props */
export const LeaveChannel = ({ channel }) => html`
  <${Question} title=${`Leave ${channel.name}?`} action="Leave channel" run=${() => leave(channel)}>
    This channel is private. To come back, someone in it has to add you.
  <//>
`;

export const LeaveWorkspace = () => html`
  <${Question} title=${`Leave ${workspace.value?.name}?`} action="Leave workspace" run=${leaveWorkspace}>
    You leave all its channels and conversations. To come back, you need a new invitation.
  <//>
`;

/** @param {{title: string, action: string, run: () => Promise<void>, children: any}} props */
function Question({ title, action, run, children }) {
  const { busy, problem, onSubmit } = useForm(async () => {
    await run();
    closeDialog();
  });
  return html`
    <${Dialog} title=${title}>
      <form class="form" onSubmit=${onSubmit}>
        <p>${children}</p>
        <p class="form-error" role="alert">${formError(problem, [])}</p>
        <div class="form-actions">
          <button type="button" class="button" onClick=${closeDialog}>Stay</button>
          <button type="submit" class="button danger" disabled=${busy} aria-busy=${busy ? 'true' : undefined}>${action}</button>
        </div>
      </form>
    <//>
  `;
}
