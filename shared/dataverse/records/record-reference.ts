import { QueryError } from '../errors.ts'

/** A record as one word, `account/00000000-…`; `entity` is whatever was written there. */
export type RecordReference = { readonly entity: string; readonly id: string }

const GUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
const REFERENCE = new RegExp(String.raw`^([A-Za-z_]\w{0,127})[/(,:\s]\s*\{?(${GUID})\}?\)?$`, 'i')
const BARE = new RegExp(String.raw`^\{?(${GUID})\}?$`, 'i')
const NEXT = 'Pass an id as search gives it: an entity and a GUID, e.g. account/00000000-0000-0000-0000-000000000000.'

/** @throws QueryError for a text that names no record of this organization */
export function readReference(text: string, dataverseUrl: string): RecordReference {
  const wanted = text.trim()
  if (/^https?:\/\//i.test(wanted)) return readLink(wanted, dataverseUrl)
  const [, entity, id] = REFERENCE.exec(wanted) ?? []
  if (entity && id) return { entity, id: id.toLowerCase() }
  throw new QueryError('invalid_id', 'The id names no record.', NEXT)
}

export function formatReference({ entity, id }: RecordReference): string {
  return `${entity}/${id}`
}

/** A link that a person copied from the address bar; the GUID may stand in braces. */
function readLink(text: string, dataverseUrl: string): RecordReference {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.origin !== dataverseUrl) {
    throw new QueryError('foreign_link', `The link does not lead to ${dataverseUrl}.`, NEXT)
  }
  const entity = url.searchParams.get('etn')
  const id = BARE.exec(url.searchParams.get('id')?.trim() ?? '')?.[1]
  if (entity && id) return { entity, id: id.toLowerCase() }
  throw new QueryError('invalid_id', 'The link leads to no single record.', NEXT)
}
