import { invalidExpression } from '../../errors.ts'
import { isArray, toText, type Value } from '../values.ts'
import { count, integer, text } from './arguments.ts'
import { guid, uniqueString } from './hashes.ts'
import type { Function } from '../evaluate.ts'

/** Composite formatting of .NET: `{0}`, `{0:D3}`, `{{`. Other format strings are refused rather than guessed. */
const formatOne = (value: Value | undefined, style: string | undefined, whole: string): string => {
  if (value === undefined) throw invalidExpression(`The format string '${whole}' names an argument that is not given.`)
  if (style === undefined) return toText(value)
  const digits = /^D(\d+)$/i.exec(style)?.[1]
  if (digits === undefined || typeof value !== 'number')
    throw invalidExpression(`The format '{0:${style}}' is not known to this stand-in.`)
  return `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(Number(digits), '0')}`
}

const format: Function = (args) => {
  const template = text('format', args, 0)
  return template.replace(/\{\{|\}\}|\{(\d+)(?::([^}]*))?\}/g, (whole, index?: string, style?: string) =>
    index === undefined ? whole.slice(1) : formatOne(args[Number(index) + 1], style, template),
  )
}

const split: Function = (args) => {
  count('split', args, 2)
  const separators = args[1]
  const list = separators !== undefined && isArray(separators) ? separators.map(toText) : [text('split', args, 1)]
  return list.reduce<string[]>(
    (parts, separator) => parts.flatMap((part) => part.split(separator)),
    [text('split', args, 0)],
  )
}

const substring: Function = (args) => {
  count('substring', args, 2, 3)
  const whole = text('substring', args, 0)
  const start = integer('substring', args, 1)
  const length = args.length === 3 ? integer('substring', args, 2) : whole.length - start
  if (start < 0 || length < 0 || start + length > whole.length)
    throw invalidExpression('The index and length parameters of substring must refer to a location within the string.')
  return whole.slice(start, start + length)
}

const concat: Function = (args) =>
  args.some((value) => isArray(value))
    ? args.flatMap((value) => (isArray(value) ? value : [value]))
    : args.map(toText).join('')

const lower = (value: string): string => value.toLowerCase()
const pair =
  (name: string, decide: (whole: string, part: string) => boolean): Function =>
  (args) => {
    count(name, args, 2)
    return decide(lower(text(name, args, 0)), lower(text(name, args, 1)))
  }
const one =
  (name: string, change: (value: string) => Value): Function =>
  (args) => {
    count(name, args, 1)
    return change(text(name, args, 0))
  }

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string */
export const STRINGS: Readonly<Record<string, Function>> = {
  concat,
  format,
  split,
  substring,
  join: (args) => {
    count('join', args, 2)
    const [list] = args
    if (list === undefined || !isArray(list)) throw invalidExpression("The function 'join' expects an array first.")
    return list.map(toText).join(text('join', args, 1))
  },
  replace: (args) => {
    count('replace', args, 3)
    return text('replace', args, 0).replaceAll(text('replace', args, 1), text('replace', args, 2))
  },
  toLower: one('toLower', lower),
  toUpper: one('toUpper', (value) => value.toUpperCase()),
  trim: one('trim', (value) => value.trim()),
  base64: one('base64', (value) => Buffer.from(value, 'utf8').toString('base64')),
  uriComponent: one('uriComponent', encodeURIComponent),
  startsWith: pair('startsWith', (whole, part) => whole.startsWith(part)),
  endsWith: pair('endsWith', (whole, part) => whole.endsWith(part)),
  indexOf: (args) => lower(text('indexOf', args, 0)).indexOf(lower(text('indexOf', args, 1))),
  string: (args) => {
    count('string', args, 1)
    return toText(args[0] ?? null)
  },
  uniqueString: (args) => uniqueString(args.map((_, index) => text('uniqueString', args, index))),
  guid: (args) => guid(args.map((_, index) => text('guid', args, index))),
}
