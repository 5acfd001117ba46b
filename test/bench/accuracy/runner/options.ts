import { readArguments } from '../../../sandbox/demo/arguments.ts'
import type { ChatOptions } from '../model/chat.ts'
import { askersOf, type Persona, PERSONAS, type Question } from '../question.ts'
import { QUESTIONS } from '../questions/all.ts'

export const HELP = `npm run accuracy -- --model NAME [--url ADDRESS] [options]

Asks a model business questions of the sandbox with this app's tools, as three people, and holds its answers
against SQL over the same rows. Prints what was right; exits 0 whatever that is. Needs no Dynamics and no Entra.

  --model NAME        the model, as its server calls it
  --url ADDRESS       an OpenAI-compatible API up to /chat/completions; https://api.openai.com/v1 unless given
  --questions A,B     these questions alone, by id
  --persona NAME      one person alone: ${PERSONAS.map((name) => `"${name}"`).join(', ')}
  --turns N           how often the model may ask for tools before it must answer; 12 unless given
  --timeout SECONDS   of one request to the model; 120 unless given
  --out FILE          writes the answers as a recording (test/bench/accuracy/recorded/README.md); goes on with one
                      of the same model that exists
  --by-hand [--port N]  no model: serves questions and tools on 127.0.0.1 for somebody who plays one; needs --out
  --list              prints the questions and ends
  --no-build          runs dist/ as it is
  --help              this text

The key of the API is read from OPENAI_API_KEY; a server of your own may need none.
`

const OPENAI = 'https://api.openai.com/v1'

export type Task = { readonly persona: Persona; readonly question: Question }
export type Options = {
  readonly tasks: readonly Task[]
  readonly mode: 'model' | 'by hand' | 'list'
  readonly chat: ChatOptions
  readonly turns: number
  readonly port: number
  readonly out: string | undefined
  readonly build: boolean
}

const FLAGS = {
  model: { type: 'string' },
  url: { type: 'string' },
  questions: { type: 'string' },
  persona: { type: 'string' },
  turns: { type: 'string' },
  timeout: { type: 'string' },
  out: { type: 'string' },
  'by-hand': { type: 'boolean' },
  port: { type: 'string' },
  list: { type: 'boolean' },
  'no-build': { type: 'boolean' },
} as const
export type Given = ReturnType<typeof readGiven>

/** A flag that does not exist ends the program with the help. */
export const readGiven = () => readArguments(HELP, FLAGS)

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new RangeError(`--${flag} ${text} is not a whole number from 1 to ${most}`)
}

function questionsIn(text: string | undefined): readonly Question[] {
  if (text === undefined) return QUESTIONS
  const ids = text.split(',').map((id) => id.trim())
  const unknown = ids.filter((id) => !QUESTIONS.some((one) => one.id === id))
  if (unknown.length > 0) throw new RangeError(`no question is called ${unknown.join(', ')}: --list names them`)
  return QUESTIONS.filter(({ id }) => ids.includes(id))
}

function personasIn(text: string | undefined): readonly Persona[] {
  const found = PERSONAS.filter((one) => text === undefined || one === text)
  if (found.length === 0) throw new RangeError(`--persona "${text ?? ''}" is none of ${PERSONAS.join(', ')}`)
  return found
}

function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new RangeError(`--url ${text} is not an http address`)
}

function tasksOf(questions: readonly Question[], personas: readonly Persona[]): Task[] {
  const tasks = personas.flatMap((persona) =>
    questions.filter((one) => askersOf(one).includes(persona)).map((question) => ({ persona, question })),
  )
  if (tasks.length === 0) throw new RangeError('nobody of these people asks any of these questions')
  return tasks
}

/** @throws RangeError with what is wrong with the command line */
export function optionsFrom(given: Given, apiKey: string | undefined): Options {
  const { model, url = OPENAI, turns = '12', timeout = '120', port = '8765', out, list } = given
  const mode = list ? 'list' : given['by-hand'] ? 'by hand' : 'model'
  if (mode === 'model' && model === undefined) throw new RangeError('--model is missing: which model is to answer?')
  if (mode === 'by hand' && out === undefined) throw new RangeError('--by-hand needs --out: where do the answers go?')
  return {
    tasks: tasksOf(questionsIn(given.questions), personasIn(given.persona)),
    mode,
    chat: {
      url: address(url),
      model: model ?? 'played by hand',
      timeoutMs: wholeNumber('timeout', timeout, 3600) * 1000,
      retries: 5,
      ...(apiKey !== undefined && { apiKey }),
    },
    turns: wholeNumber('turns', turns, 100),
    port: wholeNumber('port', port, 65_535),
    out,
    build: given['no-build'] !== true,
  }
}
