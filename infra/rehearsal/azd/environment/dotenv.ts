/**
 * `.env` as azd writes and reads it through godotenv.
 * @see https://github.com/joho/godotenv and azd's pkg/environment/environment.go, fixupUnquotedDotenv
 */

const escape = (value: string): string =>
  value
    .replace(/[\\"!$`]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')

/** Whole numbers stand without quotes, unless that would change them (`01`). */
const line = (name: string, value: string): string =>
  /^-?\d+$/.test(value) && String(Number(value)) === value ? `${name}=${value}` : `${name}="${escape(value)}"`

/** Sorted by name, one a line. */
export const marshalDotenv = (values: ReadonlyMap<string, string>): string =>
  [...values]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => line(name, value))
    .join('\n')

const unescape = (value: string): string =>
  value.replace(/\\(n|r|[^$])|\\\$/g, (whole, char?: string) => {
    if (char === 'n') return '\n'
    if (char === 'r') return '\r'
    return char ?? whole.slice(1)
  })

const LINE = /^(?:export\s+)?([A-Za-z0-9_.]+)\s*[=:](.*)$/

const parseValue = (raw: string): string => {
  const text = raw.trim()
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1]
  if (double !== undefined) return unescape(double)
  const single = /^'([^']*)'/.exec(text)?.[1]
  if (single !== undefined) return single
  return text.replace(/(?<!\s)\s+#[^]*$/, '').trim()
}

/** @throws Error for a line that is no assignment */
export const parseDotenv = (text: string): Map<string, string> => {
  const values = new Map<string, string>()
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const trimmed = raw.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const [, name, value] = LINE.exec(trimmed) ?? []
    if (name === undefined) throw new Error(`.env, line ${index + 1}: unexpected character`)
    values.set(name, parseValue(value ?? ''))
  }
  return values
}
