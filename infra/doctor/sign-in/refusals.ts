import type { Code } from '../advice/advice.ts'

/**
 * The titles of the app's own pages about a failed sign-in, which come back to the client as `error_description` when
 * the person follows the page's link.
 */
export const REFUSALS: Readonly<Record<string, Code>> = {
  'An administrator must approve this first': 'consent-missing',
  'Your organisation asks for one more proof': 'further-proof-needed',
  'Microsoft wants you to sign in again': 'further-proof-needed',
  'You are not assigned to this app': 'not-assigned',
  'A rule of your organisation stopped the sign-in': 'conditional-access',
  'This account belongs elsewhere': 'wrong-account',
  'This account belongs to another organisation': 'wrong-account',
  'Your account is blocked': 'account-blocked',
  'The sign-in took too long': 'sign-in-cancelled',
  'You cancelled the sign-in': 'sign-in-cancelled',
  'The person cancelled.': 'sign-in-cancelled',
  'This app is not set up in your organisation': 'app-unknown-to-entra',
  'The app’s registration at Microsoft is not complete': 'registration-of-app-incomplete',
  'Microsoft does not accept what this server asks': 'api-scope-wrong',
  'Dynamics 365 is not ready for this app in your organisation': 'dynamics-unknown-to-entra',
  'Microsoft does not accept this server’s own credential': 'credential-refused',
  'This app is switched off in your organisation': 'app-switched-off',
  'This server names an organisation that Microsoft does not know': 'app-unknown-to-entra',
  'Microsoft does not take back the token that it gave': 'own-token-refused',
  'The clocks of this server and of Microsoft differ': 'own-token-refused',
  'Microsoft does not let this app stay connected': 'not-renewable',
  'Microsoft refuses this server itself': 'credential-refused',
  'Microsoft still wants a fresh sign-in': 'further-proof-needed',
  'Microsoft did not let you in': 'sign-in-refused',
  'Microsoft is getting too many requests': 'sign-in-unavailable',
  'You do not have the role for this app': 'role-or-group-missing',
  'You are not in a group that may use this app': 'role-or-group-missing',
  'Your groups could not be read': 'too-many-groups',
  'Your access is switched off': 'person-switched-off',
  'You have no Dynamics 365 user': 'no-dynamics-user',
  'Your Dynamics 365 user is disabled': 'no-dynamics-user',
  'You have no role in Dynamics 365': 'no-security-role',
  'The sign-in could not be finished': 'sign-in-unavailable',
}

export const refusalCode = (description: string): Code =>
  (Object.hasOwn(REFUSALS, description) ? REFUSALS[description] : undefined) ?? 'sign-in-refused'
