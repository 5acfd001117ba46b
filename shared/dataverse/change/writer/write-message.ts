import type { WriteRequest } from '../model.ts'
import { withOptions } from '../../web-api/url.ts'
import type { Version } from './version.ts'

/**
 * The headers of a write, and there are no others: those that pass business logic by, act as another person or write
 * into a solution have no name here.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/optional-parameters
 */
export type WriteHeaders = {
  readonly accept: 'application/json'
  readonly 'content-type': 'application/json'
  readonly 'odata-maxversion': '4.0'
  readonly 'odata-version': '4.0'
  readonly prefer?: string
  readonly 'if-match'?: Version
  readonly 'mscrm.suppressduplicatedetection'?: 'false'
}

type Message = { readonly path: string; readonly body: string; readonly headers: WriteHeaders }
export type WriteMessage =
  | (Message & { readonly method: 'POST' })
  | (Message & { readonly method: 'PATCH'; readonly headers: { readonly 'if-match': Version } })

/** Told to plug-ins: which changes are ours. */
const TAG = 'chatgpt-dynamics-mcp'
const HEADERS = {
  accept: 'application/json',
  'content-type': 'application/json',
  'odata-maxversion': '4.0',
  'odata-version': '4.0',
} as const
const WITH_ROW = 'return=representation,odata.include-annotations="*"'

type Of<Kind extends WriteRequest['kind']> = WriteRequest & { readonly kind: Kind }

/** @param id of the new row: a second one of the same id is refused, however often it is sent */
export function creating(request: Of<'create'>, id: string, acceptsDuplicates: boolean): WriteMessage {
  const { entity, body, select } = request
  return {
    method: 'POST',
    path: pathOf(entity.entitySet, [entity.idColumn, ...select]),
    body: JSON.stringify({ ...body, [entity.idColumn]: id }),
    headers: { ...HEADERS, prefer: WITH_ROW, ...detecting(acceptsDuplicates) },
  }
}

export function updating(request: Of<'update'>, version: Version, acceptsDuplicates: boolean): WriteMessage {
  const { entity, id, body, select } = request
  return {
    method: 'PATCH',
    path: pathOf(`${entity.entitySet}(${encodeURIComponent(id)})`, [entity.idColumn, ...select]),
    body: JSON.stringify(body),
    headers: { ...HEADERS, prefer: WITH_ROW, 'if-match': version, ...detecting(acceptsDuplicates) },
  }
}

export function acting({ path, body }: Of<'action'>): WriteMessage {
  return { method: 'POST', path: withOptions(path, { tag: TAG }), body: JSON.stringify(body), headers: HEADERS }
}

function pathOf(place: string, select: readonly string[]): string {
  return withOptions(place, { $select: [...new Set(select)].join(','), tag: TAG })
}

/** Without the header no rule is run. */
function detecting(acceptsDuplicates: boolean): Pick<WriteHeaders, 'mscrm.suppressduplicatedetection'> {
  return acceptsDuplicates ? {} : { 'mscrm.suppressduplicatedetection': 'false' }
}
