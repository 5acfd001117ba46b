import { STATUS_CODES } from 'node:http'

import { DataverseFault, notEmulated, odataError } from '../errors.ts'
import type { Reply } from '../reply.ts'
import { faultReply } from '../reply.ts'
import type { Part } from './parse.ts'
import { boundaryOf, parseBatch } from './parse.ts'

/** Runs one part's GET: a target below the server's origin. */
export type RunPart = (target: string, headers: ReadonlyMap<string, string>) => Reply

export type BatchRequest = {
  readonly contentType: string
  readonly body: string
  /** The value of `Prefer` on the batch itself. */
  readonly prefer: string
  /** `http://…/api/data/v9.2/`. */
  readonly base: string
  readonly newId: () => string
}

const MAXIMUM_URL = 65_536

/** The part's URL as a path on this server. @throws DataverseFault 400 for another server, 414 for one too long */
function targetOf({ url }: Part, base: string): string {
  if (url.length > MAXIMUM_URL) {
    throw new DataverseFault(414, '0x80060888', 'The request URL in the batch is longer than 65,536 characters.')
  }
  const origin = /^https?:\/\/[^/]+/.exec(base)?.[0] ?? ''
  if (/^https?:\/\//i.test(url)) {
    if (url.startsWith(`${origin}/`)) return url.slice(origin.length)
    throw odataError('The request URL in the batch is of another server.')
  }
  return url.startsWith('/') ? url : `${base.slice(origin.length)}${url}`
}

function runPart(part: Part, base: string, run: RunPart): Reply {
  try {
    if (/\$batch(\?|$)/.test(part.url)) throw odataError('A batch request cannot contain another batch request.')
    if (part.method !== 'GET') throw notEmulated(`${part.method} in a batch: only GET is`)
    return run(targetOf(part, base), part.headers)
  } catch (error) {
    if (error instanceof DataverseFault) return faultReply(error, false)
    throw error
  }
}

const SPELLING: Readonly<Record<string, string>> = { 'odata-version': 'OData-Version', 'retry-after': 'Retry-After' }
const spelt = (name: string): string => SPELLING[name] ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

/** One answer in the format of a batch: status line, headers, body. */
function writePart({ status, headers, body }: Reply, newId: () => string): string {
  const streaming = status < 400 && headers['content-type']?.startsWith('application/json') === true
  const sent = {
    ...(status >= 400 && { REQ_ID: newId() }),
    ...headers,
    ...(streaming && { 'content-type': `${headers['content-type'] ?? ''}; odata.streaming=true` }),
  }
  const lines = Object.entries(sent).map(([name, value]) => `${spelt(name)}: ${value}\r\n`)
  const envelope = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
  return `${envelope}HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}\r\n`
}

/**
 * Answers the parts in their order. At the first that fails it stops and takes its status, unless the batch
 * prefers `odata.continue-on-error`; then it is 200 whatever the parts are.
 * @throws DataverseFault 400 for a malformed batch
 */
export function answerBatch(request: BatchRequest, run: RunPart): Reply {
  const parts = parseBatch(request.body, boundaryOf(request.contentType))
  const goesOn = /(^|[,;\s])odata\.continue-on-error(?!\s*=\s*"?false)/.test(request.prefer)
  const replies: Reply[] = []
  for (const part of parts) {
    const reply = runPart(part, request.base, run)
    replies.push(reply)
    if (reply.status >= 400 && !goesOn) break
  }
  const boundary = `batchresponse_${request.newId()}`
  const written = replies.map((reply) => `--${boundary}\r\n${writePart(reply, request.newId)}`)
  const failed = goesOn ? undefined : replies.find(({ status }) => status >= 400)
  return {
    status: failed?.status ?? 200,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}`, 'odata-version': '4.0' },
    body: `${written.join('')}--${boundary}--\r\n`,
  }
}
