type Facts = { readonly name: string; readonly type: string; readonly bytes: number }

/** The most that is read of a file, in bytes. */
export const MOST_FILE_BYTES = 65_536

const TEXT_TYPE = /^(?:text\/(?!rtf\b)|application\/(?:[\w.-]+\+)?(?:json|xml|csv|yaml|x-ndjson)\b)/i
const TEXT_NAME = /\.(?:txt|csv|tsv|json|xml|md|markdown|log|ya?ml|ics|vcf)$/i
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
/** What no text has: controls but for tab, line ends and form feed. */
const BINARY = /[\p{Cc}--[\t\n\r\f]]/v

/** Whether a row of a table that holds files has one. */
export function hasFile({ filename, filesize }: Readonly<Record<string, unknown>>): boolean {
  return (typeof filename === 'string' && filename !== '') || Number(filesize ?? 0) > 0
}

/** Whether the type or the name of a file promises text, and it is small enough to be read. The bytes decide later. */
export function mayBeText({ name, type, bytes }: Facts): boolean {
  return bytes > 0 && bytes <= MOST_FILE_BYTES && (TEXT_TYPE.test(type.trim()) || TEXT_NAME.test(name.trim()))
}

/**
 * The text of a file in base64, where its bytes are one: UTF-8, or UTF-16 with its mark; `undefined` for any other and
 * for more than {@link MOST_FILE_BYTES}, whatever its size was said to be.
 */
export function textOfFile(base64: string): string | undefined {
  if (base64.length > (MOST_FILE_BYTES / 3) * 4 + 4 || !BASE64.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length > MOST_FILE_BYTES) return undefined
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
    return BINARY.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

/** @see https://encoding.spec.whatwg.org/#decode a mark says it; without one it is UTF-8 */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
