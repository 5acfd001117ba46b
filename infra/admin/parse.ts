import { parseArgs } from 'node:util'
import { quoted } from '../doctor/wire/plain-text.ts'
import { misusedOption, parseFault } from '../hooks/run/misused-option.ts'
import { COMMANDS } from './commands.ts'
import { Misuse, type Options, type Run } from './desk.ts'

export type Wish = { readonly run: Run; readonly args: readonly string[]; readonly options: Options }

const OPTIONS = {
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  days: { type: 'string' },
  url: { type: 'string' },
  'client-id': { type: 'string' },
  trust: { type: 'string' },
  workspace: { type: 'string' },
  message: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const
const MEMBER: Readonly<Record<string, keyof Options>> = { 'client-id': 'clientId' }
const MOST_DAYS = 4_000
/** One session in 64 begins like an option. */
const DASHED_SESSION = /^-[A-Za-z0-9_-]{21}$/
const MARK = '\u0000'

/** What was typed; `help` where that was asked for. @throws Misuse for whatever is not understood */
export function readWish(typed: readonly string[]): Wish | 'help' {
  const marked = typed.map((one) => (DASHED_SESSION.test(one) && !isOption(one) ? `${MARK}${one}` : one))
  const { values, positionals, tokens } = parse(marked)
  const wrong = misusedOption(tokens)
  if (wrong !== undefined) throw new Misuse(wrong)
  if (values.help === true) return 'help'
  const [name, ...args] = positionals.map((one) => one.replace(MARK, ''))
  if (name === undefined) throw new Misuse('Say which command.')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new Misuse(`There is no command ${quoted(name)}.`)
  if (args.some((one) => one.trim() === '')) throw new Misuse('A word is empty: is a variable of the shell not set?')
  if (args.length < command.least || args.length > command.most)
    throw new Misuse(`${name} takes: ${command.takes === '' ? 'no word behind it' : command.takes}.`)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const member = MEMBER[token.name] ?? (token.name as keyof Options)
    if (!command.options.includes(member)) throw new Misuse(`--${token.name} is no option of ${name}.`)
  }
  return { run: command.run, args, options: optionsOf(values) }
}

const isOption = (text: string): boolean => Object.hasOwn(OPTIONS, text.replace(/^--/, ''))

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true })
  } catch (error) {
    throw new Misuse(parseFault(error))
  }
}

function optionsOf(values: ReturnType<typeof parse>['values']): Options {
  const { json = false, yes = false, days, url, trust, workspace, message } = values
  const clientId = values['client-id']
  if (trust !== undefined && clientId === undefined) throw new Misuse('--trust belongs to --client-id.')
  if (trust !== undefined && (!URL.canParse(trust) || new URL(trust).origin !== trust))
    throw new Misuse('--trust takes an origin: https://<host>, and nothing behind it.')
  return { json, yes, days: daysOf(days), url, clientId, trust, workspace, message }
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const days = Number(text)
  if (/^\d{1,4}$/.test(text) && days >= 1 && days <= MOST_DAYS) return days
  throw new Misuse(`--days takes a whole number from 1 to ${MOST_DAYS}.`)
}
