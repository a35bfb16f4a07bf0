// @ts-check
import { html, useState } from '../core/html.js';
import { Prose } from './prose.js';
import { exampleOf, fieldsOf, limits, typeWords } from './schema.js';
import { Try } from './try.js';

/** One operation: what it takes, what it answers, and a way to call it. @param {{spec: any, operation: any}} props */
export function Operation({ spec, operation }) {
  const { id, method, path, summary, description, parameters = [], requestBody, responses, security } = operation;
  const [trying, setTrying] = useState(false);
  const body = requestBody?.content?.['application/json']?.schema;
  return html`
    <section class="operation" id=${id} aria-labelledby="${id}-title">
      <h3 id="${id}-title">${summary || id}</h3>
      <p class="address"><${Method} method=${method} /><code>${path}</code></p>
      ${description && description !== summary && html`<${Prose} text=${description} />`}
      ${!security?.length && html`<p class="docs-text">Needs no sign-in.</p>`}
      ${parameters.length > 0 && html`<h4>Parameters</h4><${Fields} fields=${parameters.map(({ name, in: where, required, schema, description: words }) => ({ name, note: where, required, schema, words }))} />`}
      ${body && html`<h4>Body</h4><${Fields} fields=${fieldsOf(spec, body)} />`}
      <h4>Answers</h4>
      ${Object.entries(responses).filter(isDone).map(([status, response]) => html`<${Response} key=${status} spec=${spec} status=${status} response=${response} />`)}
      <${Refusals} responses=${Object.entries(responses).filter((entry) => !isDone(entry))} />
      <button type="button" class="button" aria-expanded=${trying} onClick=${() => setTrying(!trying)}>${trying ? 'Close' : 'Try it'}<span class="visually-hidden">: ${summary || id}</span></button>
      ${trying && html`<${Try} spec=${spec} operation=${operation} />`}
    </section>
  `;
}

/** @param {{method: string}} props */
export const Method = ({ method }) => html`<span class="method ${method.toLowerCase()}">${method}</span>`;

function Fields({ fields }) {
  return html`
    <dl class="fields">
      ${fields.map(({ name, note, required, schema, words }) => html`
        <div key=${`${note} ${name}`}>
          <dt><code>${name}</code>${required && html`<span class="required">required</span>`}</dt>
          <dd><span>${[note, typeWords(schema), limits(schema)].filter(Boolean).join(', ')}</span>${(words ?? schema?.description) && html`<p>${words ?? schema.description}</p>`}</dd>
        </div>`)}
    </dl>
  `;
}

/** @param {[string, any]} entry */
const isDone = ([status]) => status < '400';

/** Every refusal has the same shape, so they share a line. */
function Refusals({ responses }) {
  if (!responses.length) return null;
  return html`
    <details class="response">
      <summary>${responses.map(([status]) => html`<b class="status" key=${status}>${status}</b> `)}<span class="response-type">Problem</span></summary>
      <dl class="fields">${responses.map(([status, { description }]) => html`<div key=${status}><dt><b class="status">${status}</b></dt><dd>${description}</dd></div>`)}</dl>
    </details>
  `;
}

function Response({ spec, status, response: { description, content } }) {
  const schema = Object.values(content ?? {})[0]?.schema;
  const line = html`<b class="status" data-ok=${status.startsWith('2') || undefined}>${status}</b> ${description}`;
  if (!schema) return html`<p class="response plain">${line}</p>`;
  return html`
    <details class="response">
      <summary>${line}<span class="response-type">${typeWords(schema)}</span></summary>
      <pre tabindex="0" aria-label=${`Example of ${status}`}><code>${JSON.stringify(exampleOf(spec, schema), null, 2)}</code></pre>
    </details>
  `;
}
