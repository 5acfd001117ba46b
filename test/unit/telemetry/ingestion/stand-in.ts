import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AUDIT_COLUMNS } from '../../../../shared/telemetry/ingestion/columns.ts'
import { createLogsIngestion, type LogsIngestion } from '../../../sandbox/azure/monitor/logs-ingestion.ts'

export const RULE = 'dcr-0123456789abcdef0123456789abcdef'
export const STREAM = 'Custom-DynamicsMcpAudit_CL'
export const TOKEN = 'token-of-the-identity'

export type Ingestion = LogsIngestion & { readonly url: string; readonly close: () => Promise<void> }

/** The stand-in on a port; the bearer of {@link TOKEN} may send. */
export async function startIngestion(): Promise<Ingestion> {
  const ingestion = createLogsIngestion({
    rules: () => [{ immutableId: RULE, id: '/rules/audit', streams: { [STREAM]: AUDIT_COLUMNS } }],
    authorize: (authorization) => {
      if (authorization === undefined) return Promise.resolve(401)
      return Promise.resolve(authorization === `Bearer ${TOKEN}` ? 200 : 403)
    },
    now: () => Date.now(),
  })
  const server = createServer(ingestion.handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...ingestion,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}
