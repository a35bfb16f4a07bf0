// @ts-check
import { html } from '../core/html.js';
import { closeDialog, Dialog } from './dialog.js';

/** Asks before something is done. @param {{label: string, question: string, danger?: boolean, onConfirm: () => void}} props */
export const ConfirmAction = ({ label, question, danger = false, onConfirm }) => html`
  <${Dialog} title=${`${label}?`} lead=${question}>
    <div class="form-actions">
      <button type="button" class="button" onClick=${closeDialog}>Cancel</button>
      <button type="button" class="button ${danger ? 'danger' : 'primary'}" autofocus onClick=${() => (closeDialog(), onConfirm())}>${label}</button>
    </div>
  <//>
`;
