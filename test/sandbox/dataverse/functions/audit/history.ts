import type { Answer, ApiRequest, Json } from '../../http/api.ts'
import { DataverseFault, odataError, unknownSegment } from '../../http/errors.ts'
import { entityNamed } from '../../schema/schema.ts'
import { miscellaneousOf } from '../../security/roles.ts'
import type { Caller } from '../../security/security.ts'
import { requireReadPrivilege } from '../../security/security.ts'
import type { Reference, Row } from '../../store/store.ts'
import { keyOf, textOf, valueOf } from '../../store/store.ts'
import { stamp } from '../../write/values.ts'
import type { Call } from '../call.ts'
import { parseCall } from '../call.ts'
import { attributeDetail, eventDetail } from './details.ts'
import { cookieAfter, pagingOf, requireCookie } from './paging.ts'
import { aliasedJson, targetOf } from './target.ts'

const HISTORY = 'prvReadRecordAuditHistory'

/** The text as that of tables has it; what it names as the table is assumed. @throws DataverseFault 403 0x80040220 */
function requireHistory(caller: Caller): void {
  if (miscellaneousOf(caller.roles).has(HISTORY)) return
  const { objectTypeCode, logicalName, displayName } = entityNamed('audit')
  const who = `Principal user (Id=${caller.user.id}, type=8, roleCount=${caller.roles.length}, privilegeCount=96, accessMode=0)`
  const where = `on OTC=${objectTypeCode} for entity '${logicalName}' (LocalizedName='${displayName}'). context.Caller=${caller.user.id}`
  throw new DataverseFault(403, '0x80040220', `${who}, is missing ${HISTORY} privilege ${where}`)
}

type Entry = { readonly at: string; readonly detail: () => Json }

/** What became of a row, newest first, and what became of auditing while the row was there. */
function entriesOf(row: Row, request: ApiRequest): Entry[] {
  const { store } = request.reader
  const { logicalName } = row.entity
  const noted = store
    .rows('audit')
    .filter((audit) => keyOf(valueOf(audit, 'objectid')) === row.id)
    .map((audit): Entry => ({
      at: textOf(valueOf(audit, 'createdon')),
      detail: () => attributeDetail(audit, row, request),
    }))
  const born = textOf(valueOf(row, 'createdon'))
  const events = request.platform.audit
    .events()
    .filter(({ entity, at }) => (entity ?? logicalName) === logicalName && stamp(at) >= born)
    .map((event): Entry => ({ at: stamp(event.at), detail: () => eventDetail(event, row, request) }))
  return [...noted, ...events].reverse().sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

/**
 * `RetrieveRecordChangeHistory(Target=@target,PagingInfo=@paginginfo)`: README.md says what is known and what assumed.
 * @throws DataverseFault 403 without the privilege, or where the row may not be read
 */
export function recordChangeHistory(call: Call, request: ApiRequest): Json {
  const { reader, path } = request
  const segment = path[0] ?? ''
  const value = aliasedJson(call, 'Target', segment)
  if (value === undefined || value === null) throw odataError('RetrieveRecordChangeHistory needs the parameter Target.')
  const { entity, id } = targetOf(value, request)
  const paging = pagingOf(aliasedJson(call, 'PagingInfo', segment))
  requireHistory(reader.caller)
  requireReadPrivilege(reader.caller, entity)
  const key = `${entity.entitySetName}(${id})`
  requireCookie(paging, key)
  const row = reader.store.get(entity.logicalName, id) && reader.require(entity, id)
  const entries = row ? entriesOf(row, request) : []
  const { page, count, withTotal } = paging
  const hasMore = page * count < entries.length
  return {
    AuditDetailCollection: {
      MoreRecords: hasMore,
      PagingCookie: hasMore ? cookieAfter(paging, key) : '',
      TotalRecordCount: withTotal ? entries.length : -1,
      AuditDetails: entries.slice((page - 1) * count, page * count).map(({ detail }) => detail()),
    },
  }
}

/** `audits(…)/Microsoft.Dynamics.CRM.RetrieveAuditDetails`. @throws DataverseFault 403 as the history of the row */
export function answerAuditDetails(audit: Row, segment: string, rest: readonly string[], request: ApiRequest): Answer {
  if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
  parseCall(segment, request.query, [])
  const { reader, base } = request
  requireHistory(reader.caller)
  const { entity, id } = valueOf(audit, 'objectid') as Reference
  const row = reader.require(entityNamed(entity), id)
  const context = `${base}$metadata#Microsoft.Dynamics.CRM.RetrieveAuditDetailsResponse`
  return { status: 200, body: { '@odata.context': context, AuditDetail: attributeDetail(audit, row, request) } }
}
