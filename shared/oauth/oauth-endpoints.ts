import type { Config } from '../config/config.ts'
import type { DynamicsUser } from '../dataverse/web-api/who-am-i.ts'
import { type Authority, signOutOf } from '../entra/authority.ts'
import type { Entra } from '../entra/entra.ts'
import type { AccessTokens } from '../grants/open-access-token.ts'
import type { CurrentSwitches } from '../grants/switches/current-switches.ts'
import type { GrantDeps } from '../grants/types.ts'
import { createFailures } from '../http/bounds/failures.ts'
import type { Endpoint } from '../http/message.ts'
import type { RenderPage } from '../http/pages/page.ts'
import type { ClientStore, LoginStore } from '../storage/ports.ts'
import { consentEndpoint } from './authorize/authorize.ts'
import { consentAnswerEndpoint } from './authorize/consent-answer.ts'
import { callbackEndpoint } from './callback/callback.ts'
import { createAdvice } from './clients/admission-advice.ts'
import { createClients } from './clients/client.ts'
import { createMetadataDocuments } from './clients/documents/client-id-metadata-document.ts'
import type { Network } from './clients/documents/guarded-fetch.ts'
import { offJson, offPage, whileOn } from './errors/switched-off.ts'
import { createRecordClient } from './clients/record-client.ts'
import { createClientIds } from './clients/registration/client-ids.ts'
import { registrationEndpoint } from './clients/registration/registration.ts'
import { meAnswerEndpoint } from './me/me-answer.ts'
import { meEndpoint } from './me/me.ts'
import { revokeEndpoint } from './revoke.ts'
import { tokenEndpoint } from './token/token.ts'

export type OAuthServices = {
  readonly clients: ClientStore
  readonly logins: LoginStore
  readonly switches: CurrentSwitches
  readonly grantDeps: GrantDeps
  readonly accessTokens: AccessTokens
  readonly authority: Authority
  readonly entra: Entra
  readonly whoAmI: (dataverseToken: string) => Promise<DynamicsUser>
  /** How client metadata documents are fetched; only tests replace a part of it. */
  readonly documentNetwork?: Partial<Network>
}

/** Sign-ins that one consent page may start: a person clicks once, or twice. */
const MOST_STARTS = 5
const STARTS_MS = 60 * 60_000

/** The authorization server: register, authorize (consent page and its answer), callback, token, revoke; and `/me`. */
export function createOAuthEndpoints(config: Config, services: OAuthServices, page: RenderPage) {
  const { grantDeps, accessTokens, entra, whoAmI, logins, switches, clients: store } = services
  const { keys, random, now } = grantDeps
  const { publicBaseUrl: issuer, access, branding, dataverseUrl, writes } = config
  const { registration, staticClient, metadataDocuments, metadataDomains } = config.clients
  const redirects = { patterns: config.clients.redirectPatterns, loopback: config.clients.loopbackRedirects }
  const advise = createAdvice(config.clients.names)
  const network = services.documentNetwork ?? {}
  const documents = metadataDocuments
    ? createMetadataDocuments({ allowedDomains: metadataDomains, redirects, advise, now, network })
    : undefined
  const ids = createClientIds(keys)
  const clients = createClients({ store, ids, switches, staticClient, documents })
  const login = { logins, keys, random, now, lifetime: config.lifetimes.signIn }
  const starts = createFailures({ most: MOST_STARTS, windowMs: STARTS_MS, now, key: random(32) })
  const authorize = {
    ...login,
    issuer,
    clients,
    redirects,
    advise,
    entra,
    page,
    branding,
    dataverseUrl,
    starts,
    writes,
    isWritingOff: async () => (await switches.read()).isOff('writes', 'writes'),
  }
  const { forget, forgetGrant } = accessTokens
  const isOff = async (): Promise<boolean> => (await switches.read()).isOff('registration', 'registration')
  const paged = (endpoint: Endpoint): Endpoint => whileOn(switches, offPage(page), endpoint)
  const me = {
    issuer,
    grantDeps,
    ids,
    page,
    branding,
    writes: writes !== undefined,
    clients: store,
    signOutUrl: signOutOf(services.authority, issuer),
  }
  return {
    register: whileOn(
      switches,
      offJson,
      registrationEndpoint({ open: registration === 'open', isOff, redirects, writes, advise, ids, random, now }),
    ),
    consent: paged(consentEndpoint(authorize)),
    consentAnswer: paged(consentAnswerEndpoint(authorize)),
    callback: paged(
      callbackEndpoint({
        ...login,
        issuer,
        entra,
        access,
        writeAccess: writes?.access,
        whoAmI,
        grantDeps,
        page,
        recordClient: createRecordClient({ clients, store, now }),
        adminConsentUrl: `${services.authority.adminConsentUrl}?client_id=${config.entra.clientId}`,
      }),
    ),
    me: paged(meEndpoint(me)),
    meAnswer: paged(meAnswerEndpoint({ ...me, ...login, entra, forgetGrant })),
    token: tokenEndpoint({ issuer, grantDeps, entra, access, writeAccess: writes?.access, clients, forgetGrant }),
    revoke: revokeEndpoint({ clients, grantDeps, forget, forgetGrant }),
  }
}
