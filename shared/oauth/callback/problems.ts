import type { PassingKind, PersonKind, SetUpKind } from '../../entra/refusals/entra-codes.ts'
import type { OAuthErrorCode } from '../errors/oauth-error.ts'
import type { Denial } from './access-rules.ts'
import type { RunbookStep } from './runbook.ts'
import { SET_UP_PROBLEMS } from './set-up-problems.ts'

export type ProblemKind =
  | PersonKind
  | SetUpKind
  | PassingKind
  | Denial
  | 'switched-off'
  | 'no-dynamics-user'
  | 'dynamics-user-disabled'
  | 'no-security-role'
  | 'wrong-tenant'

/** What an administrator must do, and the step of the runbook that says how. */
export type Cure = { readonly does: string; readonly runbook: RunbookStep }

/** What a failed sign-in says: what happened, what the person can do, what an administrator must do. */
export type Problem = {
  readonly title: string
  readonly person: string
  readonly admin?: Cure
  /** What the client is told when the person follows the link back to it. */
  readonly error: OAuthErrorCode
  readonly status: number
}

const denied = (title: string, person: string, admin?: Cure): Problem => ({
  title,
  person,
  error: 'access_denied',
  status: 403,
  ...(admin === undefined ? {} : { admin }),
})

const later = (title: string, person: string): Problem => ({
  title,
  person,
  error: 'temporarily_unavailable',
  status: 503,
})

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const PERSON_PROBLEMS: Readonly<Record<PersonKind, Problem>> = {
  'consent-missing': denied(
    'An administrator must approve this first',
    'Your organisation has not yet allowed this app to read Dynamics 365 for its people. Send the link below to an administrator.',
    { does: 'Grant tenant-wide consent with the link; people can connect right after.', runbook: 'consent' },
  ),
  'claims-required': denied(
    'Your organisation asks for one more proof',
    'The sign-in needed a further step that was not completed. Go back and try again; finish every step that Microsoft shows.',
  ),
  'fresh-sign-in': denied(
    'Microsoft still wants a fresh sign-in',
    'You were asked to sign in anew, and Microsoft did not take that for fresh. Close the browser, go back and try again; if it stays, ask your help desk how often you must sign in.',
  ),
  'sign-in-again': denied(
    'Microsoft wants you to sign in again',
    'Go back and try again. If Microsoft asks you to change your password, or to set up another way to prove who you are, do that first.',
  ),
  'not-assigned': denied(
    'You are not assigned to this app',
    'Ask an administrator to assign you, or a group that you are in, to this app.',
    { does: 'In Entra ID, assign the person or a group to the enterprise application.', runbook: 'assign' },
  ),
  'conditional-access': denied(
    'A rule of your organisation stopped the sign-in',
    'A conditional access policy does not allow it from this device, place or app. Try from a device that your organisation manages.',
    {
      does: 'The sign-in log in Entra ID names the policy under Microsoft’s correlation id.',
      runbook: 'signInTroubles',
    },
  ),
  'wrong-account': denied(
    'This account belongs elsewhere',
    'You signed in with an account that is not known in this organisation. Use your work account of the organisation that runs this app.',
  ),
  'account-disabled': denied(
    'Your account is blocked',
    'Microsoft reports that this account is disabled, locked or deleted. Ask your help desk.',
  ),
  'session-ended': denied(
    'The sign-in took too long',
    'Microsoft’s answer was too old or was used already. Go back and try again.',
  ),
  cancelled: denied('You cancelled the sign-in', 'Nothing was connected. Go back if you want to try again.'),
  'not-let-in': denied(
    'Microsoft did not let you in',
    'Microsoft refused this sign-in for a reason that this app does not know. Go back and try once more; if it happens again, give the code and the id below to your help desk.',
    {
      does: 'The sign-in log in Entra ID gives the reason under Microsoft’s correlation id.',
      runbook: 'signInTroubles',
    },
  ),
}

const OTHER_PROBLEMS: Readonly<Record<Exclude<ProblemKind, PersonKind | SetUpKind>, Problem>> = {
  'wrong-tenant': denied(
    'This account belongs to another organisation',
    'Use your work account of the organisation that runs this app.',
  ),
  'no-role': denied(
    'You do not have the role for this app',
    'This app is open to certain people only. Ask an administrator for the app role.',
    { does: 'Assign one of the app roles in ALLOWED_ROLES to the person or a group.', runbook: 'assign' },
  ),
  'no-group': denied(
    'You are not in a group that may use this app',
    'This app is open to certain groups only. Ask an administrator to add you.',
    { does: 'Add the person to one of the groups in ALLOWED_GROUPS.', runbook: 'assign' },
  ),
  'too-many-groups': denied(
    'Your groups could not be read',
    'You are in more than 200 groups, and Microsoft then names none of them. An administrator must use app roles instead.',
    {
      does: 'Set ALLOWED_ROLES and assign app roles; ALLOWED_GROUPS cannot work for people in more than 200 groups.',
      runbook: 'configure',
    },
  ),
  'switched-off': denied(
    'Your access is switched off',
    'An administrator has switched off your access through this app. Nothing was connected. To try again changes nothing: ask an administrator.',
    { does: 'Switch the person on again; they need not connect anew where they were connected.', runbook: 'assign' },
  ),
  'no-dynamics-user': denied(
    'You have no Dynamics 365 user',
    'Your sign-in worked, but Dynamics 365 does not know you. Ask an administrator for access.',
    { does: 'Assign a Dynamics 365 licence and add the person to the environment.', runbook: 'pageTroubles' },
  ),
  'dynamics-user-disabled': denied(
    'Your Dynamics 365 user is disabled',
    'Your sign-in worked, but your user in Dynamics 365 is switched off. Ask an administrator to enable it.',
    { does: 'Enable the user in the environment, or assign a licence again.', runbook: 'pageTroubles' },
  ),
  'no-security-role': denied(
    'You have no role in Dynamics 365',
    'Your sign-in worked, but you have no security role in Dynamics 365 yet. Ask an administrator for one.',
    { does: 'Assign a security role to the user in the environment.', runbook: 'pageTroubles' },
  ),
  throttled: later(
    'Microsoft is getting too many requests',
    'Microsoft limits how many sign-ins it takes at once from one app or organisation, and that limit is reached. Nothing was connected. Wait a few minutes and try again.',
  ),
  unavailable: later(
    'The sign-in could not be finished',
    'Microsoft, or another service that this needs, did not answer as it should. Nothing was connected. Wait a moment and try again; if it happens again, give the code and the id below to your help desk.',
  ),
}

export const PROBLEMS: Readonly<Record<ProblemKind, Problem>> = {
  ...PERSON_PROBLEMS,
  ...SET_UP_PROBLEMS,
  ...OTHER_PROBLEMS,
}

/** Those for which the page shows the link to grant consent: nothing else mends them, or nothing else is left to do. */
export const NEEDS_CONSENT: ReadonlySet<ProblemKind> = new Set<ProblemKind>([
  'consent-missing',
  'registration-incomplete',
  'not-renewable',
])
