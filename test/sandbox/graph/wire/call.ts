import type { Directory } from '../../entra/directory/types.ts'
import type { Caller } from '../caller.ts'
import { badRequest, unknownSegment } from './errors.ts'

/** One step of a path: `applications`, `applications(appId='…')`, or an id. */
export type Segment = { readonly name: string; readonly key?: { readonly name: string; readonly value: string } }

export type Reply = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

/** Whether a new object is seen already: the tenant's copies take a while to agree. */
export type Replication = { readonly isVisible: (id: string) => boolean; readonly created: (id: string) => void }

export type GraphCall = {
  readonly directory: Directory
  readonly caller: Caller
  readonly replication: Replication
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly method: string
  readonly path: readonly Segment[]
  readonly query: ReadonlyMap<string, string>
  readonly prefer: string | undefined
  readonly body: string
}

const SEGMENT = /^([\w.$@-]+)(?:\((\w+)='((?:[^']|'')*)'\))?$/

function parseSegment(text: string): Segment {
  const [, name, key, value] = SEGMENT.exec(text) ?? []
  if (name === undefined) throw unknownSegment(text)
  if (key === undefined || value === undefined) return { name }
  return { name, key: { name: key, value: value.replaceAll("''", "'") } }
}

/** The steps of a path below `/v1.0`. @throws GraphError for another version or a malformed step */
export function parsePath(pathname: string): readonly Segment[] {
  const [, version, ...rest] = pathname.split('/')
  if (version !== 'v1.0') throw badRequest(`Invalid version: ${version ?? ''}`)
  return rest.map((step) => parseSegment(decodeURIComponent(step)))
}

export const created = (body: Reply['body'] & object): Reply => ({ status: 201, body })
export const ok = (body: Reply['body'] & object): Reply => ({ status: 200, body })
export const NO_CONTENT: Reply = { status: 204 }

export const context = (path: string) => ({ '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${path}` })
