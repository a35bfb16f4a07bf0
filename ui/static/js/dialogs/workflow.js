// @ts-check
/** Before a workflow is cancelled, or ended by force. */
import { html } from '../core/html.js';
import { toast } from '../state/notices.js';
import { actOn } from '../state/workflows.js';
import { Question } from './small.js';

const ASKED = {
  cancel: { title: 'Cancel', action: 'Cancel it', done: 'It was cancelled.' },
  terminate: { title: 'End by force', action: 'End it', done: 'It was ended by force.' },
};

/** @param {{id: string, title: string, action: 'cancel' | 'terminate', words: string, done: () => void}} props */
export function WorkflowAction({ id, title, action, words, done }) {
  const asked = ASKED[action];
  const run = () => actOn(id, action).then(() => (toast(asked.done), done()));
  return html`<${Question} title=${`${asked.title}: ${title}?`} action=${asked.action} stay="Leave it" run=${run}>${words} It is put on record.<//>`;
}
