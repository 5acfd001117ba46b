import { createServer, type Server } from 'node:http'
import { exportJWK, SignJWT } from 'jose'
import { createMetadataCache, type MetadataCache } from '../../../../shared/dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../../../shared/dataverse/metadata/metadata.ts'
import type { Metadata } from '../../../../shared/dataverse/metadata/model.ts'
import type { WebApi } from '../../../../shared/dataverse/web-api/web-api.ts'
import { startDataverse, type Dataverse } from '../../../sandbox/dataverse/start.ts'
import { PEOPLE, TENANT_ID, type Person } from '../../../sandbox/people.ts'
import { signingKeys } from '../../sandbox/dataverse/harness.ts'
import { listen, stop } from '../../mcp/support/upstream.ts'
import { clientOf } from './wire.ts'

const ISSUER = `https://login.example/${TENANT_ID}/v2.0`
const GERMAN: Person = {
  persona: 'analyst',
  name: 'Jonas Vogel',
  upn: 'jonas.vogel@harbourpine.example',
  oid: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e09',
  systemUserId: '7c1d2e01-0009-4a6b-8c2d-10a3c1a86f09',
  businessUnit: 'Germany Sales',
  roles: ['Analyst'],
}
const STAFF = { rep: PEOPLE[0], manager: PEOPLE[1], analyst: PEOPLE[2], german: GERMAN } as const
export type Who = keyof typeof STAFF

export type Call = { readonly api: WebApi; readonly metadata: Metadata }

export type SandboxWorker = {
  readonly dataverse: Dataverse
  /** A tool call of a person. */
  readonly call: (who: Who) => Call
  /** Forgets what the worker knows. */
  readonly restart: () => void
  /** Lets the worker's clock, not the sandbox's, go on. */
  readonly later: (ms: number) => void
  readonly close: () => Promise<void>
}

/** A worker of ours over the strict stand-in, with a German among its people. */
export async function startSandboxWorker(): Promise<SandboxWorker> {
  const keys = await signingKeys()
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' }
  const jwks: Server = createServer((_request, response) => response.end(JSON.stringify({ keys: [key] })))
  const jwksUri = await listen(jwks)
  const dataverse = await startDataverse({ issuer: ISSUER, jwksUri, people: [...PEOPLE, GERMAN] })
  const tokens = new Map<Who, string>()
  for (const who of Object.keys(STAFF) as Who[]) tokens.set(who, await tokenOf(who, dataverse.url, keys.privateKey))
  let time = 0
  const now = (): number => time
  let cache: MetadataCache = createMetadataCache({ now })
  const call = (who: Who): Call => {
    const token = tokens.get(who) ?? ''
    const api = clientOf(dataverse.url, { token, onMetadataVersion: cache.freshness.note })
    const ids = { systemUserId: STAFF[who]?.systemUserId ?? '', businessUnitId: UNIT, organizationId: ORGANIZATION }
    return { api, metadata: createMetadata(api, { cache, who: ids, now }) }
  }
  const close = async (): Promise<void> => {
    await dataverse.close()
    await stop(jwks)
  }
  const restart = (): void => {
    cache = createMetadataCache({ now })
  }
  return { dataverse, call, restart, later: (ms) => void (time += ms), close }
}

const UNIT = '7c1d2e01-00b1-4a6b-8c2d-10a3c1a86f01'
const ORGANIZATION = '5e1f0b8c-7a4d-4c39-9d2e-3b6a8f0c1d2e'

async function tokenOf(who: Who, audience: string, key: CryptoKey): Promise<string> {
  const { oid, upn } = STAFF[who] ?? GERMAN
  return await new SignJWT({ oid, tid: TENANT_ID, upn, scp: 'user_impersonation' })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
}
