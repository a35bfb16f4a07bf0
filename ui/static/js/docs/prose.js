// @ts-check
import { html } from '../core/html.js';

/** A description: what stands between backticks is code. @param {{text: string}} props */
export const Prose = ({ text }) => html`<p class="docs-text">${text.split('`').map((part, index) => (index % 2 ? html`<code key=${index}>${part}</code>` : part))}</p>`;
