// @ts-check
/** The sections of one's account, in their order at the side. A new one is a line here and a module beside this one. */

/** @type {import('../sectioned.js').Section[]} */
export const SECTIONS = [
  {
    id: 'sign-in', title: 'Signing in', lead: 'Your e-mail address and your password', group: 'Security', icon: 'lock',
    view: async () => (await import('./sign-in.js')).SignInSection,
  },
  {
    id: 'two-steps', title: 'Two steps', lead: 'What guards your sign-in besides the password', group: 'Security', icon: 'shield',
    view: async () => (await import('./two-steps.js')).TwoStepsSection,
  },
  {
    id: 'sessions', title: 'Sessions', lead: 'Where you are signed in', group: 'Security', icon: 'browser',
    view: async () => (await import('./sessions.js')).SessionsSection,
  },
  {
    id: 'tokens', title: 'Tokens', lead: 'What lets programs act for you', group: 'Programs', icon: 'code',
    view: async () => (await import('./tokens.js')).TokensSection,
  },
  {
    id: 'profile', title: 'Profile', lead: 'How others see you', group: 'You', icon: 'person',
    view: async () => (await import('./profile.js')).ProfileSection,
  },
  {
    id: 'leaving', title: 'Leaving', lead: 'Deactivate or erase your account', group: 'You', icon: 'leave',
    view: async () => (await import('./leaving.js')).LeavingSection,
  },
];
