import { nearest } from '../../dataverse/advice/suggest.ts'
import { editDistance } from '../../config/edit-distance.ts'
import type { Named } from './pick-named.ts'

const MOST = 5
const MOST_WORDS = 8
const LONGEST = 100
const SHORTEST_STEM = 3
/** What somebody calls what they look for, whatever its name. */
const KINDS: ReadonlySet<string> = new Set(['view', 'chart', 'dashboard', 'list', 'saved', 'the', 'of', 'all'])

/**
 * Those that were meant: with most of the words, of the name or of its table, shortened or misspelt as they may be
 * (`open opps`), else those whose name is written nearly so.
 */
export function nearNamed(wanted: string, all: readonly Named[]): readonly Named[] {
  const words = meantBy(wanted)
  const scored = all.map((one) => ({ one, score: scoreOf(words, one) }))
  const best = Math.max(0, ...scored.map(({ score }) => score))
  const within = scored.filter(({ score }) => score === best).map(({ one }) => one)
  const found = nearest(
    wanted,
    (best === 0 ? all : within).map(({ id, name }) => ({ name: id, aliases: [name] })),
  )
  const near = found.flatMap((id) => all.find((one) => one.id === id) ?? [])
  return best === 0 ? near : [...new Set([...near, ...within])].slice(0, MOST)
}

/** Whether a name has all of the words. */
export function isNamedSo(wanted: string, name: string): boolean {
  const [words, own] = [meantBy(wanted), wordsOf(name)]
  return words.length > 0 && words.every((word) => own.some(isLike(word)))
}

function meantBy(wanted: string): readonly string[] {
  return wordsOf(wanted).filter((word) => !KINDS.has(word))
}

/** How many of the words it has; a word of its table counts less than one of its name. */
function scoreOf(words: readonly string[], { name, entity = '' }: Named): number {
  const [own, ofTable] = [wordsOf(name), wordsOf(entity)]
  const counted = words.map((word) => (own.some(isLike(word)) ? 1 : ofTable.some(isLike(word)) ? 0.75 : 0))
  return counted.reduce<number>((sum, one) => sum + one, 0)
}

function wordsOf(text: string): string[] {
  const words = text
    .slice(0, LONGEST)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  return words.filter((word) => word !== '').slice(0, MOST_WORDS)
}

const isLike =
  (wanted: string) =>
  (word: string): boolean => {
    const stem = stemOf(wanted)
    if (wanted === word || stem === stemOf(word)) return true
    if (stem.length >= SHORTEST_STEM && word.startsWith(stem)) return true
    const most = wanted.length < 4 ? 0 : wanted.length < 7 ? 1 : 2
    return editDistance(wanted, word, most) <= most
  }

function stemOf(word: string): string {
  return word.length > SHORTEST_STEM ? word.replace(/(?:ies|y|s)$/, '') : word
}
