import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnsecuredJWT } from 'jose'
import { AUDIT_COLUMNS } from '../../../../shared/telemetry/ingestion/columns.ts'
import { startIdentityEndpoint } from '../managed-identity/identity-endpoint.ts'
import { createLogsIngestion, type LogsIngestion } from './logs-ingestion.ts'

export type AuditTable = LogsIngestion & {
  readonly url: string
  /** What an app needs to write there. */
  readonly settings: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

const RULE = { immutableId: `dcr-${'0123456789abcdef'.repeat(2)}`, id: '/audit' }
const STREAM = 'Custom-DynamicsMcpAudit_CL'
const AUDIENCE = 'https://monitor.azure.com'

/** The audit table behind its rule, and the identity by whose token an app of this machine may send to it. */
export async function startAuditTable(): Promise<AuditTable> {
  const tokens = new Set<string>()
  const ids = { clientId: randomUUID(), principalId: randomUUID(), id: '/identity' }
  const identity = await startIdentityEndpoint({
    identities: () => [ids],
    mint: ({ resource }) => {
      const token = new UnsecuredJWT({ oid: ids.principalId }).setAudience(resource).setExpirationTime('1h').encode()
      if (resource === AUDIENCE) tokens.add(token)
      return Promise.resolve(token)
    },
  })
  const table = createLogsIngestion({
    rules: () => [{ ...RULE, streams: { [STREAM]: AUDIT_COLUMNS } }],
    authorize: (authorization) =>
      Promise.resolve(tokens.has((authorization ?? '').replace(/^Bearer /, '')) ? 200 : 401),
    now: () => Date.now(),
  })
  const server = createServer((request, response) => {
    if (request.url === '/__sandbox/rows')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(table.rows()))
    else table.handler(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...table,
    url,
    settings: {
      ...identity.environment,
      MANAGED_IDENTITY_CLIENT_ID: ids.clientId,
      AUDIT_INGESTION_ENDPOINT: url,
      AUDIT_RULE_ID: RULE.immutableId,
      AUDIT_STREAM: STREAM,
    },
    close: async () => {
      server.closeAllConnections()
      await Promise.all([identity.close(), new Promise<void>((done) => server.close(() => done()))])
    },
  }
}
