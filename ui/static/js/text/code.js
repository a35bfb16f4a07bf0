// @ts-check
/** A block of code: coloured when its language is known, and copied with a button. */
import { h } from 'preact';
import { html, useEffect, useState } from '../core/html.js';
import { announce } from '../state/notices.js';
import { Icon } from '../view/icon.js';

/** @param {{text: string, language: string}} props */
export function Code({ text, language }) {
  const [tree, setTree] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let wanted = true;
    if (language) coloured(text, language).then((made) => wanted && setTree(made));
    return () => void (wanted = false);
  }, [text, language]);
  return html`
    <div class="text-code">
      <pre tabindex="0" aria-label=${language ? `Code, ${language}` : 'Code'} role="region"><code>${tree ? tree.children.map(coloredNode) : text}</code></pre>
      ${navigator.clipboard && html`<${Copy} text=${text} />`}
    </div>
  `;
}

/** @param {string} text @param {string} language */
async function coloured(text, language) {
  const { highlighted } = await import('./highlight.js');
  return highlighted(text, language).catch(() => null);
}

/** Only words and the classes that colour them are taken of what the library makes. @param {any} node @returns {any} */
function coloredNode(node) {
  if (node.type === 'text') return node.value;
  return h('span', { class: node.properties?.className?.join(' ') }, ...(node.children ?? []).map(coloredNode));
}

const Copy = ({ text }) => {
  const copy = () => navigator.clipboard.writeText(text).then(() => announce('Code copied'), () => undefined);
  return html`<button type="button" class="icon-button" aria-label="Copy code" title="Copy code" onClick=${copy}><${Icon} name="copy" /></button>`;
};
