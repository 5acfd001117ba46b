import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Context, Stop } from '../../hooks/run/context.ts'
import { optional } from '../../hooks/run/environment.ts'
import { isGuid } from '../../hooks/run/guid.ts'
import { jsonOf, runTool, textOf } from '../../hooks/tools/run-tool.ts'
import { type Desk, Misuse } from '../desk.ts'
import { refusalOf } from './refusals.ts'

export type Row = Readonly<Record<string, unknown>>

const TIMEOUT_MS = 120_000
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

type Service = { readonly url: string; readonly token: string }
const services = new WeakMap<Desk, Promise<Service>>()

/**
 * Asks the audit workspace itself, by the administrator's own token: the app, which writes there, must not be able to
 * read who read what.
 * @throws Misuse, Stop
 */
export async function askAudit(desk: Desk, query: string, days: number): Promise<readonly Row[]> {
  const workspace = workspaceOf(desk)
  const service = services.get(desk) ?? connect(desk.context)
  services.set(desk, service)
  const { url, token } = await service
  const { status, text } = await send(desk.context, `${url}/v1/workspaces/${workspace}/query`, token, {
    query,
    timespan: `P${days}D`,
  })
  const json = parsed(text)
  if (status !== 200) throw refusalOf(status, json)
  return rowsOf(json)
}

/** The id by which the query API knows the workspace; its name or resource id is another. */
function workspaceOf({ options, context }: Desk): string {
  const given = options.workspace ?? optional(context, 'AUDIT_WORKSPACE_ID')
  if (given === undefined)
    throw new Stop(
      'The audit workspace is not known: select the azd environment and provision this version once, or give --workspace (portal, log-audit-…, Workspace ID).',
      ['azd env select <environment>', 'azd provision platform'],
    )
  if (isGuid(given)) return given
  throw new Misuse('--workspace is the Workspace ID of log-audit-…: eight digits, a dash, and so on.')
}

async function az(context: Context, args: readonly string[]): Promise<unknown> {
  const result = await runTool(context, 'az', [...args, '--output', 'json'])
  if (result.status === 0) return jsonOf(`az ${args.join(' ')}`, result)
  throw new Stop(`az ${args.join(' ')} failed: ${result.stderr}\nSign in, then type the same again:`, ['az login'])
}

/** Each cloud has an address of its own, which is what a token is asked for, too. */
async function connect(context: Context): Promise<Service> {
  const cloud = await az(context, ['cloud', 'show'])
  const resource = textOf(cloud, 'endpoints', 'logAnalyticsResourceId') ?? 'https://api.loganalytics.io'
  const url = URL.canParse(resource) ? new URL(resource) : undefined
  if (url?.protocol !== 'https:' && !LOOPBACK.includes(url?.hostname ?? ''))
    throw new Stop(`az says as address of Log Analytics: ${quoted(resource)}. Choose the cloud anew:`, [
      'az cloud set --name AzureCloud',
    ])
  const tenant = optional(context, 'AZURE_TENANT_ID')
  const of = tenant === undefined ? [] : ['--tenant', tenant]
  const answer = await az(context, ['account', 'get-access-token', '--resource', url?.origin ?? '', ...of])
  const token = textOf(answer, 'accessToken')
  if (token === undefined) throw new Stop('az printed no token for Log Analytics.', ['az upgrade'])
  return { url: url?.origin ?? '', token }
}

async function send({ fetch }: Context, url: string, token: string, body: Row) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    const { message, cause } = error as Error
    throw new Stop(
      `${new URL(url).origin} did not answer (${quoted(cause instanceof Error ? cause.message : message)}). Look at network and proxy; then type the same again.`,
    )
  }
}

/** As it stands: an empty cell is a null, and has its place. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Table = { readonly columns: readonly { readonly name: string }[]; readonly rows: readonly (readonly unknown[])[] }

/** @throws Stop for an answer that is none, or that says itself that it is not whole */
function rowsOf(json: unknown): readonly Row[] {
  const { tables, error } = (json ?? {}) as { readonly tables?: readonly Table[]; readonly error?: unknown }
  if (error !== undefined) throw refusalOf(200, json)
  const table = tables?.[0]
  if (!table || !Array.isArray(table.columns) || !Array.isArray(table.rows))
    throw new Stop('What came back is no answer of Log Analytics. Is a proxy in between? Type the same again.')
  return table.rows.map((row: readonly unknown[]) =>
    Object.fromEntries(table.columns.map(({ name }, at) => [name, row[at]])),
  )
}
