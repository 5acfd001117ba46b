import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { AUDIT_COLUMNS } from '../../../../shared/telemetry/ingestion/columns.ts'

export const QUERIES = join(import.meta.dirname, '../../../../infra/monitor/queries')

/** Every query by its path below `queries/`, with slashes. */
export const queryFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(QUERIES, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.kql'))
      .sort()
      .map((file) => [file, readFileSync(join(QUERIES, file), 'utf8')]),
  )

/** Types of columns by table and name. */
export type Schemas = Readonly<Record<string, Readonly<Record<string, string>>>>
/** What the language service has to say against each query. */
export type Bound = Readonly<Record<string, readonly string[]>>

/** Azure's own tables, as far as queries of ours name their columns. */
const AZURE: Schemas = {
  /** @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/apprequests */
  AppRequests: {
    TimeGenerated: 'datetime',
    Name: 'string',
    Url: 'string',
    ResultCode: 'string',
    Success: 'bool',
    DurationMs: 'real',
    ItemCount: 'int',
    OperationId: 'string',
    AppRoleInstance: 'string',
  },
  /** @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces */
  AppTraces: {
    TimeGenerated: 'datetime',
    Message: 'string',
    SeverityLevel: 'int',
    Properties: 'dynamic',
    OperationId: 'string',
    AppRoleInstance: 'string',
  },
  /** @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/usage */
  Usage: {
    TimeGenerated: 'datetime',
    DataType: 'string',
    IsBillable: 'bool',
    Quantity: 'real',
    QuantityUnit: 'string',
  },
  /** @see https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics and azure/key-vault/general/logging */
  AzureDiagnostics: {
    TimeGenerated: 'datetime',
    ResourceProvider: 'string',
    Category: 'string',
    OperationName: 'string',
    CallerIPAddress: 'string',
    httpStatusCode_d: 'real',
    identity_claim_appid_g: 'string',
  },
  /** @see https://learn.microsoft.com/azure/azure-monitor/logs/monitor-workspace */
  _LogOperation: {
    TimeGenerated: 'datetime',
    Category: 'string',
    Operation: 'string',
    Level: 'string',
    Detail: 'string',
  },
}

export const AUDIT_TABLE = 'DynamicsMcpAudit_CL'
export const SCHEMAS: Schemas = {
  ...AZURE,
  [AUDIT_TABLE]: Object.fromEntries(AUDIT_COLUMNS.map(({ name, type }) => [name, type])),
}

/** Parses queries and binds every name in them, by Microsoft's own language service. */
export async function bindQueries(queries: Readonly<Record<string, string>>, schemas = SCHEMAS): Promise<Bound> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bind.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ schemas, queries }))
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return JSON.parse(said) as Bound
}
