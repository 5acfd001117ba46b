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

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** A slash at the end would become part of the issuer that is trusted, and by plain http the token would be seen. */
const givenOrigin = (env: Context['env'], name: string, usual: string): string => {
  const text = env[name]?.trim() || usual
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || LOOPBACK.has(url?.hostname ?? '')
  if (url && isSafe && url.href === `${url.origin}/`) return url.origin
  throw new Stop(`${name} must be https and a host, and nothing behind it; it is ${quoted(text)}.`)
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
  // What cannot be sent as a header would be quoted, whole, by the error of whoever tries.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Stop('GRAPH_TOKEN holds characters that no token has: was it cut or wrapped?')
  const said = claimOf(token, 'tid')
  const tenant = tenantId ?? said
  if (tenant === undefined) throw new Stop('GRAPH_TOKEN does not say its tenant: add --tenant <id>.')
  if (said !== undefined && said.toLowerCase() !== tenant.toLowerCase())
    throw new Stop(
      `GRAPH_TOKEN is of tenant ${plain(said, 80)}, not of ${tenant}: what is made there would trust the wrong one.`,
    )
  return {
    token,
    tenantId: tenant,
    objectId: claimOf(token, 'oid'),
    graphUrl: givenOrigin(env, 'GRAPH_URL', 'https://graph.microsoft.com'),
    authorityHost: givenOrigin(env, 'AUTHORITY_HOST', 'https://login.microsoftonline.com'),
  }
}

/**
 * Who is signed in: a token for Graph by the Azure CLI, and the addresses of its cloud. `GRAPH_TOKEN`, with `GRAPH_URL`
 * and `AUTHORITY_HOST` for other clouds, takes az's place where it cannot run.
 * @throws Stop when nobody is signed in
 */
export const signIn = async (context: Context, tenantId: string | undefined): Promise<Account> => {
  const given = context.env['GRAPH_TOKEN']?.trim()
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
