// @ts-check
/** A place of several sections: tabs at the side where there is room, a choice where there is none, one address each. */
import { html, useCallback, useEffect, useState } from '../core/html.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { openSection, pathToSection, workspace } from '../state/route.js';
import { Icon } from './icon.js';

/** @typedef {{id: string, title: string, lead: string, group: string, icon: string, view: () => Promise<() => any>}} Section */

/** The sections to choose from. @param {{place: string, name: string, sections: Section[], shown?: Section}} props */
export const Sections = (props) => html`<${SideTabs} ...${props} /><${Pick} ...${props} />`;

/** A section, whose module comes when it is first looked at. @param {{section: Section}} props */
export function Opened({ section: { view } }) {
  const [View, setView] = useState(/** @type {(() => any) | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => {
    setProblem(null);
    view().then((loaded) => setView(() => loaded), () => setProblem(new Error('This section could not be loaded.')));
  }, [view]);
  useEffect(load, [load]);
  if (problem) return html`<${Failed} problem=${problem} onRetry=${load} />`;
  return View ? html`<${View} />` : html`<${Waiting} />`;
}

/** @param {{place: string, name: string, sections: Section[], shown?: Section}} props */
function SideTabs({ place, name, sections, shown }) {
  const groups = [...new Set(sections.map(({ group }) => group))];
  return html`
    <nav class="admin-tabs" aria-label=${name}>
      ${groups.map((group) => html`
        <h2 key=${group}>${group}</h2>
        <ul aria-label=${group}>${sections.filter((known) => known.group === group).map((known) => html`<${Tab} key=${known.id} place=${place} section=${known} here=${known === shown} />`)}</ul>`)}
    </nav>
  `;
}

/** @param {{place: string, section: Section, here: boolean}} props */
function Tab({ place, section: { id, title, icon }, here }) {
  const open = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openSection(place, id);
  };
  return html`
    <li><a class="admin-tab" href=${pathToSection(workspace.value?.slug ?? '', place, id)} aria-current=${here ? 'page' : undefined} onClick=${open}><${Icon} name=${icon} />${title}</a></li>
  `;
}

/** The tabs where there is no room for them. @param {{place: string, sections: Section[], shown?: Section}} props */
const Pick = ({ place, sections, shown }) => html`
  <select class="input admin-pick" aria-label="Section" value=${shown?.id ?? ''} onChange=${(event) => openSection(place, event.currentTarget.value)}>
    ${!shown && html`<option value="">Choose a section</option>`}
    ${sections.map(({ id, title }) => html`<option key=${id} value=${id} selected=${id === shown?.id}>${title}</option>`)}
  </select>
`;
