// @ts-check
/** Changes of a channel that are asked about first, because they mean something for others. */
import { html } from '../core/html.js';
import { archive, convert } from '../state/manage.js';
import { Question } from './small.js';

/** @param {{channel: import('../state/store.js').Channel}} props */
export const Archive = ({ channel }) => html`
  <${Question} title=${`Archive ${channel.name}?`} action="Archive channel" stay="Keep it open" run=${() => archive(channel)}>
    Nobody can write in it any more, and it leaves everyone's side. Its messages stay and can be read and found. You can open it again.
  <//>
`;

/** @param {{channel: import('../state/store.js').Channel}} props */
export const Convert = ({ channel }) =>
  channel.kind === 'public'
    ? html`<${Question} title=${`Make ${channel.name} private?`} action="Make it private" stay="Keep it public" run=${() => convert(channel, 'private')}>
        Only its present members keep it. Everyone else no longer finds it, and has to be added by a member.
      <//>`
    : html`<${Question} title=${`Make ${channel.name} public?`} action="Make it public" stay="Keep it private" run=${() => convert(channel, 'public')}>
        Everyone in the workspace can find it, join it, and read everything that was ever written in it.
      <//>`;
