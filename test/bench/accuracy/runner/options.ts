import { readArguments, refuse } from '../../../sandbox/demo/arguments.ts'
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

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  refuse(`--${flag} ${text} is not a whole number from 1 to ${most}`, HELP)
}

function readQuestions(text: string | undefined): readonly Question[] {
  if (text === undefined) return QUESTIONS
  const ids = text.split(',').map((id) => id.trim())
  const unknown = ids.filter((id) => !QUESTIONS.some((one) => one.id === id))
  if (unknown.length > 0) refuse(`no question is called ${unknown.join(', ')}: --list names them`, HELP)
  return QUESTIONS.filter(({ id }) => ids.includes(id))
}

function readPersonas(text: string | undefined): readonly Persona[] {
  const found = PERSONAS.filter((one) => text === undefined || one === text)
  if (found.length === 0) refuse(`--persona "${text ?? ''}" is none of ${PERSONAS.join(', ')}`, HELP)
  return found
}

function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  refuse(`--url ${text} is not an http address`, HELP)
}

function tasksOf(questions: readonly Question[], personas: readonly Persona[]): Task[] {
  const tasks = personas.flatMap((persona) =>
    questions.filter((one) => askersOf(one).includes(persona)).map((question) => ({ persona, question })),
  )
  if (tasks.length === 0) refuse('nobody of these people asks any of these questions', HELP)
  return tasks
}

/** Reads the command line; what is wrong with it ends the program with the reason and the help (code 2). */
export function readOptions(apiKey: string | undefined): Options {
  const given = readArguments(HELP, {
    model: { type: 'string' },
    url: { type: 'string', default: 'https://api.openai.com/v1' },
    questions: { type: 'string' },
    persona: { type: 'string' },
    turns: { type: 'string', default: '12' },
    timeout: { type: 'string', default: '120' },
    out: { type: 'string' },
    'by-hand': { type: 'boolean' },
    port: { type: 'string', default: '8765' },
    list: { type: 'boolean' },
    'no-build': { type: 'boolean' },
  })
  const mode = given.list ? 'list' : given['by-hand'] ? 'by hand' : 'model'
  if (mode === 'model' && given.model === undefined) refuse('--model is missing: which model is to answer?', HELP)
  if (mode === 'by hand' && given.out === undefined) refuse('--by-hand needs --out: where do the answers go?', HELP)
  return {
    tasks: tasksOf(readQuestions(given.questions), readPersonas(given.persona)),
    mode,
    chat: {
      url: readUrl(given.url),
      model: given.model ?? 'played by hand',
      timeoutMs: wholeNumber('timeout', given.timeout, 3600) * 1000,
      retries: 5,
      ...(apiKey !== undefined && { apiKey }),
    },
    turns: wholeNumber('turns', given.turns, 100),
    port: wholeNumber('port', given.port, 65_535),
    out: given.out,
    build: given['no-build'] !== true,
  }
}
