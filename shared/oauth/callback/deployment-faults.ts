import type { ProblemKind } from './problems.ts'

/**
 * Refusals that only whoever runs the deployment can mend. They choose the page and nothing else: at a renewal none of
 * them says anything about the person's session, so none of them may end a grant.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const FAULTS: Readonly<Record<string, ProblemKind>> = {
  AADSTS90094: 'consent-missing',
  AADSTS90008: 'registration-incomplete',
  AADSTS650056: 'registration-incomplete',
  AADSTS650053: 'registration-incomplete',
  AADSTS650057: 'registration-incomplete',
  AADSTS90009: 'scope-not-by-id',
  AADSTS500011: 'resource-missing',
  AADSTS650052: 'resource-missing',
  AADSTS70021: 'proof-not-accepted',
  AADSTS70025: 'proof-not-accepted',
  AADSTS700211: 'proof-not-accepted',
  AADSTS700212: 'proof-not-accepted',
  AADSTS700213: 'proof-not-accepted',
  AADSTS700027: 'proof-not-accepted',
  AADSTS7000215: 'proof-not-accepted',
  AADSTS7000218: 'proof-not-accepted',
  AADSTS7000222: 'proof-not-accepted',
}

/** The fault of the deployment that a code such as `AADSTS700213` stands for. */
export const deploymentFault = (code: string): ProblemKind | undefined =>
  Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined

/** Those for which the page shows the link to grant consent: nothing else mends them, or nothing else is left to do. */
export const NEEDS_CONSENT: ReadonlySet<ProblemKind> = new Set<ProblemKind>([
  'consent-missing',
  'registration-incomplete',
])
