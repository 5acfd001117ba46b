import type { EntraCredential } from '../../config/config.ts'
import { ProofUnavailable } from '../../entra/client-credential.ts'
import { meaningOf } from '../../entra/refusals/entra-codes.ts'
import { type EntraFailure, EntraUnavailable, isEntraFailure } from '../../entra/refusals/entra-error.ts'
import type { ProveApplication } from '../../entra/prove-application.ts'
import { azureFailure } from '../azure-failure.ts'
import { type Check, failed, ok, type Verdict } from '../finding.ts'
import { CURES, type Deployment, SAME, UNKNOWN } from './entra-cures.ts'

export type EntraCredentialDeps = {
  readonly prove: ProveApplication
  readonly credential: EntraCredential['kind']
  readonly deployment: Deployment
}

const KINDS: Readonly<Record<EntraCredential['kind'], string>> = {
  'managed-identity': 'managed identity',
  certificate: 'certificate',
  'vault-secret': 'client secret in the vault',
  'plain-secret': 'client secret in a setting',
}

/** Whether Entra takes the app's own proof, without which nobody's sign-in can be completed. */
export const entraCredentialCheck = ({ prove, credential, deployment }: EntraCredentialDeps): Check => ({
  name: 'entra-credential',
  run: async () => {
    const accepted = ok(
      `Entra accepts the app’s own proof (${KINDS[credential]}) and knows the Dynamics 365 environment.`,
    )
    try {
      await prove()
      return [accepted]
    } catch (error) {
      if (!isEntraFailure(error)) throw error
      // Assignment is asked of people: that the app itself has none at Dynamics 365 says that its proof was taken.
      return [error.code === 'AADSTS501051' ? accepted : verdictOn(error, deployment)]
    }
  },
})

function verdictOn(error: EntraFailure, deployment: Deployment): Verdict {
  if (error.cause instanceof ProofUnavailable) return noProof(error.cause)
  const { number } = error
  if (number === undefined || isPassing(error)) return unreachable(error)
  const cure = CURES[SAME[number] ?? number]
  const { code, means, fix } = cure ?? UNKNOWN
  const says = cure?.says ?? meaningOf(number)?.says ?? 'a refusal that this check does not know'
  return failed({
    code,
    means,
    fix: fix(deployment),
    found: `Entra answers: ${says} (${error.code}${correlation(error)}).`,
  })
}

const isPassing = (error: EntraFailure): boolean =>
  error instanceof EntraUnavailable && error.status !== undefined && (error.status === 429 || error.status >= 500)

function noProof(error: ProofUnavailable): Verdict {
  const { kind, said } = error.cause === undefined ? { kind: 'other', said: 'not in PEM' } : azureFailure(error.cause)
  const isIdentity = kind === 'identity'
  return failed({
    code: isIdentity ? 'identity-missing' : 'credential-missing',
    found: `The app’s own proof could not be read (${said}); Entra was not asked.`,
    means: 'Nobody can sign in, and whoever is connected is cut off when the access token ends.',
    fix: isIdentity
      ? 'Run: azd provision platform --no-state. It attaches the identity that MANAGED_IDENTITY_CLIENT_ID names to the app.'
      : 'See what the check vault says; the secret that ENTRA_CLIENT_SECRET_NAME or ENTRA_CERTIFICATE_SECRET_NAME names must be there and, for a certificate, hold it with its private key in PEM.',
  })
}

const unreachable = (error: EntraFailure): Verdict =>
  failed({
    code: 'entra-unreachable',
    found: `Entra gave no answer that decides anything (${error.code}${correlation(error)}).`,
    means: 'Sign-in and renewal wait until Entra answers; nothing is lost.',
    fix: 'Run the check again in a minute. If it stays, see https://azure.status.microsoft, and that ENTRA_AUTHORITY_HOST is the sign-in host of your cloud.',
  })

/** With it Microsoft's support, and the sign-in log, find the very request. */
function correlation({ entraCorrelationId: id = '' }: EntraFailure): string {
  return /^[0-9a-f-]{36}$/i.test(id) ? `, correlation id ${id}` : ''
}
