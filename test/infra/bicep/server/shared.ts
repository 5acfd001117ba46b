import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createBicepServer } from './server.ts'

/** Long enough for whoever asks again, short enough for a test file to end. */
const OWN_IDLE_MS = 500
/** Some ask minutes apart. */
const SHARED_IDLE_MS = 600_000
/** Names the socket of the compiler that a whole run shares, to the processes that it starts. */
export const SHARED_BICEP = 'SHARED_BICEP'

type Question = { readonly method: string; readonly params: object }
type Answer = { readonly result?: unknown; readonly error?: string }

const own = createBicepServer({ idleMs: OWN_IDLE_MS })

async function askAt(path: string, question: Question): Promise<unknown> {
  const socket = connect({ path, allowHalfOpen: true })
  socket.end(JSON.stringify(question))
  const { result, error } = JSON.parse(await text(socket)) as Answer
  if (error !== undefined) throw new Error(error)
  return result
}

/**
 * Asks the compiler, in a process that stays for the next question: that of the whole run, or one of our own which
 * ends when nothing has been asked for half a second.
 * @throws Error with the compiler's text
 */
export function askBicep(method: string, params: object): Promise<unknown> {
  const path = process.env[SHARED_BICEP]
  return path === undefined ? own.ask(method, params) : askAt(path, { method, params })
}

/**
 * One compiler for a whole run of tests or of a rehearsal, which the first question starts: what it compiles for one file it need not warm up
 * to for the next. @returns what ends it
 */
export async function shareBicep(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'bicep-'))
  const path = join(folder, 'socket')
  const { ask, stop } = createBicepServer({ idleMs: SHARED_IDLE_MS, isBackground: true })
  const answer = async (socket: Socket): Promise<void> => {
    // Whoever asked may be gone before the answer.
    socket.on('error', () => socket.destroy())
    const { method, params } = JSON.parse(await text(socket)) as Question
    const answered: Answer = await ask(method, params).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: String(error instanceof Error ? error.message : error) }),
    )
    socket.end(JSON.stringify(answered))
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket).catch(() => socket.destroy()))
  await once(server.listen(path), 'listening')
  process.env[SHARED_BICEP] = path
  return async () => {
    server.close()
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
}
