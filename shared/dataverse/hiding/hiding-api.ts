import * as z from 'zod'
import { DataverseError, QueryError } from '../errors.ts'
import type { HidingRule } from '../../config/model-hides.ts'
import type { Metadata } from '../metadata/model.ts'
import type { Read, ReadResult, WebApi } from '../web-api/web-api.ts'
import { cleanAnswer } from './clean-rows.ts'
import { guardRead } from './reads/guard-read.ts'
import type { Guarding } from './reads/guarding.ts'
import { createHidingViews, hidingMetadata, type HidingViews } from './hiding-metadata.ts'
import { KEPT_CODE } from './refusals.ts'
import { withoutWords } from './without-words.ts'

/** What the guard asks metadata: as models know it, and as it is. */
type GuardedBy = {
  readonly metadata: Pick<Metadata, 'entities' | 'tables'>
  readonly raw: Pick<Metadata, 'entities'>
  readonly views: HidingViews
}

/** All that keeps something from models, for every call of a worker. */
export type Hiding = {
  readonly wordless: (api: WebApi) => WebApi
  readonly metadata: (raw: Metadata) => Metadata
  readonly api: (wire: WebApi, by: Omit<GuardedBy, 'views'>) => WebApi
}

export function createHiding(rules: readonly HidingRule[]): Hiding {
  const views = createHidingViews(rules)
  return {
    wordless: wordlessApi,
    metadata: (raw) => hidingMetadata(raw, views),
    api: (wire, by) => hidingApi(wire, { ...by, views }),
  }
}

/** Found by a hidden column or called by a hidden name: the index does not tell which. */
const INDEX = 'Dataverse Search looks in columns that an administrator keeps from models, and is not asked.'

/** The Web API without Dataverse's own words in what it refuses. */
function wordlessApi(api: WebApi): WebApi {
  return {
    ...api,
    get: async (path, schema, options) => {
      try {
        return await api.get(path, schema, options)
      } catch (error) {
        throw error instanceof DataverseError ? withoutWords(error) : error
      }
    },
    batch: async (reads) => {
      const answers: readonly ReadResult<unknown>[] = await api.batch(reads)
      return answers.map((one) => (one.ok ? one : { ok: false, error: withoutWords(one.error) })) as never
    },
  }
}

/**
 * The Web API in which nothing that is kept can be asked for, and from which nothing of it comes: one place for all
 * tools, so that none can forget it.
 */
function hidingApi(api: WebApi, by: GuardedBy): WebApi {
  const guarding = async (): Promise<Guarding> => {
    const [index, raw] = await Promise.all([by.metadata.entities(), by.raw.entities()])
    return { metadata: by.metadata, index, hides: by.views.hidesOf(raw) }
  }
  const batch = async (reads: readonly Read<unknown>[]): Promise<ReadResult<unknown>[]> => {
    const known = await guarding()
    const guarded = await Promise.all(reads.map((read) => guardedOrRefused(read, known)))
    const sent = guarded.flatMap((one) => ('path' in one ? [one] : []))
    const answers = sent.length === 0 ? [] : [...(await api.batch(sent))]
    return guarded.map((one): ReadResult<unknown> => {
      if (!('path' in one)) return one
      const answer = answers.shift()
      if (!answer) throw new TypeError('a read without its answer')
      return answer
    })
  }
  return {
    ...api,
    get: async (path, schema, options) => {
      const read = await guarded({ path, schema }, await guarding())
      return await api.get(read.path, read.schema, options)
    },
    // The results stand where the reads stood, so the tuple's types hold.
    batch: async (reads) => (await batch(reads)) as never,
    search: async () => await Promise.reject(refusal(INDEX)),
  }
}

async function guarded<T>(read: Read<T>, known: Guarding): Promise<Read<T>> {
  const { path, shape } = await guardRead(read.path, known)
  const schema = z.preprocess((answer) => cleanAnswer(answer, shape, known.hides), read.schema)
  return { ...read, path, schema }
}

/** Of several reads one that is refused leaves the others as they are. */
async function guardedOrRefused<T>(
  read: Read<T>,
  known: Guarding,
): Promise<Read<T> | { ok: false; error: DataverseError }> {
  try {
    return await guarded(read, known)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { ok: false, error: refusal(error.message) }
  }
}

function refusal(text: string): DataverseError {
  return new DataverseError({ kind: 'refused', status: 400, code: KEPT_CODE, text })
}
