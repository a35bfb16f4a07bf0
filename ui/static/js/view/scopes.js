// @ts-check
/** Choosing what a token opens: a family a line, reading and changing beside each other. */
import { html, useEffect, useState } from '../core/html.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { scopes } from '../state/integrations.js';

/** @param {{scopes: string[]}} props */
export const ScopeList = ({ scopes: shown }) => html`<ul class="scope-list" aria-label="Scopes">${shown.map((scope) => html`<li key=${scope}>${scope}</li>`)}</ul>`;

/** @param {{chosen: Set<string>, onChange: (chosen: Set<string>) => void, problem?: string}} props */
export function ScopeChoice({ chosen, onChange, problem = '' }) {
  const [known, setKnown] = useState(/** @type {import('../state/integrations.js').ScopeView[] | null} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const load = () => (setFailed(null), void scopes().then(setKnown, setFailed));
  useEffect(load, []);
  const toggle = (/** @type {string} */ scope) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    onChange(next);
  };
  if (failed) return html`<${Failed} problem=${failed} onRetry=${load} />`;
  if (!known) return html`<${Waiting} />`;
  const families = known.filter(({ scope }) => scope.endsWith(':read'));
  return html`
    <fieldset class="scope-choice">
      <legend>What it may do</legend>
      <table>
        <thead><tr><th scope="col">Scope</th><td>Read</td><td>Change</td></tr></thead>
        <tbody>${families.map(({ scope, words }) => html`<${Family} key=${scope} family=${scope.split(':')[0]} words=${words.replace(/^Read /, '')} chosen=${chosen} onToggle=${toggle} />`)}</tbody>
      </table>
      <p class="error" role="alert">${problem}</p>
    </fieldset>
  `;
}

/** @param {{family: string, words: string, chosen: Set<string>, onToggle: (scope: string) => void}} props */
const Family = ({ family, words, chosen, onToggle }) => html`
  <tr>
    <th scope="row">${family}<small>${words}</small></th>
    ${['read', 'write'].map((access) => html`<td key=${access}><label><input type="checkbox" aria-label=${`${access === 'read' ? 'Read' : 'Change'} ${family}`} checked=${chosen.has(`${family}:${access}`)} onChange=${() => onToggle(`${family}:${access}`)} /></label></td>`)}
  </tr>
`;

/** Of a problem with a form, what belongs to its scopes. @param {any} problem @returns {string} */
export const scopeProblem = (problem) => problem?.errors?.find((/** @type {any} */ fault) => fault.field === 'scopes')?.detail ?? '';
