// @ts-check
/** My account: how I sign in, where I am signed in, and what acts for me. Sections, one address each. */
import { html } from '../core/html.js';
import { me } from '../net/session.js';
import { section } from '../state/route.js';
import { SECTIONS } from './account/sections.js';
import { Place } from './gathered.js';
import { Icon } from './icon.js';
import { Opened, Sections } from './sectioned.js';

export function AccountView() {
  const shown = section.value ? SECTIONS.find(({ id }) => id === section.value) : SECTIONS[0];
  return html`
    <${Place} title=${shown?.title ?? 'Your account'} lead=${shown?.lead ?? `The account of ${me.value?.email}`}>
      <div class="admin">
        <${Sections} place="account" name="Your account" sections=${SECTIONS} shown=${shown} />
        <div class="admin-section">${shown ? html`<${Opened} key=${shown.id} section=${shown} />` : html`<${Nowhere} />`}</div>
      </div>
      <${Whose} />
    <//>
  `;
}

/** Who runs this server, and what people agreed to: as far as that is said. */
function Whose() {
  const { runBy, termsUrl, privacyUrl } = document.getElementById('app')?.dataset ?? {};
  const told = [
    runBy && html`This server is run by ${runBy}`,
    termsUrl && html`<a href=${termsUrl} target="_blank" rel="noopener">Terms</a>`,
    privacyUrl && html`<a href=${privacyUrl} target="_blank" rel="noopener">Privacy</a>`,
  ].filter(Boolean);
  return told.length > 0 && html`<footer class="account-whose">${told.map((part, n) => html`${n > 0 && ' · '}${part}`)}</footer>`;
}

const Nowhere = () => html`
  <div class="empty"><${Icon} name="compass" /><h2>There is no such section</h2><p>It may have moved. Choose another one.</p></div>
`;
