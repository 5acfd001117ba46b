import { visible } from '../../dataverse/records/visible-text.ts'

/** Text of a record as a reader sees it; lines stay. */
export function plainText(text: string): string {
  return visible(text.replaceAll(/\r\n?|[\u2028\u2029]/g, '\n').replaceAll('\t', ' '))
}

/** The same in one line, cut to `longest` characters. */
export function plainLine(text: string, longest: number): string {
  const line = plainText(text).replaceAll(/\s+/g, ' ').trim()
  return cut(line, longest)
}

/** Never ends within a pair of surrogates. */
export function cut(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text
        .slice(0, longest - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`
}

/** Cut to `bytes` of UTF-8, never within a character. */
export function cutBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text.toWellFormed()
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true })
}
