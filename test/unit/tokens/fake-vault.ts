import type { SecretClientOptions } from '@azure/keyvault-secrets'

type HttpClient = NonNullable<SecretClientOptions['httpClient']>
type PipelineRequest = Parameters<HttpClient['sendRequest']>[0]
type PipelineResponse = Awaited<ReturnType<HttpClient['sendRequest']>>
type Version = { readonly id: string; readonly value: string; readonly created: number; enabled: boolean }

export const VAULT_URL = 'https://contoso-crm-chat.vault.azure.net'
export const credential = {
  getToken: () => Promise.resolve({ token: 'vault token', expiresOnTimestamp: Date.now() + 3_600_000 }),
}

/** Key Vault's REST interface for secrets, as the transport of the real client; one version a page. */
export class FakeVault {
  readonly #secrets = new Map<string, Version[]>()
  readonly paths: string[] = []
  /** Answers every request with this status, or not at all, while it is set. */
  fault: number | 'no answer' | { readonly status: number; readonly inner: string } | undefined

  /** A new version, made at `created` (epoch ms). */
  add(name: string, id: string, value: string, created: number): void {
    this.#secrets.set(name, [...(this.#secrets.get(name) ?? []), { id, value, created, enabled: true }])
  }

  disable(name: string, id: string): void {
    for (const version of this.#secrets.get(name) ?? []) if (version.id === id) version.enabled = false
  }

  get listings(): number {
    return this.paths.filter((path) => path.endsWith('/versions')).length
  }

  readonly httpClient: HttpClient = {
    sendRequest: (request) => {
      if (this.fault === 'no answer')
        return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
      if (typeof this.fault === 'object') {
        const { status, inner } = this.fault
        return Promise.resolve(reply(request, status, { error: { code: 'Fault', innererror: { code: inner } } }))
      }
      if (this.fault !== undefined) return Promise.resolve(reply(request, this.fault, { error: { code: 'Fault' } }))
      return Promise.resolve(this.#answer(request))
    },
  }

  #answer(request: PipelineRequest): PipelineResponse {
    if (request.headers.get('authorization') !== 'Bearer vault token') return challenge(request)
    const { pathname, searchParams } = new URL(request.url)
    const [, , name = '', version] = pathname.split('/')
    const all = this.#secrets.get(name) ?? []
    if (version === 'versions') {
      const page = Number(searchParams.get('page') ?? 0)
      if (page === 0) this.paths.push(pathname)
      const nextLink = page + 1 < all.length ? `${VAULT_URL}${pathname}?page=${page + 1}` : null
      return reply(request, 200, { value: all.slice(page, page + 1).map((one) => itemOf(name, one)), nextLink })
    }
    this.paths.push(pathname)
    const found = version ? all.find(({ id }) => id === version) : all.at(-1)
    if (!found) return reply(request, 404, { error: { code: 'SecretNotFound' } })
    return reply(request, 200, { value: found.value, ...itemOf(name, found) })
  }
}

const itemOf = (name: string, { id, created, enabled }: Version) => ({
  id: `${VAULT_URL}/secrets/${name}/${id}`,
  attributes: { enabled, created: Math.floor(created / 1000), updated: Math.floor(created / 1000) },
})

/** Key Vault names the tenant and the audience to whoever comes without a token. */
const challenge = (request: PipelineRequest): PipelineResponse =>
  reply(
    request,
    401,
    {},
    {
      'www-authenticate':
        'Bearer authorization="https://login.microsoftonline.com/8f14e45f-ceea-467f-a0e6-1f2d3c4b5a69", resource="https://vault.azure.net"',
    },
  )

function reply(
  request: PipelineRequest,
  status: number,
  body: unknown,
  fields: Readonly<Record<string, string>> = {},
): PipelineResponse {
  const headers = new Headers({ 'content-type': 'application/json', ...fields })
  return {
    request,
    status,
    bodyAsText: JSON.stringify(body),
    headers: {
      get: (name) => headers.get(name) ?? undefined,
      has: (name) => headers.has(name),
      set: (name, value) => headers.set(name, String(value)),
      delete: (name) => headers.delete(name),
      toJSON: () => Object.fromEntries(headers),
      [Symbol.iterator]: () => headers.entries(),
    },
  }
}
