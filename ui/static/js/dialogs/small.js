// @ts-check
/** Questions and settings of a few lines. */
import { html, useState } from '../core/html.js';
import { keep } from '../core/storage.js';
import { EDITS } from '../compose/shortcuts.js';
import { leave, leaveWorkspace } from '../state/actions.js';
import { workspace } from '../state/route.js';
import { closeDialog, Dialog } from './dialog.js';
import { formError, useForm } from './form.js';

const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
/** @type {[string[], string][]} */
const KEYS = [
  [[COMMAND, 'K'], 'Jump to a channel or person'],
  [[COMMAND, 'Shift', 'L'], 'Browse channels'],
  [[COMMAND, '.'], 'Details and settings of the channel'],
  [[COMMAND, 'Shift', 'F'], 'Search; or / outside of a text field'],
  [['Alt', '↑ or ↓'], 'Previous or next channel'],
  [['Alt', 'Shift', '↑ or ↓'], 'Previous or next unread channel'],
  [['Enter'], 'Send the message'],
  [['Shift', 'Enter'], 'New line'],
  ...EDITS.map(({ keys, name }) => /** @type {[string[], string]} */ ([keys, name])),
  [[COMMAND, 'Alt', 'P'], 'Preview what is written'],
  [['↑'], 'Edit your last message, in an empty message field'],
  [['Esc'], 'Close, or mark the channel as read'],
  [['Menu', 'or Shift F10'], 'What can be done with the channel in the side that has the focus'],
  [['/'], 'In the message field: a command; /help lists them'],
  [['?'], 'This list, outside of a text field'],
  [[COMMAND, '/'], 'This list, anywhere'],
];
/** @type {[string[], string][]} */
const AT_A_MESSAGE = [
  [['↑ or ↓'], 'Move between messages'],
  [['Enter'], 'All that can be done with it'],
  [['R'], 'React'],
  [['T'], 'Reply in its thread'],
  [['E'], 'Edit'],
  [['P'], 'Pin, or take the pin off'],
  [['U'], 'Mark unread from here'],
  [['D'], 'Delivery'],
  [['Delete'], 'Delete'],
];

/** @type {[string[], string][]} */
const IN_THE_GALLERY = [
  [['← or →'], 'The picture or video before or after it'],
  [['+ or −'], 'Look closer, or from farther off; 0 shows all of it'],
  [['D'], 'Download'],
];

/** @type {[string[], string][]} */
const AT_A_NOTIFICATION = [
  [['J or K'], 'Move between notifications; or ↑ and ↓'],
  [['Enter'], 'Open it in its place'],
  [['U'], 'Mark it read or unread'],
];

export const Shortcuts = () => html`
  <${Dialog} title="Keyboard">
    <${Keys} keys=${KEYS} />
    <h3>At a message that has the focus</h3>
    <${Keys} keys=${AT_A_MESSAGE} />
    <h3>At a notification that has the focus</h3>
    <${Keys} keys=${AT_A_NOTIFICATION} />
    <h3>In the gallery</h3>
    <${Keys} keys=${IN_THE_GALLERY} />
  <//>
`;

const Keys = ({ keys }) => html`
  <dl class="keys">
    ${keys.map(([names, meaning]) => html`<div key=${meaning}><dt>${names.map((name) => html`<kbd key=${name}>${name}</kbd> `)}</dt><dd>${meaning}</dd></div>`)}
  </dl>
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

/** @param {{title: string, action: string, run: () => Promise<unknown>, children: any, stay?: string}} props */
export function Question({ title, action, run, children, stay = 'Stay' }) {
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
          <button type="button" class="button" onClick=${closeDialog}>${stay}</button>
          <button type="submit" class="button danger" disabled=${busy} aria-busy=${busy ? 'true' : undefined}>${action}</button>
        </div>
      </form>
    <//>
  `;
}
