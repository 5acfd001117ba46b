/** One HTTP exchange, told to whoever watches; the address is without its query, which may hold secrets. */
export type Step = {
  readonly title: string
  readonly method: string
  readonly url: string
  readonly status: number
  readonly detail?: string
}

export type Wire = {
  readonly userAgent: string
  readonly onStep?: ((step: Step) => void) | undefined
  /** Where an address is really asked: at another instance behind the public address. */
  readonly via?: ((url: string) => string) | undefined
}

export type WireRequest = {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type Reply = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** An answer that ChatGPT would show as a failed step. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: string
  readonly status: number
  readonly body: string
  constructor(step: string, reply: Pick<Reply, 'status' | 'text'>, reason?: string) {
    super(`${step}: ${reason ?? 'unexpected answer'} (HTTP ${reply.status}) ${reply.text.slice(0, 2000)}`)
    this.step = step
    this.status = reply.status
    this.body = reply.text
  }
}

/** ChatGPT gives up on a call after about this long. */
const TIMEOUT_MS = 60_000

/** Sends one request, follows no redirect, reads the answer to its end. */
export async function send(wire: Wire, title: string, request: WireRequest, detail?: string): Promise<Reply> {
  const { method = 'GET', url, headers = {}, body } = request
  const response = await fetch(wire.via?.(url) ?? url, {
    method,
    headers: { 'user-agent': wire.userAgent, ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { body }),
  })
  const reply = { status: response.status, headers: response.headers, text: await response.text() }
  const { origin, pathname } = new URL(url)
  wire.onStep?.({
    title,
    method,
    url: origin + pathname,
    status: reply.status,
    ...(detail !== undefined && { detail }),
  })
  return reply
}

/** @throws StepError when the status is not one of `statuses`, or the body is no JSON */
export function readJson(step: string, reply: Reply, statuses: readonly number[] = [200]): unknown {
  if (!statuses.includes(reply.status)) throw new StepError(step, reply)
  try {
    return JSON.parse(reply.text) as unknown
  } catch {
    throw new StepError(step, reply, 'not JSON')
  }
}

export const postForm = (url: string, fields: Readonly<Record<string, string>>): WireRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
  body: new URLSearchParams(fields).toString(),
})
