/** Splits at a separator that stands outside quotes, parentheses and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === "'") quoted = !quoted
    else if (quoted) continue
    else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

const SPECIAL = /[.*+?^${}()|\\]/g

/** SQL's LIKE as Dataverse runs it: `%`, `_`, `[set]` and `[^set]`, without case. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\[(\^?[^\]]+)\]|%|_|[^%_[]+|\[/g, (part, set: string | undefined) => {
    if (set !== undefined) return `[${set.replaceAll('\\', '\\\\')}]`
    if (part === '%') return '.*'
    if (part === '_') return '.'
    return part === '[' ? '\\[' : part.replace(SPECIAL, '\\$&')
  })
  return new RegExp(`^${source}$`, 'isu')
}

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
