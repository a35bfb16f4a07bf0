// @ts-check
/** @type {Record<string, string>} */
const NAMES = { owner: 'Owner', admin: 'Admin', moderator: 'Moderator', member: 'Member', guest: 'Guest', bot: 'Bot' };

/** What people call a role. @param {{id?: string | null, name: string}} role */
export const roleName = ({ id, name }) => (id ? name : (NAMES[name] ?? name));
