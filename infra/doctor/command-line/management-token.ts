import { withAzdValues } from '../../hooks/tools/azd.ts'
import { isGuid } from '../../hooks/run/guid.ts'
import { type Context, Stop } from '../../hooks/run/context.ts'
import { optional } from '../../hooks/run/environment.ts'
import { jsonOf, runTool, textOf, type ToolResult } from '../../hooks/tools/run-tool.ts'
import type { Code } from '../advice/advice.ts'
import { NoToken } from '../steps/deep-check.ts'

type App = { readonly context: Context; readonly clientId: string }

export type TokenWish = {
  /** Where the token is to be sent: an origin. */
  readonly origin: string
  readonly clientId?: string | undefined
  /** The origin that the person named as the app's own. */
  readonly trust?: string | undefined
}

/**
 * A token of whoever is signed in to the Azure CLI, for the app itself: a person's by the scope, a service principal's
 * by the resource. None is fetched for an address that is not known to be the app's: whoever sits there could use an
 * administrator's token at the real one.
 * @throws NoToken with the fault's code
 */
export async function managementToken(given: Context, { origin, clientId, trust }: TokenWish): Promise<string> {
  const app = await findApp(given, clientId)
  refuseStranger(app.context, origin, trust)
  const account = await az(app, ['account', 'show'])
  if (account.status !== 0) throw new NoToken('az-not-signed-in', `az account show: ${account.stderr}`)
  const isPerson = textOf(jsonOf('az account show', account), 'user', 'type') !== 'servicePrincipal'
  const audience = isPerson ? ['--scope', `${app.clientId}/MCP.Access`] : ['--resource', app.clientId]
  const result = await az(app, ['account', 'get-access-token', ...audience])
  if (result.status !== 0) throw new NoToken(codeOf(result.stderr), `az account get-access-token: ${result.stderr}`)
  const token = textOf(jsonOf('az account get-access-token', result), 'accessToken')
  if (token === undefined) throw new NoToken('az-refused', 'az account get-access-token printed no token')
  return token
}

/** The azd environment names the app and the subscription; with a client id given, it need not exist. */
async function findApp(given: Context, clientId: string | undefined): Promise<App> {
  const context = await withAzdValues(given).catch((error: unknown) => {
    if (clientId !== undefined && error instanceof Stop) return given
    throw asNoToken('client-id-missing', error)
  })
  const id = clientId ?? optional(context, 'ENTRA_CLIENT_ID')
  if (id === undefined) throw new NoToken('client-id-missing', 'ENTRA_CLIENT_ID is not in the azd environment')
  if (!isGuid(id)) throw new NoToken('client-id-missing', 'the client id is not a GUID')
  return { context, clientId: id }
}

/** The azd environment says where the app lives; only where it does not may the person say so. */
function refuseStranger(context: Context, origin: string, trust: string | undefined): void {
  const own = ['PUBLIC_BASE_URL', 'MCP_URL']
    .map((name) => optional(context, name))
    .filter((url) => url !== undefined)
    .map((url) => (URL.canParse(url) ? new URL(url).origin : ''))
  if (own.includes(origin) || (own.length === 0 && trust === origin)) return
  if (own.length === 0)
    throw new NoToken('address-not-trusted', `nothing here says that ${origin} is the app that the token is for`)
  throw new NoToken('address-of-another-app', `the azd environment’s app lives at ${own[0] ?? ''}, not at ${origin}`)
}

async function az({ context }: App, args: readonly string[]): Promise<ToolResult> {
  const subscription = optional(context, 'AZURE_SUBSCRIPTION_ID')
  const chosen = subscription === undefined ? [] : ['--subscription', subscription]
  try {
    return await runTool(context, 'az', [...args, ...chosen, '--output', 'json'])
  } catch (error) {
    throw asNoToken('az-missing', error)
  }
}

const asNoToken = (code: Code, error: unknown): unknown =>
  error instanceof Stop ? new NoToken(code, error.message) : error

/** AADSTS65001 and 65002: nobody consented, and the client is not preauthorised. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function codeOf(said: string): Code {
  if (/AADSTS6500[12]\b|AADSTS650057\b/.test(said)) return 'az-not-preauthorised'
  return /AADSTS/.test(said) ? 'az-refused' : 'az-not-signed-in'
}
