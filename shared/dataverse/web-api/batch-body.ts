import { DataverseError } from '../errors.ts'

export type BatchPart = { readonly url: URL; readonly headers: Readonly<Record<string, string>> }

export type PartAnswer = { readonly status: number; readonly body: string; readonly retryAfter: string | null }

const CRLF = '\r\n'
const BOUNDARY = /^multipart\/mixed\s*;(?:[^"]*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/
const HEADER = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):(.*)$/

/**
 * The body of a `$batch` of reads. A URL holds no line break, so no part can end another.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/execute-batch-operations-using-web-api
 */
export function writeBatch(boundary: string, parts: readonly BatchPart[]): string {
  const written = parts.flatMap(({ url, headers }) => [
    `--${boundary}`,
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ])
  return [...written, `--${boundary}--`, ''].join(CRLF)
}

/**
 * The answers in a `$batch`'s answer, in order (RFC 2046 section 5.1, RFC 9112 section 6).
 * @throws DataverseError `unreadable` for anything but exactly as many complete answers as were asked for
 */
export function readBatch(contentType: string | null, body: string, expected: number): PartAnswer[] {
  const [, quoted, bare] = BOUNDARY.exec(contentType ?? '') ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw malformed('no boundary')
  const [before, ...pieces] = (CRLF + body).split(`${CRLF}--${boundary}`)
  const end = pieces.pop()
  if (before !== '' || end === undefined || !/^--[ \t]*(?:\r\n[\s\S]*)?$/.test(end)) throw malformed('no end')
  if (pieces.length !== expected) throw malformed(`${pieces.length} parts instead of ${expected}`)
  return pieces.map(readPart)
}

function readPart(piece: string): PartAnswer {
  const opened = /^[ \t]*\r\n/.exec(piece)?.[0]
  if (opened === undefined) throw malformed('a boundary that does not end its line')
  const part = splitHead(piece.slice(opened.length))
  if (!/^application\/http\b/i.test(readHeaders(part.head).get('content-type') ?? '')) {
    throw malformed('a part that is no answer')
  }
  const { head, body } = splitHead(part.body)
  const [statusLine = '', ...lines] = head
  const status = STATUS_LINE.exec(statusLine)?.[1]
  if (status === undefined) throw malformed('a part without a status')
  return { status: Number(status), body, retryAfter: readHeaders(lines).get('retry-after') ?? null }
}

function splitHead(text: string): { head: string[]; body: string } {
  const end = text.indexOf(CRLF + CRLF)
  if (end < 0) throw malformed('a head that does not end')
  return { head: text.slice(0, end).split(CRLF), body: text.slice(end + 4) }
}

function readHeaders(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.map((line) => {
      const [, name, value] = HEADER.exec(line) ?? []
      if (name === undefined || value === undefined) throw malformed('a header that is none')
      return [name.toLowerCase(), value.trim()]
    }),
  )
}

function malformed(what: string): DataverseError {
  const text = 'Dataverse answered several reads in a form that this server does not know.'
  return new DataverseError({ kind: 'unreadable', status: 200, code: 'unreadable', text, cause: new Error(what) })
}
