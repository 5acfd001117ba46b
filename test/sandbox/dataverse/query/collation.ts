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
const keys = new Map<string, string>()

/** What `=`, IN, DISTINCT, GROUP BY and ORDER BY compare: SQL pads the shorter text, so blanks at the end count for nothing. */
export function collationKey(text: string): string {
  const known = keys.get(text)
  if (known !== undefined) return known
  const key = folded(text)
  let end = key.length
  while (key.charAt(end - 1) === ' ') end--
  if (keys.size >= MANY) keys.clear()
  keys.set(text, key.slice(0, end))
  return key.slice(0, end)
}
