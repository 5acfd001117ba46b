import { usage } from './errors.ts'

export type Option = {
  /** Every spelling; the first is shown. */
  readonly names: readonly string[]
  /** `flag` takes no value, `list` takes one or more; one value unless given. */
  readonly kind?: 'flag' | 'list'
  readonly required?: boolean
  readonly choices?: readonly string[]
}
export type Options = Readonly<Record<string, Option>>
export type Values = Readonly<Record<string, readonly string[] | undefined>>

/** An option of one value; `names` as az writes them: `--name -n`. */
export const value = (names: string, more: Omit<Option, 'names'> = {}): Option => ({ names: names.split(' '), ...more })
export const required = (names: string) => value(names, { required: true })
export const flag = (names: string) => value(names, { kind: 'flag' })
export const list = (names: string, more: Omit<Option, 'names'> = {}) => value(names, { ...more, kind: 'list' })
/** az's three-state flag: absent, or true or false. */
export const boolean = (names: string) => value(names, { choices: ['true', 'false'] })

const shown = ({ names }: Option) => names.join('/')

function takeValues(option: Option, attached: string | undefined, rest: string[]): string[] {
  if (option.kind === 'flag') {
    if (attached !== undefined) throw usage(`argument ${shown(option)}: ignored explicit argument '${attached}'`)
    return ['true']
  }
  if (attached !== undefined) return [attached]
  const values: string[] = []
  const most = option.kind === 'list' ? Infinity : 1
  while (values.length < most && rest[0] !== undefined && !/^-{1,2}[a-z]/i.test(rest[0]))
    values.push(rest.shift() ?? '')
  if (values.length > 0) return values
  throw usage(
    `argument ${shown(option)}: expected ${option.kind === 'list' ? 'at least one argument' : 'one argument'}`,
  )
}

function checkChoice(option: Option, values: readonly string[]): void {
  const wrong = option.choices && values.find((one) => !option.choices?.includes(one.toLowerCase()))
  if (wrong === undefined) return
  const name = option.names[0] ?? ''
  throw usage(
    `${name}: '${wrong}' is not a valid value for '${name}'. Allowed values: ${option.choices?.join(', ') ?? ''}.`,
  )
}

/** Reads options as az does, without its abbreviations: a script that relies on those breaks with the next option. */
export function parse(args: readonly string[], options: Options): Values {
  const rest = [...args]
  const values: Record<string, string[]> = {}
  const unknown: string[] = []
  while (rest.length > 0) {
    const [name = '', attached] = (rest.shift() ?? '').split(/=(.*)/s)
    const found = Object.entries(options).find(([, { names }]) => names.includes(name))
    if (found) {
      const taken = takeValues(found[1], attached, rest)
      checkChoice(found[1], taken)
      values[found[0]] = found[1].kind === 'list' ? [...(values[found[0]] ?? []), ...taken] : taken
    } else unknown.push(attached === undefined ? name : `${name}=${attached}`)
  }
  const missing = Object.entries(options).filter(([key, option]) => option.required && !values[key])
  if (missing.length > 0)
    throw usage(`the following arguments are required: ${missing.map(([, option]) => shown(option)).join(', ')}`)
  if (unknown.length > 0) throw usage(`unrecognized arguments: ${unknown.join(' ')}`)
  return values
}

/** Splits off the words that name the command: those before the first option. */
export function splitCommand(args: readonly string[]): { words: readonly string[]; rest: readonly string[] } {
  const first = args.findIndex((one) => one.startsWith('-'))
  const at = first === -1 ? args.length : first
  return { words: args.slice(0, at), rest: args.slice(at) }
}
