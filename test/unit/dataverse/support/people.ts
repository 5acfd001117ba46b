import { createMetadataCache, type MetadataCache } from '../../../../shared/dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../../../shared/dataverse/metadata/metadata.ts'
import type { Metadata } from '../../../../shared/dataverse/metadata/model.ts'
import type { UpstreamAnswer, UpstreamRequest } from '../../mcp/support/upstream.ts'
import { clientOf } from './wire.ts'

export const MINUTE = 60_000

export type Worker = {
  readonly cache: MetadataCache
  /** A tool call of a person: a client and metadata of its own. */
  readonly call: (who: string) => Metadata
  /** Milliseconds since the worker started. */
  time: number
}

/** A worker over an upstream, with a clock that stands still. */
export function startWorker(url: string): Worker {
  const now = (): number => worker.time
  const cache = createMetadataCache({ now })
  const call = (who: string): Metadata => {
    const client = clientOf(url, { token: who, onMetadataVersion: cache.freshness.note })
    const ids = { systemUserId: idOf(who), businessUnitId: idOf('unit'), organizationId: idOf('organization') }
    return createMetadata(client, { cache, who: { ...ids, username: `${who}@x.example` }, now })
  }
  const worker: Worker = { cache, call, time: 0 }
  return worker
}

export function idOf(name: string): string {
  return `7c1d2e01-0001-4a6b-8c2d-${Buffer.from(name).toString('hex').slice(0, 12).padEnd(12, '0')}`
}

export const refused: UpstreamAnswer = { status: 403, body: { error: { code: '0x80040220', message: 'no' } } }

/** The paths of each request's parts, without their query. */
export function partsOf(seen: readonly UpstreamRequest[]): string[][] {
  return seen.map(({ parts }) => parts.map(({ path }) => path.replace(/\([^()]*\)/, '').replace(/^.*\./, '')))
}
