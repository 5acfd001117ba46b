import { parseArgs } from 'node:util'
import { AzdError, messageOf } from '../errors.ts'

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

/** Flags that every command takes. */
const GLOBAL: Options = {
  environment: { type: 'string', short: 'e' },
  'no-prompt': { type: 'boolean' },
  output: { type: 'string', short: 'o' },
}

const COMMANDS: Readonly<Record<string, { readonly options: Options; readonly most: number }>> = {
  up: { options: {}, most: 0 },
  provision: { options: { preview: { type: 'boolean' }, 'no-state': { type: 'boolean' } }, most: 1 },
  deploy: { options: { all: { type: 'boolean' }, 'from-package': { type: 'string' } }, most: 1 },
  package: { options: { all: { type: 'boolean' } }, most: 1 },
  down: { options: { force: { type: 'boolean' }, purge: { type: 'boolean' } }, most: 1 },
  'env new': { options: { subscription: { type: 'string' }, location: { type: 'string', short: 'l' } }, most: 1 },
  'env select': { options: {}, most: 1 },
  'env list': { options: {}, most: 0 },
  'env set': { options: {}, most: Infinity },
  'env get-value': { options: {}, most: 1 },
  'env get-values': { options: {}, most: 0 },
  'hooks run': { options: { layer: { type: 'string' } }, most: 1 },
  version: { options: {}, most: 0 },
}

export type Command = {
  readonly name: string
  readonly args: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
}

/**
 * Finds the command and its flags; strict: what azd does not know, it refuses, so that no runbook names a flag in vain.
 * @throws AzdError in the words of azd's command line library
 */
export const parseCommand = (argv: readonly string[]): Command => {
  const [first = '', second = ''] = argv
  const two = `${first} ${second}`
  const name = Object.hasOwn(COMMANDS, two) ? two : first
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (known === undefined) throw new AzdError(`unknown command "${first}" for "azd"`, "Run 'azd --help' for usage.")
  const rest = argv.slice(name.split(' ').length)
  try {
    const options = { ...GLOBAL, ...known.options }
    const { values, positionals } = parseArgs({ args: [...rest], options, strict: true, allowPositionals: true })
    if (positionals.length > known.most)
      throw new AzdError(`accepts at most ${known.most} arg(s), received ${positionals.length}`)
    return { name, args: positionals, flags: values as Command['flags'] }
  } catch (error) {
    if (error instanceof AzdError) throw error
    const flag = /'(-[^' ]+)/.exec(messageOf(error))?.[1]
    throw new AzdError(flag === undefined ? messageOf(error) : `unknown flag: ${flag}`)
  }
}
