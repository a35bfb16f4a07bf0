// @ts-check
/**
 * The sections of a workspace's administration, in their order at the side. A new one is a line here and a module beside this
 * one, which is loaded when it is opened. Whoever has one of the rights that a section needs is shown it.
 */
import { may } from '../../state/rights.js';

/**
 * @typedef {{id: string, title: string, lead: string, group: string, icon: string, needs: import('../../state/rights.js').Right[], view: () => Promise<() => any>}} Section
 */

/** @type {Section[]} */
export const SECTIONS = [
  {
    id: 'members', title: 'Members', lead: 'Who is here, and what each may do', group: 'People', icon: 'people', needs: ['member.remove'],
    view: async () => (await import('./members.js')).MembersSection,
  },
  {
    id: 'invitations', title: 'Invitations', lead: 'Who was invited, and what became of it', group: 'People', icon: 'addPerson', needs: ['member.invite_guest', 'member.remove'],
    view: async () => (await import('./invitations.js')).InvitationsSection,
  },
  {
    id: 'roles', title: 'Roles', lead: 'Who may do what', group: 'People', icon: 'checking', needs: ['role.change', 'member.change_role'],
    view: async () => (await import('./roles.js')).RolesSection,
  },
  {
    id: 'second-step', title: 'Second step', lead: 'What guards the sign-in of everybody here', group: 'People', icon: 'shield', needs: ['workspace.change'],
    view: async () => (await import('./second-step.js')).SecondStepSection,
  },
  {
    id: 'channels', title: 'Channels', lead: 'All of them in numbers, private ones too', group: 'What is in it', icon: 'hash', needs: ['channel.manage'],
    view: async () => (await import('./channels.js')).ChannelsSection,
  },
  {
    id: 'storage', title: 'Storage', lead: 'What the files take', group: 'What is in it', icon: 'files', needs: ['operations.read'],
    view: async () => (await import('./storage.js')).StorageSection,
  },
  {
    id: 'health', title: 'Health', lead: 'Every process and server behind the workspace', group: 'How it runs', icon: 'browser', needs: ['operations.read'],
    view: async () => (await import('./health.js')).HealthSection,
  },
  {
    id: 'workflows', title: 'Workflows', lead: 'What is promised, and how it stands: stuck ones first', group: 'How it runs', icon: 'tasks', needs: ['workflow.read_any'],
    view: async () => (await import('./workflows.js')).WorkflowsSection,
  },
  {
    id: 'integrations', title: 'Bots', lead: 'Bots and slash commands: what programs do in this workspace', group: 'Integrations', icon: 'code', needs: ['integration.manage'],
    view: async () => (await import('./integrations.js')).IntegrationsSection,
  },
  {
    id: 'webhooks', title: 'Webhooks', lead: 'Programs that post here, and servers that are told', group: 'Integrations', icon: 'link', needs: ['integration.manage'],
    view: async () => (await import('./webhooks.js')).WebhooksSection,
  },
  {
    id: 'notifications', title: 'Notifications', lead: 'How notifications leave the house', group: 'How it runs', icon: 'route', needs: ['operations.read'],
    view: async () => (await import('./notifications.js')).NotificationsSection,
  },
  {
    id: 'files', title: 'Files', lead: 'Virus scanner, quarantine, and what waits', group: 'How it runs', icon: 'checking', needs: ['operations.read', 'file.judge'],
    view: async () => (await import('./files.js')).FilesSection,
  },
  {
    id: 'audit', title: 'Audit', lead: 'Who did what, when and from where', group: 'Record', icon: 'clock', needs: ['audit.read'],
    view: async () => (await import('./audit.js')).AuditSection,
  },
];

/** The sections that the person may open in the workspace on screen. */
export const mySections = () => SECTIONS.filter(({ needs }) => needs.some(may));
