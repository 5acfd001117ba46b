import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { spawnBicep } from '../../bicep-cli.ts'

type Answer = { readonly id: number; readonly result?: unknown; readonly error?: { readonly message: string } }
type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (reason: Error) => void }
type Running = { readonly child: ChildProcessWithoutNullStreams; readonly waiting: Map<number, Waiting> }

export type BicepServer = {
  /** @throws Error with the compiler's text */
  readonly ask: (method: string, params: object) => Promise<unknown>
  readonly stop: () => Promise<void>
}
export type ServerOptions = {
  /** Without a question for so long, the process ends; the next question starts another. */
  readonly idleMs: number
  /** Whether whoever started it may end, or look at what is open, while it runs. */
  readonly isBackground?: boolean
}

const HEADERS_END = '\r\n\r\n'

/** Takes whole messages off the front of what has come. @returns what is left */
function readMessages(received: Buffer, take: (answer: Answer) => void): Buffer {
  let rest = received
  for (;;) {
    const end = rest.indexOf(HEADERS_END)
    if (end === -1) return rest
    const length = Number(/content-length: (\d+)/i.exec(rest.toString('latin1', 0, end))?.[1])
    const from = end + HEADERS_END.length
    if (rest.length < from + length) return rest
    take(JSON.parse(rest.toString('utf8', from, from + length)) as Answer)
    rest = rest.subarray(from + length)
  }
}

function settle({ waiting }: Running, { id, result, error }: Answer): void {
  const asked = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) asked?.resolve(result)
  else asked?.reject(new Error(error.message))
}

/** Streams of a child are sockets, whatever their type says. */
function letGo({ child }: Running): void {
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as { unref?: () => void }).unref?.()
}

function start(onEnd: (running: Running) => void): Running {
  const child = spawnBicep(['jsonrpc', '--stdio'])
  const waiting = new Map<number, Waiting>()
  const running: Running = { child, waiting }
  const killWithUs = () => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  let received: Buffer = Buffer.of()
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  child.stdout.on('data', (more: Buffer) => {
    received = readMessages(Buffer.concat([received, more]), (answer) => settle(running, answer))
  })
  child.stdin.on('error', () => child.kill('SIGKILL'))
  const ended = (reason: unknown) => {
    process.off('exit', killWithUs)
    onEnd(running)
    for (const { reject } of waiting.values()) reject(new Error(`bicep ended: ${said || String(reason)}`))
  }
  child.once('error', ended).once('close', ended)
  return running
}

/**
 * The compiler by its JSON-RPC, in a process that stays for the next question: starting one takes it several seconds, a
 * question a fraction of one.
 * @see https://github.com/Azure/bicep/blob/main/src/Bicep.RpcClient/JsonRpc
 */
export function createBicepServer({ idleMs, isBackground = false }: ServerOptions): BicepServer {
  let current: Running | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  const stop = async (): Promise<void> => {
    clearTimeout(idle)
    const child = current?.child
    current = undefined
    if (child === undefined || !child.kill()) return
    child.ref()
    await once(child, 'close')
  }
  const rest = (): void => {
    clearTimeout(idle)
    if (current === undefined || current.waiting.size > 0) return
    idle = setTimeout(() => void stop(), idleMs)
    if (isBackground) idle.unref()
  }
  const started = (): Running => {
    const running = start((ended) => {
      if (current === ended) current = undefined
    })
    if (isBackground) letGo(running)
    return running
  }
  const ask: BicepServer['ask'] = async (method, params) => {
    clearTimeout(idle)
    const { child, waiting } = (current ??= started())
    lastId += 1
    const id = lastId
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}${HEADERS_END}${text}`)
      })
    } finally {
      rest()
    }
  }
  return { ask, stop }
}
