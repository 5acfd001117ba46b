import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { RecordedCall } from '../report/recorded-call.ts'
import type { Plant } from './plant.ts'

/** The front end before the instances, at the public address: round robin, and every answer is shown to the judge. */
export type Edge = {
  readonly url: string
  /**
   * Drops the client's connection at the next request whose body holds this text: at once, or when the app has answered.
   * Settles when the app is done with that request.
   */
  readonly loseAnswerTo: (text: string, when: 'at once' | 'answered') => Promise<void>
  /** Requests that the app has not answered yet. */
  readonly inFlight: () => number
  readonly close: () => Promise<void>
}

export type EdgeOptions = {
  readonly ports: () => readonly number[]
  readonly wasKilled: (port: number) => boolean
  readonly onCall: (call: RecordedCall) => void
  /** Spoils answers on purpose, so that the judge can be seen to find them. */
  readonly plant?: Plant
}

type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }
type Loss = { readonly text: string; readonly when: 'at once' | 'answered'; readonly done: () => void }
type Outcome = Answer | 'not reached' | 'no answer'

/** What ChatGPT's requests come from; browsers sit behind one office's address. Strangers bring their own. */
const OPENAI = '20.102.212.144'
const OFFICE = '203.0.113.40'

function passOn(port: number, incoming: IncomingMessage, body: Buffer): Promise<Outcome> {
  const { method, url: path, headers } = incoming
  const isChatGpt = headers['user-agent']?.startsWith('openai-mcp') === true
  const address = headers['x-forwarded-for'] ?? (isChatGpt ? OPENAI : OFFICE)
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const sent = { ...headers, 'x-forwarded-for': address, connection: 'close' }
  const call = send({ host: '127.0.0.1', port, agent: false, method, path, headers: sent })
  call.once('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code === 'ECONNREFUSED' ? 'not reached' : 'no answer')
  })
  call.once('response', (reply) => {
    const read = buffer(reply)
    void read.then(
      (text) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }),
      () => resolve('no answer'),
    )
  })
  call.end(body)
  return promise
}

const GONE: Answer = {
  status: 502,
  headers: { 'content-type': 'application/json', 'x-chaos-edge': 'the instance was killed' },
  body: Buffer.from('{"error":"temporarily_unavailable","error_description":"The instance is gone."}'),
}

function callOf(incoming: IncomingMessage, answer: Answer | undefined, ms: number): RecordedCall {
  const contentType = answer?.headers['content-type'] ?? ''
  return {
    method: incoming.method ?? 'GET',
    path: (incoming.url ?? '/').split('?')[0] ?? '/',
    status: answer?.status ?? 0,
    contentType,
    challenge: answer?.headers['www-authenticate'],
    body: answer?.body.toString('utf8') ?? '',
    ms,
    fromStranger: 'x-forwarded-for' in incoming.headers,
  }
}

/** Tries every instance until one takes the request; one that took it is not followed by another. */
async function askFleet(options: EdgeOptions, turn: number, incoming: IncomingMessage, body: Buffer) {
  const ports = options.ports()
  for (let tries = 0; tries < ports.length; tries++) {
    const port = ports[(turn + tries) % ports.length] ?? 0
    const outcome = await passOn(port, incoming, body)
    if (outcome === 'not reached') continue
    if (outcome !== 'no answer') return outcome
    return options.wasKilled(port) ? GONE : undefined
  }
  return GONE
}

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const losses: Loss[] = []
  let turn = 0
  let inFlight = 0
  const takeLoss = (body: Buffer): Loss | undefined => {
    const text = losses.length > 0 ? body.toString('utf8') : ''
    const at = losses.findIndex((loss) => text.includes(loss.text))
    return at === -1 ? undefined : losses.splice(at, 1)[0]
  }
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming)
    const loss = takeLoss(body)
    if (loss?.when === 'at once') incoming.socket.destroy()
    const started = performance.now()
    inFlight += 1
    const real = await askFleet(options, ++turn, incoming, body)
    inFlight -= 1
    loss?.done()
    const answer = real && options.plant ? await options.plant(incoming, body, real) : real
    if (answer !== GONE) options.onCall(callOf(incoming, answer, performance.now() - started))
    if (loss || !answer) incoming.socket.destroy()
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body)
  }
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (text, when) =>
      new Promise((resolve) => {
        losses.push({ text, when, done: resolve })
      }),
    inFlight: () => inFlight,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
