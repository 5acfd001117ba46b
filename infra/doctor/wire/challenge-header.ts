/** The parameters of a Bearer challenge, names in lower case. */
export type Challenge = Readonly<Record<string, string | undefined>>

const MOST_PARAMETERS = 20

/**
 * Reads `WWW-Authenticate: Bearer name="value", …` character by character: a header of a stranger is no place for a
 * regular expression that may look back.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  const text = (header ?? '').slice(0, 8_192).trim()
  if (text.toLowerCase() !== 'bearer' && !/^bearer /i.test(text)) return undefined
  const found: Record<string, string> = Object.create(null) as Record<string, string>
  let at = 'bearer'.length
  for (let count = 0; count < MOST_PARAMETERS; count += 1) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const name = text.slice(at, equals).replace(/[,\s]/g, '').toLowerCase()
    const { value, end } = readValue(text, equals + 1)
    if (name !== '') found[name] ??= value
    at = end
  }
  return found
}

function readValue(text: string, start: number): { value: string; end: number } {
  if (text[start] !== '"') {
    const comma = text.indexOf(',', start)
    const end = comma < 0 ? text.length : comma
    return { value: text.slice(start, end).trim(), end }
  }
  let value = ''
  let at = start + 1
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at += 1
    value += text[at] ?? ''
    at += 1
  }
  return { value, end: at + 1 }
}
