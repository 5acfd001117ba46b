import { odataError } from '../errors.ts'

/** One request inside a batch, as it was written there. */
export type Part = {
  readonly method: string
  /** Absolute, root-relative or relative to the service. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
}

const MAXIMUM_PARTS = 1000

/** The boundary of a `multipart/mixed` content type. @throws DataverseFault 400 for any other */
export function boundaryOf(contentType: string): string {
  const [, quoted, bare] =
    /^multipart\/mixed\s*;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*$/i.exec(contentType) ?? []
  const boundary = quoted ?? bare
  if (boundary !== undefined) return boundary
  throw odataError(`The content type '${contentType}' of a batch request must be multipart/mixed with a boundary.`)
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw odataError(`The header '${line}' of a batch part is malformed.`)
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value.trim() : `${before},${value.trim()}`)
  }
  return headers
}

/** Cuts text at its first empty line; undefined without one. */
function atEmptyLine(text: string): { readonly lines: readonly string[]; readonly rest: string } | undefined {
  if (text.startsWith('\r\n')) return { lines: [], rest: text.slice(2) }
  const at = text.indexOf('\r\n\r\n')
  return at < 0 ? undefined : { lines: text.slice(0, at).split('\r\n'), rest: text.slice(at + 4) }
}

function parsePart(text: string): Part {
  const outer = atEmptyLine(text)
  if (!outer) throw odataError('A batch part needs an empty line after its headers.')
  const envelope = parseHeaders(outer.lines)
  const type = envelope.get('content-type') ?? ''
  if (/^multipart\/mixed/i.test(type)) return { method: 'change set', url: '', headers: new Map() }
  if (!/^application\/http\s*(;|$)/i.test(type)) {
    throw odataError(`The content type '${type}' of a batch part must be application/http.`)
  }
  if (envelope.get('content-transfer-encoding')?.toLowerCase() !== 'binary') {
    throw odataError('A batch part needs the header Content-Transfer-Encoding: binary.')
  }
  const inner = atEmptyLine(outer.rest)
  const [, method, url] = /^([A-Z]+) (.+) HTTP\/1\.1$/.exec(inner?.lines[0] ?? '') ?? []
  if (!inner || method === undefined || url === undefined) {
    throw odataError('The request of a batch part needs a request line, its headers and an empty line after them.')
  }
  if (method === 'GET' && inner.rest.trim() !== '') throw odataError('A GET request in a batch has no body.')
  return { method, url, headers: parseHeaders(inner.lines.slice(1)) }
}

/**
 * The requests of a batch body, in order. Every line ends with CRLF, as the protocol wants.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api
 * @throws DataverseFault 400
 */
export function parseBatch(body: string, boundary: string): Part[] {
  if (/(^|[^\r])\n/.test(body)) throw odataError('Stream was not readable: a line of the batch does not end with CRLF.')
  const [preamble = '', ...sections] = `\r\n${body}`.split(`\r\n--${boundary}`)
  const closing = sections.pop()
  if (preamble.trim() !== '' || closing === undefined || !/^--\s*$/.test(closing)) {
    throw odataError(`The batch must begin with '--${boundary}' and end with '--${boundary}--'.`)
  }
  if (sections.length === 0) throw odataError('The batch holds no request.')
  if (sections.length > MAXIMUM_PARTS) {
    const limit = `Only batch messages with a maximum number of '${MAXIMUM_PARTS}' query operations and changesets are allowed.`
    throw odataError(`The current batch message contains too many parts. ${limit}`)
  }
  return sections.map((section) => {
    if (!section.startsWith('\r\n')) throw odataError('The boundary of a batch part stands on a line of its own.')
    return parsePart(section.slice(2))
  })
}
