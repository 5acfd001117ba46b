/*
 * Text as an English or German environment's database compares it: without case and without accents.
 *
 * @see https://learn.microsoft.com/power-platform/admin/language-collations (1033 and 1031 are _CI_AI)
 */

/** Letters that no accent is taken from, but that are written out: SQL Server's Latin1_General expands them. */
const WRITTEN_OUT: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' }

const ASCII = /^[\0-\x7f]*$/

/** Small letters without accents; blanks stay, as LIKE compares Unicode text with them. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[ßæœþ]/g, (letter) => WRITTEN_OUT[letter] ?? letter)
}

/** Of the texts of rows, each of which is compared thousands of times. */
const MANY = 100_000

/** What is worked out of a text, kept for the next time. */
export function keptByText<T>(work: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>()
  return (text) => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const made = work(text)
    if (kept.size >= MANY) kept.clear()
    kept.set(text, made)
    return made
  }
}

/** The same of the texts of rows. */
export const foldedOnce = keptByText(folded)

/** What `=`, IN, DISTINCT, GROUP BY and ORDER BY compare: SQL pads the shorter text, so blanks at the end count for nothing. */
export const collationKey = keptByText((text) => {
  const key = folded(text)
  let end = key.length
  while (key.charAt(end - 1) === ' ') end--
  return key.slice(0, end)
})
