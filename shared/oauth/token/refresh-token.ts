import type { Entra } from '../../entra/entra.ts'
import { EntraRefused } from '../../entra/refusals/entra-error.ts'
import { IdTokenInvalid } from '../../entra/id-token.ts'
import { type Renewal, rotateRefreshToken } from '../../grants/rotate-refresh-token.ts'
import { singleFlight } from '../../grants/single-flight.ts'
import type { GrantDeps, Sealable, TokenPair } from '../../grants/types.ts'
import { type Asker, askedBy } from '../../http/failed-for.ts'
import type { Parameters } from '../../http/form.ts'
import { type AccessRules, denialOf, hasWriteAccess } from '../callback/access-rules.ts'
import type { Client } from '../clients/client.ts'
import { unavailable } from '../errors/oauth-error.ts'
import { checkResource } from '../resource.ts'
import { requiredToken } from './parse-request.ts'

export type RefreshDeps = {
  readonly issuer: string
  readonly grantDeps: GrantDeps
  readonly entra: Pick<Entra, 'renew'>
  readonly access: AccessRules
  /** Who may write; absent where nobody may. */
  readonly writeAccess: AccessRules | undefined
}

/** Refreshes, one flight per token and client: parallel requests of one client get the same pair. */
export function createRefresh(deps: RefreshDeps): (form: Parameters, client: Client) => Promise<TokenPair> {
  const inFlight = singleFlight<TokenPair>()
  return (form, client) => {
    const token = requiredToken(form, 'refresh_token', 'refresh')
    const resource = checkResource(form.get('resource'), deps.issuer)
    const { clientId } = client
    return inFlight(`${token.hash}|${clientId}`, () => {
      let known: Asker = {}
      return askedBy(
        () => known,
        () =>
          rotateRefreshToken(deps.grantDeps, token, { clientId, resource }, (material) => {
            known = { grantId: token.grantId, userId: material.person.userId }
            return renew(deps, material)
          }),
      )
    })
  }
}

async function renew(deps: RefreshDeps, material: Sealable['refresh']): Promise<Renewal> {
  try {
    const { identity, session, dataverse } = await deps.entra.renew(material.session)
    if (identity.userId !== material.person.userId) throw new IdTokenInvalid('the renewal is of another person')
    const denial = denialOf(identity, deps.access)
    if (denial) return { refused: denial }
    const mayWrite = hasWriteAccess(identity, deps.writeAccess) || undefined
    return { session, dataverse, person: { ...material.person, roles: [...identity.roles], mayWrite } }
  } catch (error) {
    if (error instanceof EntraRefused) return { refused: error.code }
    if (error instanceof IdTokenInvalid) throw unavailable(30, error)
    throw error
  }
}
