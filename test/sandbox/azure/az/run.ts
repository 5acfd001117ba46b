import type { Command, Commands } from './command.ts'
import { flag, type Options, parse, splitCommand, value } from './command-line.ts'
import { accountCommands } from './commands/account.ts'
import { deploymentCommands } from './commands/deployments.ts'
import { directoryCommands } from './commands/directory.ts'
import { resourceCommands } from './commands/resources.ts'
import { restCommands } from './commands/rest.ts'
import { roleCommands } from './commands/roles.ts'
import { secretCommands } from './commands/secrets.ts'
import { AzError, usage } from './errors.ts'
import { applyQuery, format } from './output.ts'
import type { Session } from './session.ts'

const COMMANDS: Commands = {
  ...accountCommands,
  ...deploymentCommands,
  ...directoryCommands,
  ...resourceCommands,
  ...restCommands,
  ...roleCommands,
  ...secretCommands,
}

const GLOBAL: Options = {
  output: value('--output -o', { choices: ['json', 'jsonc', 'none', 'table', 'tsv'] }),
  query: value('--query'),
  quiet: flag('--only-show-errors'),
  verbose: flag('--verbose'),
  debug: flag('--debug'),
}
const SUBSCRIPTION: Options = { subscription: value('--subscription') }

/** The longest words that name a command; what az says of the rest. */
function commandOf(words: readonly string[]): Command {
  const command = COMMANDS[words.join(' ')]
  if (command) return command
  const names = Object.keys(COMMANDS).map((name) => name.split(' '))
  const begins = (count: number) => names.some((name) => words.slice(0, count).every((word, at) => name[at] === word))
  const known = words.findIndex((_word, at) => !begins(at + 1))
  if (known === -1) throw usage(`the following arguments are required: _subcommand`)
  const whole = COMMANDS[words.slice(0, known).join(' ')]
  if (whole) throw usage(`unrecognized arguments: ${words.slice(known).join(' ')}`)
  throw usage(`'${words[known] ?? ''}' is misspelled or not recognized by the system.`)
}

export type Result = { readonly stdout: string; readonly stderr: string; readonly exitCode: number }

/** Runs one command line of az. */
export async function run(args: readonly string[], session: Session): Promise<Result> {
  const warnings: string[] = []
  try {
    const { words, rest } = splitCommand(args)
    const command = commandOf(words)
    const values = parse(rest, { ...command.options, ...(command.subscription && SUBSCRIPTION), ...GLOBAL })
    const get = (name: string) => values[name]?.[0]
    const must = (name: string) => get(name) ?? ''
    const warn = (line: string) => void warnings.push(`WARNING: ${line}\n`)
    const result = await command.run({ session, values, get, must, warn })
    const stdout = format(applyQuery(result, get('query')), get('output')?.toLowerCase() ?? 'json')
    return { stdout, stderr: get('quiet') ? '' : warnings.join(''), exitCode: 0 }
  } catch (error) {
    const exitCode = error instanceof AzError ? error.exitCode : 1
    const message = error instanceof Error ? error.message : String(error)
    return { stdout: '', stderr: `${warnings.join('')}ERROR: ${message}\n`, exitCode }
  }
}
