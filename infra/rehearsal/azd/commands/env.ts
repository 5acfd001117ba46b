import type { Command } from '../cli/args.ts'
import type { Transcript } from '../context.ts'
import { marshalDotenv } from '../environment/dotenv.ts'
import {
  createEnvironment,
  defaultEnvironment,
  environmentNames,
  selectEnvironment,
  type Environment,
} from '../environment/environment.ts'
import { AzdError } from '../errors.ts'
import { environmentOf, type Chooser } from './choose-environment.ts'

export type EnvContext = Chooser & { readonly transcript: Transcript }

const need = (command: Command, what: string): string => {
  const [value] = command.args
  if (value === undefined) throw new AzdError(`accepts 1 arg(s), received 0: ${what}`)
  return value
}

const flag = ({ flags }: Command, name: string): string | undefined => {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** `set KEY VALUE`, or any number of `KEY=VALUE`. */
const assignments = ({ args }: Command): Record<string, string> => {
  const [name, value] = args
  if (args.length === 2 && name !== undefined && value !== undefined && !name.includes('=')) return { [name]: value }
  if (args.length === 0) throw new AzdError('no environment values provided', 'Run: azd env set <key> <value>')
  return Object.fromEntries(
    args.map((argument) => {
      const at = argument.indexOf('=')
      if (at <= 0) throw new AzdError(`invalid key=value format: ${argument}`)
      return [argument.slice(0, at), argument.slice(at + 1)]
    }),
  )
}

const printValues = (environment: Environment, command: Command, { transcript }: EnvContext): void => {
  const values = environment.values()
  const asJson = command.flags['output'] === 'json'
  transcript.write(
    `${asJson ? JSON.stringify(Object.fromEntries([...values].sort()), null, 2) : marshalDotenv(values)}\n`,
  )
}

const printValue = (environment: Environment, name: string, { transcript }: EnvContext): void => {
  const value = environment.values().get(name)
  if (value === undefined) throw new AzdError(`key '${name}' not found in the environment values`)
  transcript.write(`${value}\n`)
}

const make = (command: Command, { projectDir }: EnvContext): void => {
  const subscription = flag(command, 'subscription')
  const location = flag(command, 'location')
  createEnvironment(projectDir, need(command, 'the name of the environment'), {
    ...(subscription === undefined ? {} : { AZURE_SUBSCRIPTION_ID: subscription }),
    ...(location === undefined ? {} : { AZURE_LOCATION: location }),
  })
}

const list = ({ projectDir, transcript }: EnvContext): void => {
  const chosen = defaultEnvironment(projectDir)
  const lines = environmentNames(projectDir).map((name) => `${name.padEnd(12)}${name === chosen}`)
  transcript.write(`${['NAME        DEFAULT', ...lines].join('\n')}\n`)
}

type Work = (command: Command, context: EnvContext) => void

const COMMANDS: Readonly<Record<string, Work>> = {
  'env new': make,
  'env select': (command, { projectDir }) =>
    selectEnvironment(projectDir, need(command, 'the name of the environment')),
  'env list': (_, context) => list(context),
  'env set': (command, context) => environmentOf(command, context).merge(assignments(command)),
  'env get-value': (command, context) =>
    printValue(environmentOf(command, context), need(command, 'the name of the value'), context),
  'env get-values': (command, context) => printValues(environmentOf(command, context), command, context),
}

/** `azd env …` @throws AzdError */
export const env: Work = (command, context) => COMMANDS[command.name]?.(command, context)
