/** SQL's wildcards as the characters that a person means by them: `100%` is not "100 and anything". */
export function escapeLike(text: string): string {
  return text.replaceAll(/[[%_]/g, '[$&]')
}

/** The pattern for `like` that an operator on text becomes: but for `like`, it finds the text as it stands. */
export function likePattern(operator: string, text: string): string {
  if (operator === 'like') return text
  return `${operator === 'begins-with' ? '' : '%'}${escapeLike(text)}${operator === 'ends-with' ? '' : '%'}`
}

/** As the default collation compares: no case, no accents. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
}

const LONGEST = 500
/** `%`, `_`, `[…]` or a character of its own. */
const PARTS = /\[[^\]]{1,50}\]|[^]/gu

/** Whether a text is like a pattern, as SQL Server compares. Both are cut: it takes the product of their lengths. */
export function isLike(text: string, pattern: string): boolean {
  const characters = Array.from(folded(text.slice(0, LONGEST)))
  const parts = folded(pattern.slice(0, LONGEST)).match(PARTS) ?? []
  const places = [...characters.keys(), characters.length]
  const next = (from: readonly number[], part: string): readonly number[] => {
    if (part === '%') return places.slice(from[0] ?? places.length)
    const isIn = isMatch(part)
    return from.filter((at) => at < characters.length && isIn(characters[at] ?? '')).map((at) => at + 1)
  }
  return parts.reduce(next, [0]).includes(characters.length)
}

/** Whether a character is what a part of a pattern stands for. */
function isMatch(part: string): (character: string) => boolean {
  if (part === '_') return () => true
  if (!part.startsWith('[') || part.length === 1) return (character) => part === character
  const negated = part.startsWith('[^') && part.length > 3
  const members = Array.from(part.slice(negated ? 2 : 1, -1))
  return (character) => isAmong(members, character) !== negated
}

function isAmong(members: readonly string[], character: string): boolean {
  return members.some((low, index) => {
    const high = members[index + 1] === '-' ? members[index + 2] : undefined
    return high === undefined ? low === character : low <= character && character <= high
  })
}
