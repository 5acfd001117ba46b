import { registerApp, type Registered, type World } from '../../../infra/entra/register-app.ts'
import { readOptions } from '../../../infra/entra/register/options.ts'
import { createDirectory, type DirectoryOptions } from '../../sandbox/entra/directory/directory.ts'
import type { Application, DirectoryRole } from '../../sandbox/entra/directory/types.ts'
import { createGraph, type GraphLogEntry, type GraphOptions } from '../../sandbox/graph/graph.ts'

export const TENANT = '33333333-3333-4333-8333-333333333333'
export const SUBSCRIPTION = '22222222-2222-4222-8222-222222222222'
export const IDENTITY = '11111111-1111-4111-8111-111111111111'
export const BASE_URL = 'https://func-dynamics-mcp-abc.azurewebsites.net'
export const ADA = { oid: 'aaaaaaaa-0000-4000-8000-000000000001', name: 'Ada', upn: 'ada@contoso.example' }
export const BOB = { oid: 'aaaaaaaa-0000-4000-8000-000000000002', name: 'Bob', upn: 'bob@contoso.example' }
export const SALES = { id: 'aaaaaaaa-0000-4000-8000-000000000003', displayName: 'Sales', members: [BOB.oid] }
export const ARGUMENTS = ['--environment', 'contoso-prod', '--base-url', BASE_URL, '--principal-id', IDENTITY]

type Setting = {
  /** Entra roles of Ada, who runs the script. */
  readonly roles?: readonly DirectoryRole[]
  readonly directory?: Partial<DirectoryOptions>
  readonly graph?: Partial<Pick<GraphOptions, 'delayReads' | 'throttle'>>
}

const SCOPES =
  'Application.ReadWrite.All AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All User.Read.All Directory.AccessAsUser.All'

/** A tenant with Graph in front of it, and the script to be run in it by Ada. */
export const startTenant = ({
  roles = ['Cloud Application Administrator'],
  directory: options,
  graph: settings,
}: Setting = {}) => {
  const people = [{ ...ADA, directoryRoles: roles }, BOB]
  const directory = createDirectory({ tenantId: TENANT, people, groups: [SALES], ...options })
  const claims = { oid: ADA.oid, scp: SCOPES }
  const verifyBearer = (token: string) =>
    token === 'good' ? Promise.resolve(claims) : Promise.reject(new Error('Lifetime validation failed.'))
  const graph = createGraph({ directory, verifyBearer, now: () => Date.parse('2026-11-28T10:00:00Z'), ...settings })
  const pauses: number[] = []
  const send: World['fetch'] = async (input, { method = 'GET', headers, body }) => {
    const { pathname, search } = new URL(input)
    const sent = Object.fromEntries(new Headers(headers))
    const text = typeof body === 'string' ? body : ''
    const reply = await graph.call({ method, url: `${pathname}${search}`, headers: sent, body: text })
    const answer = reply.body === undefined ? null : JSON.stringify(reply.body)
    return new Response(answer, { status: reply.status, ...(reply.headers && { headers: reply.headers }) })
  }
  const run = async (args: readonly string[] = ARGUMENTS, token = 'good', fetch = send): Promise<Run> => {
    const lines: string[] = []
    const from = graph.log.length
    const world: World = {
      fetch,
      pause: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)),
      print: (line) => void lines.push(line),
      account: {
        token,
        tenantId: TENANT,
        objectId: ADA.oid,
        graphUrl: 'https://graph.microsoft.com',
        authorityHost: 'https://login.microsoftonline.com',
      },
    }
    const options = readOptions(args)
    if (options === undefined) throw new Error('These arguments ask for help')
    const registered = await registerApp(options, world)
    return {
      ...registered,
      text: lines.join('\n'),
      writes: graph.log.slice(from).filter(({ method }) => method !== 'GET'),
    }
  }
  return { directory, graph, pauses, send, run }
}

export type Run = Registered & { readonly text: string; readonly writes: readonly GraphLogEntry[] }
export type Tenant = ReturnType<typeof startTenant>

/** Something that a test may change in its place, as somebody in the portal would. */
export type Changeable<T> = T extends readonly (infer U)[]
  ? Changeable<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Changeable<T[K]> }
    : T

/** The one application of a tenant. */
export const onlyApplication = ({ directory }: Tenant): Changeable<Application> => {
  const [application, ...more] = directory.applications.values()
  if (application === undefined || more.length > 0) throw new Error(`There are ${more.length + 1} applications`)
  return application as unknown as Changeable<Application>
}
