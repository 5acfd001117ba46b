import { AzError } from './errors.ts'
import type { Session } from './session.ts'

export const ARM = 'https://management.azure.com'
export const GRAPH = 'https://graph.microsoft.com'
/** What az asks Entra for, when it is to call one of these. */
export const RESOURCES = {
  arm: 'https://management.core.windows.net/',
  'ms-graph': 'https://graph.microsoft.com/',
  vault: 'https://vault.azure.net',
} as const

export type Json = Readonly<Record<string, unknown>>
export type Call = {
  readonly method?: string
  readonly url: string
  readonly body?: unknown
  readonly resource: string
  readonly headers?: Readonly<Record<string, string>>
}
export type Answer = { readonly status: number; readonly statusText: string; readonly text: string }

/** Sends one request as the person who is signed in. */
export async function send(
  session: Session,
  { method = 'GET', url, body, resource, headers = {} }: Call,
): Promise<Answer> {
  const authorization =
    resource === '' ? {} : { authorization: `Bearer ${(await session.token({ resource })).accessToken}` }
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch((error: unknown) => {
    const { cause } = error as { cause?: Error }
    throw new AzError(`HTTPSConnectionPool(host='${new URL(url).host}', port=443): ${cause?.message ?? String(error)}`)
  })
  return { status: response.status, statusText: response.statusText, text: await response.text() }
}

/** @throws AzError in the words of az: code, message and inner error of the service; 3 when the thing is not there */
async function refuse({ status, text }: Answer): Promise<never> {
  // Most commands are not refused, and zod is half of what a command costs.
  const { ErrorBody } = await import('./error-body.ts')
  const parsed = ErrorBody.safeParse(JSON.parse(text === '' ? '{}' : text))
  if (!parsed.success) throw new AzError(`Operation returned an invalid status '${status}'`)
  const { code, message, innererror } = parsed.data.error
  const inner = innererror ? `\nInner error: ${JSON.stringify(innererror, null, 4)}` : ''
  throw new AzError(`(${code}) ${message}\nCode: ${code}\nMessage: ${message}${inner}`, status === 404 ? 3 : 1)
}

const parseBody = ({ text }: Answer): Json => (text === '' ? {} : (JSON.parse(text) as Json))

/** @throws AzError with the service's own refusal */
export async function request(session: Session, call: Call): Promise<Json> {
  const answer = await send(session, call)
  return answer.status < 300 ? parseBody(answer) : refuse(answer)
}

/** The parts of a list, from page to page. */
export async function* pages(session: Session, call: Call): AsyncGenerator<Json> {
  for (let url: unknown = call.url; typeof url === 'string' && url !== '';) {
    const page = await request(session, { ...call, url })
    for (const one of page['value'] as readonly Json[]) yield one
    url = page['nextLink'] ?? page['@odata.nextLink']
  }
}

export async function all(session: Session, call: Call): Promise<Json[]> {
  const found: Json[] = []
  for await (const one of pages(session, call)) found.push(one)
  return found
}

export const armUrl = (path: string, apiVersion: string, query: Readonly<Record<string, string>> = {}): string => {
  const url = new URL(path, ARM)
  for (const [name, value] of Object.entries({ ...query, 'api-version': apiVersion })) url.searchParams.set(name, value)
  return url.href
}

/** Graph says what is missing by itself; az ends with 3 then. */
export const graph = (session: Session, path: string, method = 'GET'): Promise<Json> =>
  request(session, { method, url: `${GRAPH}/v1.0${path}`, resource: RESOURCES['ms-graph'] })
