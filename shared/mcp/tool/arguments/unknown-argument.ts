import { QueryError } from '../../../dataverse/errors.ts'
import { nearest } from '../../../dataverse/advice/suggest.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { askedElsewhere } from './asked-elsewhere.ts'
import { drawnInstead } from './drawn-instead.ts'
import { canonicalName, NOT_OF_ITEMS, OTHER_WORDS } from './other-words.ts'

/** Where an argument stands. */
export type Place = {
  /** `expand[0].`, or nothing. */
  readonly path: string
  /** The argument whose items or members these are. */
  readonly of?: string
  /** That can stand there. */
  readonly names: readonly string[]
}

export type UnknownArgument = { readonly written: string; readonly value: unknown; readonly place: Place }

const LONGEST_NAME = 40
const MOST_NAMED = 12

/** An argument as the caller wrote it. */
export function writtenAt({ path }: Place, written: string): string {
  return `"${path}${shown(written, LONGEST_NAME)}"`
}

/**
 * Names every argument that a tool does not have, each with what was likely meant.
 * @param known the arguments that it has, as they were given
 */
export function unknownArguments(tool: string, unknown: readonly UnknownArgument[], known: unknown): QueryError {
  const named = unknown.slice(0, MOST_NAMED)
  const left = unknown.length - named.length
  const names = [...named.map(({ place, written }) => writtenAt(place, written)), ...(left > 0 ? [`${left} more`] : [])]
  const taken = new Map(named.map(({ place }) => [place.of, place.names]))
  return new QueryError(
    'unknown_argument',
    `${tool} does not have the argument${unknown.length > 1 ? 's' : ''} ${names.join(', ')}.`,
    [
      ...named.map((one) => {
        const drawn =
          one.place.path === '' ? drawnInstead(tool, canonicalName(one.written), one.value, known) : undefined
        return `${writtenAt(one.place, one.written)}: ${drawn ?? adviceFor(tool, one, known)}`
      }),
      ...[...taken].map(([of = tool, members]) => `${of} takes ${members.join(', ') || 'no argument'}.`),
    ].join(' '),
  )
}

function adviceFor(tool: string, { written, value, place }: UnknownArgument, known: unknown): string {
  const { path, of = '', names } = place
  const word = canonicalName(written)
  const spelt = names.find((name) => canonicalName(name) === word)
  if (spelt !== undefined) return `write ${spelt}.`
  const other = otherWord(word, names)
  if (other) return `use ${other.name}${other.because === undefined ? '' : ` (${other.because})`}.`
  const elsewhere = path === '' ? askedElsewhere(tool, word, value, known) : undefined
  if (elsewhere !== undefined) return elsewhere
  const vain = Object.hasOwn(NOT_OF_ITEMS, of) ? NOT_OF_ITEMS[of] : undefined
  if (vain && (vain.names.includes(word) || otherWord(word, vain.names))) return `${vain.advice}.`
  const near = of === 'changes' ? undefined : nameNear(word, names)
  // Of `preview_change`: a column, or an argument of an operation.
  if (near === undefined && (of === 'changes' || names.includes('changes')))
    return `pass it as {"column":${JSON.stringify(shown(written, LONGEST_NAME))},"to":…} in changes.`
  return near === undefined ? 'leave it out.' : `did you mean ${near}?`
}

function otherWord(word: string, names: readonly string[]): (typeof OTHER_WORDS)[number] | undefined {
  return OTHER_WORDS.find(({ name, words }) => names.includes(name) && words.includes(word))
}

function nameNear(word: string, names: readonly string[]): string | undefined {
  const swapped = names.find((name) => name.length === word.length && lettersOf(name) === lettersOf(word))
  const plain = names.map((name) => ({ name, aliases: [] }))
  const withWords = names.map((name) => ({ name, aliases: wordsFor(name) }))
  return swapped ?? nearest(word, plain, 1)[0] ?? nearest(word, withWords, 1)[0]
}

function lettersOf(name: string): string {
  return Array.from(name).toSorted().join('')
}

function wordsFor(name: string): readonly string[] {
  return OTHER_WORDS.filter((other) => other.name === name).flatMap(({ words }) => words)
}
