import type { ApiRequest, Json, MutableJson } from '../../http/api.ts'
import { findProperty, propertyKey } from '../../odata/properties.ts'
import { writeValue } from '../../odata/serialize.ts'
import type { Column } from '../../schema/schema.ts'
import { entityNamed, isChoice, isLookup, isNumeric } from '../../schema/schema.ts'
import { readsSecuredColumns } from '../../security/profiles.ts'
import type { Row, Value } from '../../store/store.ts'
import { textOf, valueOf } from '../../store/store.ts'
import { stamp } from '../../write/values.ts'
import type { AuditEvent } from './switch.ts'

const NOTHING = '00000000-0000-0000-0000-000000000000'
/** Characters: "limited (capped) to 5KB or ~5,000 characters". */
const CAP = 5000

type Changed = { readonly logicalName: string; readonly oldValue: string | null; readonly newValue: string | null }

/** What the trail holds as text, as the column has it. */
function valueFrom(text: string | null, column: Column): Value {
  if (text === null) return null
  if (isLookup(column)) {
    const [entity = '', id = ''] = text.split(',')
    return { entity, id }
  }
  if (column.type === 'Boolean') return text === 'true'
  if (isNumeric(column) || isChoice(column)) return Number(text)
  return text.length > CAP ? `${text.slice(0, CAP - 1)}…` : text
}

/** The row of the trail; its transaction and version are nothing where it comes with a detail: measured by others. */
function recordOf(audit: Row, request: ApiRequest): Json {
  const out: MutableJson = { '@odata.type': '#Microsoft.Dynamics.CRM.audit' }
  for (const column of audit.entity.columns.values()) {
    if (column.name === 'changedata') continue
    const hidden = { transactionid: NOTHING, versionnumber: 0 }[column.name]
    writeValue(out, propertyKey(column), column, hidden ?? valueOf(audit, column.name), audit, request)
  }
  return out
}

type Bags = { readonly OldValue: Json; readonly NewValue: Json; readonly gone: readonly Changed[] }

/** Only what is not null; a secured column only for whom its profile opens. */
function bagsOf(audit: Row, row: Row, request: ApiRequest): Bags {
  const { entity } = row
  const { store, caller } = request.reader
  const type = { '@odata.type': `#Microsoft.Dynamics.CRM.${entity.logicalName}` }
  const [old, fresh]: [MutableJson, MutableJson] = [{ ...type }, { ...type }]
  const { changedAttributes } = JSON.parse(textOf(valueOf(audit, 'changedata'))) as {
    readonly changedAttributes: readonly Changed[]
  }
  const seesAll = readsSecuredColumns(store, caller)
  const gone: Changed[] = []
  for (const one of changedAttributes) {
    const { logicalName, oldValue, newValue } = one
    const column = entity.columns.get(logicalName)
    if (!column) gone.push(one)
    if (!column || (column.secured === true && !seesAll)) continue
    const key = propertyKey(column)
    if (!findProperty(entity, key)) continue
    for (const [out, text] of [[old, oldValue] as const, [fresh, newValue] as const]) {
      const value = valueFrom(text, column)
      const then = { ...row, values: { ...row.values, [logicalName]: value } }
      if (value !== null) writeValue(out, key, column, value, then, request)
    }
  }
  return { OldValue: old, NewValue: fresh, gone }
}

/** An `AttributeAuditDetail` of a row as it stands today. */
export function attributeDetail(audit: Row, row: Row, request: ApiRequest): Json {
  const { OldValue, NewValue, gone } = bagsOf(audit, row, request)
  return {
    '@odata.type': '#Microsoft.Dynamics.CRM.AttributeAuditDetail',
    InvalidNewValueAttributes: [],
    LocLabelLanguageCode: 0,
    DeletedAttributes: {
      Count: gone.length,
      Keys: gone.map((_, at) => at + 1),
      Values: gone.map(({ logicalName }) => logicalName),
    },
    ...(request.platform.audit.withRecord() && { AuditRecord: recordOf(audit, request) }),
    OldValue,
    NewValue,
  }
}

/** That auditing was switched: a bare `AuditDetail` without a type, about no row. */
export function eventDetail({ action, at }: AuditEvent, row: Row, request: ApiRequest): Json {
  const values = {
    auditid: `${String(action).padStart(8, '0')}-0000-4000-8000-${String(at.getTime()).slice(-12).padStart(12, '0')}`,
    action,
    operation: 2,
    objectid: { entity: row.entity.logicalName, id: NOTHING },
    objecttypecode: row.entity.logicalName,
    userid: { entity: 'systemuser', id: request.reader.caller.user.id },
    createdon: stamp(at),
    transactionid: NOTHING,
  }
  const audit: Row = { entity: entityNamed('audit'), id: values.auditid, version: 0, values }
  return request.platform.audit.withRecord() ? { AuditRecord: recordOf(audit, request) } : {}
}
