// @ts-check
/** The API's documentation, drawn from /openapi.json: it cannot say anything the server does not. */
import { html, render, useEffect, useState } from '../core/html.js';
import { Method, Operation } from './operation.js';
import { Prose } from './prose.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function Docs() {
  const [spec, setSpec] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(false);
  const load = () => {
    setProblem(false);
    fetch('/openapi.json').then((answer) => answer.json()).then(setSpec).catch(() => setProblem(true));
  };
  useEffect(load, []);
  useEffect(() => void (spec && location.hash && document.getElementById(location.hash.slice(1))?.scrollIntoView()), [spec]);
  if (problem) return html`<main class="docs-fault" role="alert"><h1>API</h1><p>The description could not be loaded.</p><button type="button" class="button" onClick=${load}>Try again</button></main>`;
  if (!spec) return html`<main class="docs-fault"><div class="skeleton" /><div class="skeleton" /><p class="visually-hidden" role="status">Loading</p></main>`;
  return html`<${Contents} spec=${spec} />`;
}

function Contents({ spec }) {
  const [words, setWords] = useState('');
  const groups = grouped(spec, words.toLowerCase().trim());
  return html`
    <div class="docs-body">
      <nav class="docs-nav" aria-label="Operations">
        <label class="visually-hidden" for="find">Find an operation</label>
        <input class="input" id="find" type="search" placeholder="Find an operation" value=${words} onInput=${(event) => setWords(event.currentTarget.value)} />
        ${groups.map(({ tag, operations }) => html`
          <h2 key=${tag}>${tag}</h2>
          <ul>${operations.map(({ id, method, path, summary }) => html`<li key=${id}><a href="#${id}"><${Method} method=${method} /><span>${summary || path}</span></a></li>`)}</ul>`)}
      </nav>
      <main class="docs-main" id="operations">
        <header class="docs-head"><h1>${spec.info.title} API <small>${spec.info.version}</small></h1><${Prose} text=${spec.info.description ?? ''} /></header>
        ${groups.map(({ tag, operations }) => html`
          <section key=${tag} aria-label=${tag}><h2 class="docs-tag">${tag}</h2>${operations.map((operation) => html`<${Operation} key=${operation.id} spec=${spec} operation=${operation} />`)}</section>`)}
        ${!groups.length && html`<p class="docs-text" role="status">Nothing matches “${words}”.</p>`}
      </main>
    </div>
  `;
}

/** @param {any} spec @param {string} words @returns {{tag: string, operations: any[]}[]} */
function grouped(spec, words) {
  const all = Object.entries(spec.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => operationOf(path, method, item[method])));
  const found = all.filter(({ path, summary, method }) => `${method} ${path} ${summary}`.toLowerCase().includes(words));
  return [...Map.groupBy(found, ({ tag }) => tag)].map(([tag, operations]) => ({ tag, operations }));
}

/** @param {string} path @param {string} method @param {any} operation */
function operationOf(path, method, operation) {
  const id = operation.operationId ?? `${method}${path}`.replace(/\W+/g, '-');
  return { ...operation, id, path, method: method.toUpperCase(), tag: operation.tags?.[0] ?? 'Other', summary: operation.summary ?? '' };
}

const place = /** @type {HTMLElement} */ (document.getElementById('docs'));
place.replaceChildren();
render(html`<${Docs} />`, place);
