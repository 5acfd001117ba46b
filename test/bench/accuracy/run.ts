import { writeFileSync } from 'node:fs'

import { build } from '../../../infra/build.ts'
import type { Oracle } from '../../queries/oracle/oracle.ts'
import { type Lifetime, runWithin } from '../../sandbox/demo/lifetime.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { ChatError, createChat } from './model/chat.ts'
import { converse } from './model/converse.ts'
import { askersOf, type Persona } from './question.ts'
import { type Answer, judged } from './recording.ts'
import { serveTable } from './runner/by-hand.ts'
import { type Options, readOptions, type Task } from './runner/options.ts'
import { report } from './runner/report.ts'
import { openSeat, type Seat, startAtNow } from './runner/stage.ts'
import { fingerprintOfSeed, openOracle } from './world.ts'

const options = readOptions(process.env['OPENAI_API_KEY'])
const print = (text: string) => void process.stdout.write(text)
const progress = (text: string) => void process.stderr.write(text)

type Hall = { readonly oracle: Oracle; readonly seatOf: (persona: Persona) => Promise<Seat>; readonly seed: string }

function hallOf(sandbox: Sandbox): Hall {
  const seats = new Map<Persona, Promise<Seat>>()
  const seatOf = (persona: Persona): Promise<Seat> => {
    const seat = seats.get(persona) ?? openSeat(sandbox, persona)
    seats.set(persona, seat)
    return seat
  }
  return { oracle: openOracle(), seatOf, seed: fingerprintOfSeed() }
}

/** After each answer, so that what ends a long run costs nothing that was answered. */
function write({ out, chat }: Options, { seed }: Hall, answers: readonly Answer[]): void {
  if (out !== undefined) writeFileSync(out, `${JSON.stringify({ model: chat.model, seed, answers }, null, 2)}\n`)
}

/** @throws ChatError when the model's server refuses such requests at all */
async function ask({ persona, question }: Task, { chat, turns }: Options, hall: Hall): Promise<Answer> {
  const seat = await hall.seatOf(persona)
  const asked = { question: question.id, persona }
  try {
    const { answer, calls, bytes, errors } = await converse(createChat(chat), seat, question.ask, turns)
    return judged(hall.oracle, { ...asked, answer, calls: [...calls], bytes, errors })
  } catch (error) {
    if (!(error instanceof ChatError) || (error.status >= 400 && error.status < 429)) throw error
    return { ...asked, answer: '', calls: [], bytes: 0, errors: 0, wrong: `the model failed: ${error.message}` }
  }
}

async function askAll(given: Options, hall: Hall): Promise<void> {
  const answers: Answer[] = []
  for (const task of given.tasks) {
    const answer = await ask(task, given, hall)
    answers.push(answer)
    write(given, hall, answers)
    const count = `${answers.length}/${given.tasks.length}`
    progress(`${count} ${task.question.id}, ${task.persona}: ${answer.wrong ?? 'right'}\n`)
  }
  print(report(answers))
}

async function serve(given: Options, hall: Hall, { own, stopped }: Lifetime): Promise<void> {
  const answers: Answer[] = []
  const keep = (answer: Omit<Answer, 'wrong'>): void => {
    answers.push(judged(hall.oracle, answer))
    write(given, hall, answers)
  }
  const { usage } = await own(serveTable({ tasks: given.tasks, seatOf: hall.seatOf, keep }, given.port))
  print(`http://127.0.0.1:${given.port}, until Ctrl-C\n\n${usage}`)
  await stopped
}

function list(): void {
  const seen = new Set(options.tasks.map(({ question }) => question))
  for (const one of seen) print(`${one.id} (${one.theme}; ${askersOf(one).join(', ')}): ${one.ask}\n`)
}

async function run(lifetime: Lifetime): Promise<void> {
  if (options.mode === 'list') {
    list()
    return
  }
  if (options.build) await build()
  const hall = hallOf(await lifetime.own(startAtNow()))
  await (options.mode === 'by hand' ? serve(options, hall, lifetime) : askAll(options, hall))
}

await runWithin(run, { signalIsTheEnd: options.mode === 'by hand' })
