import { type Context, Stop } from '../../../hooks/run/context.ts'
import { plain, quoted } from '../../../doctor/wire/plain-text.ts'
import { jsonOf, runTool, textOf } from '../../../hooks/tools/run-tool.ts'

export type Account = {
  readonly token: string
  readonly tenantId: string
  /** Object id of who is signed in, where the token says it. */
  readonly objectId: string | undefined
  /** e.g. https://graph.microsoft.com */
  readonly graphUrl: string
  /** e.g. https://login.microsoftonline.com */
  readonly authorityHost: string
}

const az = async (context: Context, args: readonly string[], login: string): Promise<unknown> => {
  const result = await runTool(context, 'az', [...args, '--output', 'json'])
  if (result.status === 0) return jsonOf(`az ${args.join(' ')}`, result)
  throw new Stop(`az ${args.join(' ')} failed: ${result.stderr}\nSign in, then run this again:`, [login])
}

const needed = (json: unknown, what: string, ...path: readonly string[]): string => {
  const text = textOf(json, ...path)
  if (text === undefined) throw new Stop(`az did not say ${what}. Is it up to date?`, ['az upgrade'])
  return text
}

const originOf = (json: unknown, what: string, ...path: readonly string[]): string => {
  const text = needed(json, what, ...path)
  if (URL.canParse(text)) return new URL(text).origin
  throw new Stop(`az says as ${what}: ${quoted(text)}. Choose the cloud anew:`, ['az cloud set --name AzureCloud'])
}

/** Only to read of which tenant and for whom a token is: it proves nothing here, and Graph checks it. */
const claimOf = (token: string, claim: 'tid' | 'oid'): string | undefined => {
  try {
    return textOf(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()), claim)
  } catch {
    return undefined
  }
}

const givenAccount = (token: string, tenantId: string | undefined, env: Context['env']): Account => {
  const tenant = tenantId ?? claimOf(token, 'tid')
  if (tenant === undefined) throw new Stop('GRAPH_TOKEN does not say its tenant: add --tenant <id>.')
  return {
    token,
    tenantId: tenant,
    objectId: claimOf(token, 'oid'),
    graphUrl: env['GRAPH_URL'] ?? 'https://graph.microsoft.com',
    authorityHost: env['AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com',
  }
}

/**
 * Who is signed in: a token for Graph by the Azure CLI, and the addresses of its cloud. `GRAPH_TOKEN`, with `GRAPH_URL`
 * and `AUTHORITY_HOST` for other clouds, takes az's place where it cannot run.
 * @throws Stop when nobody is signed in
 */
export const signIn = async (context: Context, tenantId: string | undefined): Promise<Account> => {
  const given = context.env['GRAPH_TOKEN']
  if (given !== undefined && given !== '') return givenAccount(given, tenantId, context.env)
  const forTenant = tenantId === undefined ? [] : ['--tenant', tenantId]
  const login = ['az login', ...forTenant].join(' ')
  const token = await az(context, ['account', 'get-access-token', '--resource-type', 'ms-graph', ...forTenant], login)
  const cloud = await az(context, ['cloud', 'show'], login)
  const accessToken = needed(token, 'the token', 'accessToken')
  return {
    token: accessToken,
    tenantId: plain(needed(token, 'the tenant', 'tenant')),
    objectId: claimOf(accessToken, 'oid'),
    graphUrl: originOf(cloud, "Graph's address", 'endpoints', 'microsoftGraphResourceId'),
    authorityHost: originOf(cloud, "Entra's address", 'endpoints', 'activeDirectory'),
  }
}
