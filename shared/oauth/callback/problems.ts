import type { RefusalKind } from '../../entra/entra-error.ts'
import type { OAuthErrorCode } from '../oauth-error.ts'
import type { Denial } from './access-rules.ts'

export type ProblemKind =
  | RefusalKind
  | Denial
  | 'registration-incomplete'
  | 'scope-not-by-id'
  | 'resource-missing'
  | 'proof-not-accepted'
  | 'no-dynamics-user'
  | 'dynamics-user-disabled'
  | 'no-security-role'
  | 'unavailable'
  | 'wrong-tenant'

/** What a failed sign-in says: what happened, what the person can do, what an administrator must do. */
export type Problem = {
  readonly title: string
  readonly person: string
  readonly admin?: string
  /** What the client is told when the person follows the link back to it. */
  readonly error: OAuthErrorCode
  readonly status: number
}

const denied = (title: string, person: string, admin?: string): Problem => ({
  ...{ title, person, error: 'access_denied', status: 403 },
  ...(admin === undefined ? {} : { admin }),
})

/** Trying again changes nothing until whoever runs the deployment has mended it. */
const setUp = (title: string, person: string, admin: string): Problem => ({
  ...{ title, person, admin, error: 'server_error', status: 500 },
})

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const PROBLEMS: Readonly<Record<ProblemKind, Problem>> = {
  'consent-missing': denied(
    'An administrator must approve this first',
    'Your organisation has not yet allowed this app to read Dynamics 365 for its people. Send the link below to an administrator.',
    'Grant tenant-wide consent with the link; people can connect right after.',
  ),
  'claims-required': denied(
    'Your organisation asks for one more proof',
    'The sign-in needed a further step that was not completed. Go back and try again; finish every step that Microsoft shows.',
  ),
  'sign-in-again': denied(
    'Microsoft wants you to sign in again',
    'Go back and try again. If Microsoft asks you to set up another way to prove who you are, do that first.',
  ),
  'not-assigned': denied(
    'You are not assigned to this app',
    'Ask an administrator to assign you, or a group that you are in, to this app.',
    'In Entra ID, assign the person or a group to the enterprise application.',
  ),
  'conditional-access': denied(
    'A rule of your organisation stopped the sign-in',
    'A conditional access policy does not allow it from this device, place or app. Try from a device that your organisation manages.',
    'The sign-in log in Entra ID names the policy under this correlation id.',
  ),
  'wrong-account': denied(
    'This account belongs elsewhere',
    'You signed in with an account that is not known in this organisation. Go back and choose your work account.',
  ),
  'wrong-tenant': denied(
    'This account belongs to another organisation',
    'Go back and choose your work account of the organisation that runs this app.',
  ),
  'account-disabled': denied(
    'Your account is blocked',
    'Microsoft reports that this account is disabled or locked. Ask your help desk.',
  ),
  'session-ended': denied(
    'The sign-in took too long',
    'Microsoft’s answer was too old or was used already. Go back and try again.',
  ),
  cancelled: denied('You cancelled the sign-in', 'Nothing was connected. Go back if you want to try again.'),
  'app-missing': setUp(
    'This app is not set up in your organisation',
    'Microsoft does not know this app in your organisation. An administrator must finish the set-up.',
    'ENTRA_CLIENT_ID and ENTRA_TENANT_ID must name an app registration that exists in this tenant.',
  ),
  'registration-incomplete': setUp(
    'The app’s registration at Microsoft is not complete',
    'The app needs a permission that its registration at Microsoft does not list, or that nobody has approved. Send this page to an administrator, and try again once it is mended.',
    'Run “azd provision entra --no-state”, or “npm run register-app” where an administrator made the registration: it must list Microsoft Graph User.Read, openid, profile, email and offline_access, Dynamics CRM user_impersonation and the app’s own MCP.Access. Then grant tenant-wide consent with the link.',
  ),
  'scope-not-by-id': setUp(
    'The app asks Microsoft in a form that is not accepted',
    'A setting of this server is wrong, and no sign-in can work until it is changed. Send this page to an administrator.',
    'ENTRA_API_SCOPE must name the app by its bare client id: <client id>/MCP.Access. Change it, and run “azd provision platform --no-state”.',
  ),
  'resource-missing': setUp(
    'Microsoft does not find Dynamics 365 in your organisation',
    'What the app asked Microsoft for does not exist in your organisation, so no sign-in can work. Send this page to an administrator.',
    'DATAVERSE_URL must be an environment of this tenant, and ENTRA_API_SCOPE must name this very app. A tenant that never had Dynamics 365 or Power Apps needs a licence for it first.',
  ),
  'proof-not-accepted': setUp(
    'Microsoft does not accept this server’s own credential',
    'This server could not prove itself to Microsoft, so no sign-in can work until that is mended. Send this page to an administrator.',
    'Run “azd provision entra --no-state”, or “npm run register-app” where an administrator made the registration: it renews the federated credential. “npm run doctor” with --deep names the exact fault; where a client secret or certificate is used, put a new one into the key vault.',
  ),
  'no-role': denied(
    'You do not have the role for this app',
    'This app is open to certain people only. Ask an administrator for the app role.',
    'Assign one of the app roles in ALLOWED_ROLES to the person or a group.',
  ),
  'no-group': denied(
    'You are not in a group that may use this app',
    'This app is open to certain groups only. Ask an administrator to add you.',
    'Add the person to one of the groups in ALLOWED_GROUPS.',
  ),
  'too-many-groups': denied(
    'Your groups could not be read',
    'You are in more than 200 groups, and Microsoft then names none of them. An administrator must use app roles instead.',
    'Set ALLOWED_ROLES and assign app roles; ALLOWED_GROUPS cannot work for people in more than 200 groups.',
  ),
  'no-dynamics-user': denied(
    'You have no Dynamics 365 user',
    'Your sign-in worked, but Dynamics 365 does not know you. Ask an administrator for access.',
    'Assign a Dynamics 365 licence and add the person to the environment.',
  ),
  'dynamics-user-disabled': denied(
    'Your Dynamics 365 user is disabled',
    'Your sign-in worked, but your user in Dynamics 365 is switched off. Ask an administrator to enable it.',
    'Enable the user in the environment, or assign a licence again.',
  ),
  'no-security-role': denied(
    'You have no role in Dynamics 365',
    'Your sign-in worked, but you have no security role in Dynamics 365 yet. Ask an administrator for one.',
    'Assign a security role to the user in the environment.',
  ),
  unavailable: {
    title: 'The sign-in could not be finished',
    person:
      'Microsoft, or another service that this needs, did not answer as it should. Nothing was connected. Wait a moment and try again; if it happens again, give the code and the id below to your help desk.',
    error: 'temporarily_unavailable',
    status: 503,
  },
}
