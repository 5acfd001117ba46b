import { parseArgs } from 'node:util'
import { type Context, Stop } from '../hooks/run/context.ts'
import { optional, required } from '../hooks/run/environment.ts'
import { misusedOption, parseFault } from '../hooks/run/misused-option.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import { connectGraph, type Graph } from './register/graph/client.ts'
import { explain, GraphError, UNDERTAKINGS } from './register/graph/errors.ts'
import { signIn } from './register/graph/sign-in.ts'
import { startReport } from './register/report.ts'
import { assignRole, listAssigned, unassign } from './register/steps/assignments.ts'

/** How it is called. */
export const USAGE = [
  'npm run assign -- ada@contoso.com              a person may connect',
  'npm run assign -- "Sales"                      a group may connect (by name or object id; needs Entra ID P1)',
  'npm run assign -- --remove ada@contoso.com     may connect no more',
  'npm run assign -- --list                       who may connect, look inside, and write',
  'npm run assign -- --administrator <who>        may look inside the app (npm run doctor -- <address> --deep)',
  'npm run assign -- --writer <who>               may also create and change records (WRITE_ROLES=Crm.Write)',
  'npm run assign -- --remove --writer <who>      may write no more; --administrator likewise',
  'With --client-id <id> no azd environment is needed: for an administrator on another machine.',
]

type Role = { readonly id: string; readonly value: string }
type Principal = { readonly id: string; readonly appRoles: readonly Role[] }
type Wish = {
  readonly whom: readonly string[]
  readonly role: 'User' | 'Administrator' | 'Crm.Write'
  readonly remove: boolean
  readonly list: boolean
  readonly clientId: string | undefined
}

function readWish(args: readonly string[]): Wish {
  const options = {
    administrator: { type: 'boolean' },
    writer: { type: 'boolean' },
    remove: { type: 'boolean' },
    list: { type: 'boolean' },
    'client-id': { type: 'string' },
  } as const
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      tokens: true,
    })
    const misused = misusedOption(tokens)
    if (misused !== undefined) throw new Stop(misused, USAGE)
    const whom = positionals.filter((one) => one.trim() !== '')
    const { administrator = false, writer = false, remove = false, list = false, 'client-id': clientId } = values
    if (list ? whom.length > 0 || remove : whom.length === 0) throw new Stop('Say who:', USAGE)
    if (administrator && writer) throw new Stop('Say one role at a time:', USAGE)
    const role = administrator ? 'Administrator' : writer ? 'Crm.Write' : 'User'
    return { whom, role, remove, list, clientId }
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(parseFault(error), USAGE)
  }
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

async function findPrincipal(graph: Graph, clientId: string): Promise<Principal> {
  const found = await graph.get<Principal>(`/servicePrincipals(appId='${clientId}')?$select=id,appRoles`)
  if (found) return found
  throw new Stop(`This tenant has no enterprise application for ${clientId}.`, ['azd provision entra --no-state'])
}

async function carryOut(graph: Graph, context: Context, clientId: string, wish: Wish): Promise<void> {
  const principal = await findPrincipal(graph, clientId)
  const report = startReport(context.say, false)
  if (wish.list) {
    const lines = await listAssigned(graph, principal)
    lines.forEach((line) => context.say(`  ${line}`))
    if (lines.length === 0) context.say('  Nobody is assigned.')
    return
  }
  const role = principal.appRoles.find((one) => one.value === wish.role)
  if (!role) throw new Stop(`The registration has no role "${wish.role}".`, ['azd provision entra --no-state'])
  const { whom } = wish
  if (wish.remove) await unassign(graph, { principalId: principal.id, role, whom }, report)
  else await assignRole(graph, { principalId: principal.id, role, whom, fresh: false, dryRun: false }, report)
}

/** `npm run assign -- <who>…`: who may connect, with `--administrator` look inside the app, with `--writer` change records; `--list`, `--remove`. */
export async function assign(context: Context): Promise<void> {
  const wish = readWish(context.args)
  const values = wish.clientId === undefined ? await withAzdValues(context) : context
  const clientId = wish.clientId ?? required(values, 'ENTRA_CLIENT_ID')
  if (!GUID.test(clientId)) throw new Stop(`"${clientId}" is no client id: eight digits, a dash, and so on.`, USAGE)
  const { token, graphUrl } = await signIn(values, optional(values, 'AZURE_TENANT_ID'))
  const graph = connectGraph({ fetch: context.fetch, pause: context.sleep, graphUrl, token })
  try {
    await carryOut(graph, context, clientId, wish)
  } catch (error) {
    if (error instanceof GraphError) throw new Stop(explain(error, UNDERTAKINGS.assign))
    throw error
  }
  const address = optional(values, 'MCP_URL')
  if (address !== undefined && wish.role === 'User' && !wish.list && !wish.remove)
    context.say(`They connect ChatGPT to:\n  ${address}`)
}
