// @ts-check
/** Administration: sections for those whose role lets them run something of the workspace, one address each. */
import { html, useLayoutEffect } from '../core/html.js';
import { go, pathToSection, section, workspace } from '../state/route.js';
import { mySections, SECTIONS } from './admin/sections.js';
import { Place } from './gathered.js';
import { Icon } from './icon.js';
import { Opened, Sections } from './sectioned.js';

/** @typedef {import('./admin/sections.js').Section} Section */

export function AdminView() {
  const mine = mySections();
  const asked = SECTIONS.find(({ id }) => id === section.value);
  const shown = section.value ? mine.find(({ id }) => id === section.value) : mine[0];
  return html`
    <${Place} title=${shown?.title ?? asked?.title ?? 'Administration'} lead=${shown?.lead ?? `Administration of ${workspace.value?.name}`}>
      <div class="admin">
        ${mine.length > 0 && html`<${Sections} place="admin" name="Administration" sections=${mine} shown=${shown} />`}
        <div class="admin-section">${shown ? html`<${Opened} key=${`${workspace.value?.id} ${shown.id}`} section=${shown} />` : html`<${Closed} asked=${asked} />`}</div>
      </div>
    <//>
  `;
}

/** Leads an address of before to its section. @param {string} id */
export const movedTo = (id) => () => {
  useLayoutEffect(() => go(pathToSection(workspace.value?.slug ?? '', 'admin', id), { replace: true }), []);
  return null;
};

/** @param {{asked?: Section}} props */
const Closed = ({ asked }) => html`
  <div class="empty">
    <${Icon} name=${asked || !section.value ? 'lock' : 'compass'} />
    <h2>${asked || !section.value ? 'This is not for your role' : 'There is no such section'}</h2>
    <p>${asked || !section.value ? 'Ask an owner or an admin of the workspace if you need it.' : 'It may have moved. Choose another one.'}</p>
  </div>
`;
