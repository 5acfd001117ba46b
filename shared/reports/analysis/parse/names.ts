import { parseFilter } from '../../../dataverse/query/from-odata/parse-filter.ts'
import type { Stream } from './stream.ts'

const LONGEST = 60

/** A name that a condition and an order can hold, too, so that no figure is out of their reach. */
export function readName(stream: Stream): string {
  const { kind, value } = stream.peek()
  if (kind !== 'name' && kind !== 'quoted') throw stream.unexpected()
  stream.next()
  const name = columnName(value)
  if (name !== undefined) return name
  const sample = `figure_${joined(value).replaceAll(/\W/g, '').replace(/^_+/, '').slice(0, 20) || '1'}`
  throw stream.refuse(`cannot be called "${value.slice(0, LONGEST)}"`, `Write "as ${sample}" instead of that name.`)
}

/** Words as a name that such a condition holds; undefined where they make none. */
export function columnName(words: string): string | undefined {
  const name = joined(words)
  return isName(name) ? name : undefined
}

function joined(words: string): string {
  return words.trim().replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
}

/** Two underscores begin names that stand for others, and what JavaScript keeps for itself. */
function isName(name: string): boolean {
  if (name.length > LONGEST || !/^[a-z_]\w*$/i.test(name) || name.startsWith('__') || name in {}) return false
  try {
    const [only, ...others] = parseFilter(`${name} eq 1`, () => undefined).conditions
    return others.length === 0 && only?.attribute === name && only.operator === 'eq' && only.path === undefined
  } catch {
    return false
  }
}

/** What was written is a name, too, as far as it is short. */
export function nameOf(printed: string): string {
  return printed.length > LONGEST ? `${printed.slice(0, LONGEST - 1).toWellFormed()}…` : printed
}
