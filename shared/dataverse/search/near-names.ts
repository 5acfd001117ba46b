import { likePattern } from '../query/to-wire/like-pattern.ts'
import { editDistance } from '../../config/edit-distance.ts'
import { spellingKey } from './spellings.ts'

/** A comparison costs the product of two lengths, for every word of every name. */
const LONGEST_WORD = 24
const LONGEST_NAME = 100
const MOST_WORDS = 10
const MOST_COMPARED = 4
const LEAST_ALIKE = 0.6
/** Longer words have three letters in front of their middle, and shorter ones are like too many others. */
const SHORT = { least: 5, most: 7 }

/**
 * Patterns of which a name fits one that differs from the word by a letter: the half without it is left, and of two
 * letters that changed places the beginning, or the word as it was meant where they stand on both sides of its middle.
 * None for a word of two letters, which is like everything.
 */
export function nearPatterns(word: string): readonly string[] {
  const letters = Array.from(word.slice(0, LONGEST_WORD).toWellFormed())
  if (letters.length < 3) return []
  const half = Math.max(3, Math.ceil(letters.length / 2))
  const start = likePattern('begins-with', letters.slice(0, letters.length < 6 ? 2 : 3).join(''))
  const halves = [letters.slice(0, half), letters.slice(-half)].map((part) => likePattern('contains', part.join('')))
  const isShort = letters.length >= SHORT.least && letters.length <= SHORT.most
  const meant = isShort ? [half - 2, half - 1].map((at) => likePattern('contains', changedAt(letters, at))) : []
  return [...new Set([start, `% ${start}`, ...halves, ...meant])]
}

/** The word with the letter of that place and the next one changed. */
function changedAt(letters: readonly string[], at: number): string {
  const [one = '', next = ''] = letters.slice(at)
  return [...letters.slice(0, at), next, one, ...letters.slice(at + 2)].join('')
}

/** How alike a name is to the words, from 0 to 1; 0 where it is not the nearest to anybody. */
export function likeness(name: string, words: readonly string[]): number {
  const called = wordsOf(name)
  const wanted = words.flatMap(wordsOf).slice(0, MOST_COMPARED)
  if (called.length === 0 || wanted.length === 0) return 0
  const best = wanted.map((word) => Math.max(...called.map((one) => alike(word, one))))
  const each = best.reduce((sum, one) => sum + one, 0) / best.length
  const joined = alike(wanted.join('').slice(0, LONGEST_WORD * 2), called.join('').slice(0, LONGEST_WORD * 2))
  const most = Math.max(each, joined)
  return most < LEAST_ALIKE ? 0 : most
}

function wordsOf(text: string): string[] {
  const words = spellingKey(text.slice(0, LONGEST_NAME)).split(/[^\p{L}\p{N}]+/u)
  return words
    .filter((word) => word !== '')
    .map((word) => word.slice(0, LONGEST_WORD))
    .slice(0, MOST_WORDS)
}

function alike(one: string, other: string): number {
  const longest = Math.max(one.length, other.length)
  const surely = Math.abs(one.length - other.length)
  return surely * 2 > longest ? 0 : 1 - editDistance(one, other) / longest
}
