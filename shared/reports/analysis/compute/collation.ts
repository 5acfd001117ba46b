/** Letters that no accent is taken from, but that are written out. */
const WRITTEN_OUT: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' }
const ASCII = /^[\0-\x7f]*$/

/**
 * What Dataverse groups texts by: the same for texts that differ in case, in accents or in blanks at their end.
 * @see https://learn.microsoft.com/power-platform/admin/language-collations
 */
export function collated(text: string): string {
  let end = text.length
  while (text.charAt(end - 1) === ' ') end -= 1
  const trimmed = text.slice(0, end)
  if (ASCII.test(trimmed)) return trimmed.toLowerCase()
  return trimmed
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[ßæœþ]/g, (letter) => WRITTEN_OUT[letter] ?? letter)
}
