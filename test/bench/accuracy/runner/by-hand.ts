import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

import { type Persona, PERSONAS } from '../question.ts'
import type { Answer } from '../recording.ts'
import { briefing } from './briefing.ts'
import type { Task } from './options.ts'
import type { Seat } from './stage.ts'

const who = { persona: z.enum(PERSONAS), question: z.string() }
const callSchema = z.strictObject({ ...who, tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
const answerSchema = z.strictObject({ ...who, answer: z.string() })

export type Table = {
  readonly tasks: readonly Task[]
  readonly seatOf: (persona: Persona) => Promise<Seat>
  /** Called with each answer, whole. */
  readonly keep: (answer: Omit<Answer, 'wrong'>) => unknown
}

type Played = Pick<Answer, 'calls' | 'bytes' | 'errors'>
type Reply = { readonly status: number; readonly body: string }

const USAGE = `GET  /briefing?persona=sales rep     what a model would be told, with its tools
GET  /questions?persona=sales rep    what is still to be answered
POST /call    {"persona", "question", "tool", "arguments"}   gives what the tool gives
POST /answer  {"persona", "question", "answer"}              the last words; ends the question
`

/** Somebody plays a model: the calls and bytes of each question are counted here. */
export function createTable({ tasks, seatOf, keep }: Table): (request: IncomingMessage) => Promise<Reply> {
  const played = new Map<string, Played>()
  const done = new Set<string>()
  const keyOf = (persona: Persona, question: string): string => `${persona}/${question}`
  const isAsked = (persona: Persona, id: string): boolean =>
    tasks.some((task) => task.persona === persona && task.question.id === id) && !done.has(keyOf(persona, id))
  const refused: Reply = { status: 409, body: 'That is not among the questions that are still to be answered.\n' }

  const call = async (body: unknown): Promise<Reply> => {
    const { persona, question, tool, arguments: args } = callSchema.parse(body)
    if (!isAsked(persona, question)) return refused
    const reply = await (await seatOf(persona)).call(tool, args)
    const { calls, bytes, errors } = played.get(keyOf(persona, question)) ?? { calls: [], bytes: 0, errors: 0 }
    played.set(keyOf(persona, question), {
      calls: [...calls, { tool, arguments: args }],
      bytes: bytes + Buffer.byteLength(reply.text),
      errors: errors + Number(reply.isError),
    })
    return { status: 200, body: reply.text }
  }
  const answer = (body: unknown): Reply => {
    const given = answerSchema.parse(body)
    const key = keyOf(given.persona, given.question)
    if (!isAsked(given.persona, given.question)) return refused
    const { calls, bytes, errors } = played.get(key) ?? { calls: [], bytes: 0, errors: 0 }
    keep({ question: given.question, persona: given.persona, answer: given.answer, calls, bytes, errors })
    done.add(key)
    return { status: 200, body: 'Kept.\n' }
  }
  const tell = async (path: string, persona: Persona): Promise<Reply> => {
    const open = tasks.filter((task) => task.persona === persona && isAsked(persona, task.question.id))
    const questions = open.map(({ question }) => ({ question: question.id, ask: question.ask }))
    if (path === '/questions') return { status: 200, body: JSON.stringify(questions, null, 2) }
    const seat = await seatOf(persona)
    return { status: 200, body: `${briefing(seat)}\n\n${JSON.stringify(seat.tools, null, 2)}` }
  }
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://table')
    switch (`${request.method ?? ''} ${pathname}`) {
      case 'POST /call':
        return call(JSON.parse(await text(request)))
      case 'POST /answer':
        return answer(JSON.parse(await text(request)))
      case 'GET /questions':
      case 'GET /briefing':
        return tell(pathname, z.enum(PERSONAS).parse(searchParams.get('persona')))
      default:
        return { status: 404, body: USAGE }
    }
  }
}

/** Serves a table on 127.0.0.1. */
export async function serveTable(table: Table, port: number) {
  const handle = createTable(table)
  const server = createServer((request, response) => {
    handle(request)
      .catch((error: unknown) => ({ status: 400, body: `${String(error)}\n\n${USAGE}` }))
      .then(({ status, body }) => response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body))
      .catch(() => response.destroy())
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { usage: USAGE, close }
}
