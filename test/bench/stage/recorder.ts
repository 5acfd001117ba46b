import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as ask } from 'node:http'
import type { ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { startFront } from './front.ts'

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
export type Asked = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

export type Recorder = {
  readonly url: string
  /** The newest GET that states a preference, as each query does. */
  readonly lastQuery: () => Asked | undefined
  /** Milliseconds since the last look in which at least one request was under way. */
  readonly busyMs: () => number
  readonly close: () => Promise<void>
}

/** What belongs to one connection, or would tell the wrong length. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'date']

const passedOn = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      OF_THE_CONNECTION.includes(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  )

/** The time in which something is under way, however many at once. */
function busyClock() {
  let underWay = 0
  let since = 0
  let sum = 0
  return {
    begin: () => {
      if (underWay++ === 0) since = performance.now()
    },
    end: () => {
      if (--underWay === 0) sum += performance.now() - since
    },
    take: () => {
      const taken = sum
      sum = 0
      return taken
    },
  }
}

/**
 * Stands in front of a server. `fixed`: a GET that was answered once is answered with the same bytes from then on, so
 * that the server's own work is not measured.
 */
export async function startRecorder(target: string, { fixed }: { readonly fixed: boolean }): Promise<Recorder> {
  const agent = new Agent({ keepAlive: true })
  const kept = new Map<string, Answer>()
  const clock = busyClock()
  let lastQuery: Asked | undefined
  const forward = async (request: IncomingMessage): Promise<Answer> => {
    const { method, url = '', headers } = request
    const out = ask(new URL(url, target), { method, headers: passedOn(headers), agent }).end(await buffer(request))
    const [got] = (await once(out, 'response')) as [IncomingMessage]
    return { status: got.statusCode ?? 502, headers: got.headers, body: await buffer(got) }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = '', headers } = request
    const key = `${url} ${String(headers.prefer)} ${String(headers.authorization)}`
    const mayKeep = fixed && method === 'GET'
    const found = (mayKeep ? kept.get(key) : undefined) ?? (await forward(request))
    if (mayKeep && found.status === 200) kept.set(key, found)
    if (mayKeep && headers.prefer !== undefined)
      lastQuery = { url: new URL(url, front.url).href, headers: passedOn(headers) }
    response.writeHead(found.status, { ...passedOn(found.headers), 'content-length': found.body.length })
    response.end(found.body)
  }
  const front = await startFront((request, response) => {
    clock.begin()
    response.once('close', clock.end)
    return answer(request, response)
  })
  return {
    url: front.url,
    lastQuery: () => lastQuery,
    busyMs: clock.take,
    close: async () => {
      agent.destroy()
      await front.close()
    },
  }
}
