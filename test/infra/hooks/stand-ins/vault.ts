import { ME } from '../stage.ts'

export type Refusal = {
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly headers?: HeadersInit
}

/** As Key Vault words them. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
export const REFUSALS = {
  unauthorized: { status: 401, code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' },
  byRole: { status: 403, code: 'ForbiddenByRbac', message: 'Caller is not authorized to perform action on resource.' },
  byFirewall: { status: 403, code: 'ForbiddenByFirewall', message: 'Client address is not authorized.' },
  disabled: { status: 403, code: 'SecretDisabled', message: 'Operation get is not allowed on a disabled secret.' },
  throttled: { status: 429, code: 'Throttled', message: 'Too many requests', headers: { 'retry-after': '7' } },
  broken: { status: 500, code: 'InternalError', message: 'An internal error happened' },
} satisfies Record<string, Refusal>

const respond = ({ status, code, message, headers }: Refusal): Response =>
  Response.json({ error: { code: 'Refused', message, innererror: { code } } }, { status, ...(headers && { headers }) })

/** The data plane of one vault, after the documents of its REST API; `refuse` is asked before each answer. */
export const createVault = (
  refuse: (asked: number, method: string) => Refusal | Response | undefined = () => undefined,
) => {
  const secrets = new Map<string, { value: string; created: number }[]>()
  const deleted = new Set<string>()
  const requests: string[] = []
  const answer = (request: Request): Response => {
    const url = new URL(request.url)
    requests.push(`${request.method} ${url.pathname}`)
    if (url.host !== 'kv-contoso.vault.azure.net' || !url.searchParams.get('api-version'))
      return new Response('', { status: 400 })
    if (!request.headers.get('authorization')?.startsWith('Bearer ey')) return respond(REFUSALS.unauthorized)
    const refusal = refuse(requests.length, request.method)
    if (refusal) return refusal instanceof Response ? refusal : respond(refusal)
    const [, , name = '', part] = url.pathname.split('/')
    const versions = secrets.get(name) ?? []
    if (part === 'versions')
      return Response.json({
        value: versions.map(({ created }) => ({ attributes: { enabled: true, created } })),
        nextLink: null,
      })
    const value = versions.at(-1)?.value
    if (value !== undefined) return Response.json({ value })
    return respond({ status: 404, code: 'SecretNotFound', message: `A secret with (name/id) ${name} was not found` })
  }
  const put = async (request: Request): Promise<Response> => {
    const refused = answer(request)
    if (refused.status !== 200 && refused.status !== 404) return refused
    const name = new URL(request.url).pathname.split('/')[2] ?? ''
    if (deleted.has(name))
      return respond({
        status: 409,
        code: 'ObjectIsDeletedButRecoverable',
        message: `Secret ${name} is currently in a deleted but recoverable state`,
      })
    const { value } = (await request.json()) as { value: string }
    const created = Date.parse('2026-11-28T12:00:00Z') / 1000
    secrets.set(name, [...(secrets.get(name) ?? []), { value, created }])
    return Response.json({ value })
  }
  const serve: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    return request.method === 'PUT' ? put(request) : answer(request)
  }
  return { fetch: serve, secrets, deleted, requests }
}

/** What `az role assignment list` prints when the officer's role is given. */
export const assigned = (principalId: string = ME, scope?: string) => [
  {
    id: `${scope ?? ''}/providers/Microsoft.Authorization/roleAssignments/x`,
    principalId,
    roleDefinitionId:
      '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    scope,
  },
]
