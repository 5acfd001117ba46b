import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AuditRow } from '../../../../shared/telemetry/ingestion/columns.ts'
import { createGraph } from '../../graph/graph.ts'
import { ENTRA_CLIENT_ID, person, TENANT_ID } from '../../people.ts'
import type { Sandbox } from '../../start-sandbox.ts'
import { startAz } from '../az/start-az.ts'
import { createLogsQuery } from '../monitor/logs-query.ts'

export const WORKSPACE_ID = '5b1f0c7d-2e01-4d8e-9a51-0a3c1a866f0e'
const SUBSCRIPTION_ID = '9e107d9d-372b-4c9b-8a2e-1f0c6d5b4a39'
const LOG_ANALYTICS = 'https://api.loganalytics.io'
const GRAPH = 'https://graph.microsoft.com'

export type Desk = {
  /** For processes that call `az` and `azd`. */
  readonly environment: Readonly<Record<'REHEARSAL_AZ' | 'PATH', string>>
  /** Holds `az` and `azd`. */
  readonly folder: string
  /** Signs somebody in to `az`; nobody where no name is given. */
  readonly signIn: (upn: string | undefined) => void
  /** Who may read the audit workspace, by object id. */
  readonly readers: Set<string>
  /** Values of the azd environment. */
  readonly setValues: (values: Readonly<Record<string, string>>) => Promise<void>
  /** The azd environment as it was at first. */
  readonly reset: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What `azd env get-values --output json` prints; it refuses everything else. */
async function writeAzd(folder: string): Promise<Desk['setValues']> {
  const values = join(folder, 'values.json')
  const azd = join(folder, 'azd')
  const script = `#!/bin/sh\n[ "$1 $2 $3 $4" = "env get-values --output json" ] || exit 2\nexec cat '${values}'\n`
  await writeFile(azd, script)
  await chmod(azd, 0o755)
  return (given) => writeFile(values, `${JSON.stringify(given)}\n`)
}

/** Microsoft Graph and the query API of Log Analytics, on one port: their paths differ. */
async function startServices(sandbox: Pick<Sandbox, 'entra' | 'auditTable'>, readers: ReadonlySet<string>) {
  const { entra, auditTable } = sandbox
  const now = () => Date.now()
  const graph = createGraph({ directory: entra.directory, verifyBearer: entra.verifyBearer([GRAPH]), now })
  const logs = createLogsQuery({
    workspaceId: WORKSPACE_ID,
    rows: () => (auditTable?.rows() ?? []) as readonly AuditRow[],
    verify: entra.verifyBearer([LOG_ANALYTICS]),
    mayRead: (objectId) => readers.has(objectId),
    now,
  })
  const server = createServer((request, response) =>
    request.url?.startsWith('/v1/') === true ? logs(request, response) : graph.handler(request, response),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((done) => server.close(() => done()))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

/**
 * An administrator's laptop beside a sandbox: `az`, signed in, `azd` with the environment of the deployment, and the
 * services that both lead to.
 */
export async function startDesk(
  sandbox: Pick<Sandbox, 'app' | 'mcpUrl' | 'entra' | 'auditTable'>,
  upn: string,
): Promise<Desk> {
  const readers = new Set([person(upn).oid])
  const services = await startServices(sandbox, readers)
  let signedIn: string | undefined = upn
  const az = await startAz({
    account: () =>
      signedIn === undefined
        ? undefined
        : {
            tenantId: TENANT_ID,
            subscriptionId: SUBSCRIPTION_ID,
            subscriptionName: 'Harbour & Pine',
            user: { type: 'user', name: signedIn },
          },
    token: ({ tenant: _, resource, ...ask }) => {
      const named = resource?.startsWith(services.url) === true ? LOG_ANALYTICS : resource
      const wanted = named === undefined ? {} : { resource: named }
      return sandbox.entra.mintCliToken({ signedIn: { upn: signedIn ?? '' }, ...ask, ...wanted })
    },
    endpoints: { graph: services.url, logAnalytics: services.url },
  })
  const setValues = await writeAzd(az.folder)
  const reset = () =>
    setValues({
      ENTRA_CLIENT_ID,
      MCP_URL: sandbox.mcpUrl,
      AZURE_TENANT_ID: TENANT_ID,
      AUDIT_WORKSPACE_ID: WORKSPACE_ID,
    })
  await reset()
  return {
    environment: az.environment,
    folder: az.folder,
    signIn: (who) => void (signedIn = who),
    readers,
    setValues,
    reset,
    close: async () => {
      await Promise.all([az.close(), services.close()])
    },
  }
}
