import jmespath from 'jmespath'
import { usage } from './errors.ts'

type Json = unknown
type Members = Readonly<Record<string, Json>>

const isObject = (one: Json): one is Members => typeof one === 'object' && one !== null && !Array.isArray(one)

/** az sorts members in JSON, and only there. */
const sorted = (one: Json): Json => {
  if (Array.isArray(one)) return one.map(sorted)
  if (!isObject(one)) return one
  const names = Object.keys(one).sort()
  return Object.fromEntries(names.map((name) => [name, sorted(one[name])]))
}

function cell(one: Json): string {
  if (one === null || one === undefined) return 'None'
  if (Array.isArray(one)) return String(one.length)
  if (typeof one === 'object') return ''
  if (typeof one === 'boolean') return one ? 'True' : 'False'
  return typeof one === 'string' ? one : JSON.stringify(one)
}

function row(one: Json): string {
  if (Array.isArray(one)) return one.map(cell).join('\t')
  if (isObject(one)) return Object.values(one).map(cell).join('\t')
  if (typeof one === 'boolean') return String(one)
  return one === null ? '' : cell(one)
}

function table(value: Json): string {
  const all: readonly Json[] = Array.isArray(value) ? value : [value]
  const rows = all.map((one): Members => (isObject(one) ? one : { Result: one }))
  const names = [
    ...new Set(
      rows.flatMap((one) => Object.keys(one).filter((name) => !isObject(one[name]) && !Array.isArray(one[name]))),
    ),
  ]
  const width = (name: string) => Math.max(name.length, ...rows.map((one) => cell(one[name]).length))
  const line = (text: (name: string) => string) =>
    names
      .map((name) => text(name).padEnd(width(name)))
      .join('  ')
      .trimEnd()
  const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
  return [
    line(title),
    line((name) => '-'.repeat(width(name))),
    ...rows.map((one) => line((name) => cell(one[name]))),
  ].join('\n')
}

/** @throws AzError 2 for an expression that is no JMESPath */
export function applyQuery(value: Json, query: string | undefined): Json {
  if (query === undefined || value === undefined) return value
  try {
    return jmespath.search(value as Parameters<typeof jmespath.search>[0], query) as Json
  } catch {
    throw usage(`argument --query: invalid jmespath_type value: '${query}'`)
  }
}

/** What az prints on stdout; nothing for a command without a result. */
export function format(value: Json, output: string): string {
  if (value === undefined || value === null || output === 'none') return ''
  if (output === 'tsv')
    return (Array.isArray(value) ? (value as Json[]) : [value]).map((one) => `${row(one)}\n`).join('')
  if (output === 'table') return `${table(value)}\n`
  return `${JSON.stringify(sorted(value), null, 2)}\n`
}
