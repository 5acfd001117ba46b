import { build } from '../../../infra/build.ts'
import { refuse } from '../../sandbox/demo/arguments.ts'
import { type Lifetime, runWithin } from '../../sandbox/demo/lifetime.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { ChatError, createChat } from './model/chat.ts'
import { converse } from './model/converse.ts'
import { askersOf, type Persona } from './question.ts'
import type { Answer } from './recording.ts'
import { serveTable } from './runner/by-hand.ts'
import { HELP, type Options, optionsFrom, readGiven, type Task } from './runner/options.ts'
import { type Logbook, openLogbook } from './runner/logbook.ts'
import { report } from './runner/report.ts'
import { openSeat, type Seat, startAtNow } from './runner/stage.ts'
import { fingerprintOfSeed, openOracle } from './world.ts'

function readOptions(): Options {
  try {
    return optionsFrom(readGiven(), process.env['OPENAI_API_KEY'])
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), HELP)
  }
}

const options = readOptions()
const print = (text: string) => void process.stdout.write(text)
const progress = (text: string) => void process.stderr.write(text)

type Hall = { readonly logbook: Logbook; readonly seatOf: (persona: Persona) => Promise<Seat> }

function hallOf(sandbox: Sandbox, logbook: Logbook): Hall {
  const seats = new Map<Persona, Promise<Seat>>()
  const seatOf = (persona: Persona): Promise<Seat> => {
    const seat = seats.get(persona) ?? openSeat(sandbox, persona)
    seats.set(persona, seat)
    return seat
  }
  return { logbook, seatOf }
}

/** @throws ChatError when the model's server refuses such requests at all */
async function ask({ persona, question }: Task, { chat, turns }: Options, { logbook, seatOf }: Hall): Promise<Answer> {
  const seat = await seatOf(persona)
  const asked = { question: question.id, persona }
  try {
    const { answer, calls, bytes, errors } = await converse(createChat(chat), seat, question.ask, turns)
    return logbook.keep({ ...asked, answer, calls: [...calls], bytes, errors })
  } catch (error) {
    if (!(error instanceof ChatError) || (error.status >= 400 && error.status < 429)) throw error
    const wrong = `the model failed: ${error.message}`
    return logbook.keepFailure({ ...asked, answer: '', calls: [], bytes: 0, errors: 0, wrong })
  }
}

async function askAll(given: Options, hall: Hall): Promise<void> {
  const tasks = hall.logbook.left(given.tasks)
  for (const [at, task] of tasks.entries()) {
    const { wrong = 'right' } = await ask(task, given, hall)
    progress(`${at + 1}/${tasks.length} ${task.question.id}, ${task.persona}: ${wrong}\n`)
  }
  print(report(hall.logbook.answers()))
}

async function serve(given: Options, { logbook, seatOf }: Hall, { own, stopped }: Lifetime): Promise<void> {
  const tasks = logbook.left(given.tasks)
  const { usage } = await own(serveTable({ tasks, seatOf, keep: logbook.keep }, given.port))
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
  const { out, chat } = options
  const logbook = openLogbook({ out, model: chat.model, seed: fingerprintOfSeed(), oracle: openOracle() })
  if (options.mode === 'model' && logbook.left(options.tasks).length === 0) {
    print(report(logbook.answers()))
    return
  }
  if (options.build) await build()
  const hall = hallOf(await lifetime.own(startAtNow()), logbook)
  await (options.mode === 'by hand' ? serve(options, hall, lifetime) : askAll(options, hall))
}

await runWithin(run, { signalIsTheEnd: options.mode === 'by hand' })
