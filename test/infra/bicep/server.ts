import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawnBicep } from '../bicep-cli.ts'

/** Long enough for whoever asks again, short enough for a test file to end. */
const IDLE_MS = 500

type Answer = { readonly id: number; readonly result?: unknown; readonly error?: { readonly message: string } }
type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (reason: Error) => void }
type Server = { readonly child: ChildProcessWithoutNullStreams; readonly waiting: Map<number, Waiting> }

let server: Server | undefined
let idle: NodeJS.Timeout | undefined
let kept = false
let lastId = 0

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

function settle({ waiting }: Server, { id, result, error }: Answer): void {
  const asked = waiting.get(id)
  waiting.delete(id)
  if (error === undefined) asked?.resolve(result)
  else asked?.reject(new Error(error.message))
}

function start(): Server {
  const child = spawnBicep(['jsonrpc', '--stdio'])
  const waiting = new Map<number, Waiting>()
  const own: Server = { child, waiting }
  const killWithUs = () => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  let received: Buffer = Buffer.of()
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  child.stdout.on('data', (more: Buffer) => {
    received = readMessages(Buffer.concat([received, more]), (answer) => settle(own, answer))
  })
  child.stdin.on('error', () => child.kill('SIGKILL'))
  const ended = (reason: unknown) => {
    process.off('exit', killWithUs)
    if (server === own) server = undefined
    for (const { reject } of waiting.values()) reject(new Error(`bicep ended: ${said || String(reason)}`))
  }
  child.once('error', ended).once('close', ended)
  return own
}

function rest(own: Server): void {
  if (kept || server !== own || own.waiting.size > 0) return
  idle = setTimeout(() => {
    server = undefined
    own.child.kill()
  }, IDLE_MS)
}

/** For whoever asks now and then, minutes apart: the compiler stays until what comes back is called. */
export function keepBicep(): () => void {
  kept = true
  return () => {
    kept = false
    if (server) rest(server)
  }
}

/**
 * Asks the compiler by its JSON-RPC, in a process that stays for the next question: starting one takes it several
 * seconds, a question a fraction of one. It ends when nothing has been asked for half a second.
 * @throws Error with the compiler's text
 * @see https://github.com/Azure/bicep/blob/main/src/Bicep.RpcClient/JsonRpc
 */
export async function askBicep(method: string, params: object): Promise<unknown> {
  clearTimeout(idle)
  const own = (server ??= start())
  lastId += 1
  const id = lastId
  const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
  try {
    return await new Promise((resolve, reject) => {
      own.waiting.set(id, { resolve, reject })
      own.child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}${HEADERS_END}${text}`)
    })
  } finally {
    rest(own)
  }
}
