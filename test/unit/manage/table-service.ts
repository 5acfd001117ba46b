import type { TokenCredential } from '@azure/identity'
import { AzureNamedKeyCredential, TableClient, type TableServiceClientOptions } from '@azure/data-tables'

type HttpClient = NonNullable<TableServiceClientOptions['httpClient']>
type Request = Parameters<HttpClient['sendRequest']>[0]
type Response = Awaited<ReturnType<HttpClient['sendRequest']>>
export type Refusal = { readonly status: number; readonly code: string } | 'no connection'

/** The four calls of Table Storage that the probe makes, as the transport of the real client. */
export class TableService {
  readonly rows = new Map<string, string>()
  /** Which method is refused, and how. @see https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes */
  refuse: Partial<Record<'POST' | 'GET' | 'DELETE', Refusal>> = {}
  /** What a refusal says in its message, which must reach nobody. */
  message = 'a message'

  /** @param credential absent: a shared key */
  client(credential?: TokenCredential): TableClient {
    const [url, options] = ['https://contosotokens.table.core.windows.net', this.#options]
    if (credential) return new TableClient(url, 'switches', credential, options)
    return new TableClient(url, 'switches', new AzureNamedKeyCredential('contosotokens', 'a2V5'), options)
  }

  readonly #options: TableServiceClientOptions = {
    retryOptions: { maxRetries: 0 },
    httpClient: { sendRequest: (request) => this.#answer(request) },
  }

  #answer(request: Request): Promise<Response> {
    const method = request.method as 'POST' | 'GET' | 'DELETE'
    const refusal = this.refuse[method]
    if (refusal === 'no connection')
      return Promise.reject(Object.assign(new Error(`connect ${this.message}`), { code: 'ECONNREFUSED' }))
    if (refusal) return Promise.resolve(this.#refusal(request, refusal))
    return Promise.resolve(this.#serve(request, method))
  }

  #refusal(request: Request, { status, code }: Exclude<Refusal, string>): Response {
    const error = { 'odata.error': { code, message: { lang: 'en-US', value: this.message } } }
    return reply(request, status, JSON.stringify(error))
  }

  #serve(request: Request, method: string): Response {
    if (method === 'POST') {
      const body = typeof request.body === 'string' ? request.body : ''
      this.rows.set((JSON.parse(body) as { RowKey: string }).RowKey, body)
      return reply(request, 201, body)
    }
    const key = /RowKey='([^']+)'/.exec(decodeURIComponent(request.url))?.[1] ?? ''
    const row = this.rows.get(key)
    if (row === undefined) return this.#refusal(request, { status: 404, code: 'ResourceNotFound' })
    if (method === 'DELETE') this.rows.delete(key)
    return method === 'DELETE' ? reply(request, 204, '') : reply(request, 200, row)
  }
}

function reply(request: Request, status: number, bodyAsText: string): Response {
  const headers = new Headers({ 'content-type': 'application/json;odata=minimalmetadata' })
  return {
    request,
    status,
    bodyAsText,
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
