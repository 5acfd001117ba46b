import type { WriteRequest } from '../http/api.ts'
import { DataverseFault, notEmulated } from '../http/errors.ts'
import type { Entity } from '../schema/schema.ts'
import { entityNamed } from '../schema/schema.ts'
import { isValidFor } from '../schema/writing.ts'
import { requirePrivilege } from '../security/security.ts'
import type { Reference, Row, TableRows, Value } from '../store/store.ts'
import { isReference, textOf, valueOf } from '../store/store.ts'
import type { Written } from './body.ts'
import { amountsIn, numbersOf, ownershipOf, wholesOf } from './derived.ts'
import { refuseDuplicates, refuseTakenKeys } from './duplicates.ts'
import { cannotBeNull } from './errors.ts'
import { runBusinessRules, runPlugIns } from './logic.ts'
import { requireAppending, requireAssigning, requireRight, requireSecuredColumns } from './rights.ts'
import { firstStatus, nextStatus, requireOpen } from './state.ts'
import { stamp } from './values.ts'

type Values = Readonly<Record<string, Value>>

/** Rows that are written together or not at all; the first is the one that was asked for. */
export type Plan = { readonly row: Row; readonly rows: TableRows }

/** Tables whose rows come into being by themselves, with others, or by a message. */
const NOT_CREATED = [
  'activitypointer',
  'activityparty',
  'opportunityclose',
  'incidentresolution',
  'audit',
  'systemuser',
]

const asTable = ({ entity, values }: Row): TableRows[number] => ({ entity: entity.logicalName, values })

function touched({ reader: { caller, now } }: WriteRequest, verb: 'created' | 'modified'): Values {
  return { [`${verb}by`]: { entity: 'systemuser', id: caller.user.id }, [`${verb}on`]: stamp(now) }
}

/** Only columns that the table has: a table of links has no author. */
function known(entity: Entity, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => entity.columns.has(name)))
}

/** An activity is two rows under one id: of its kind, and of the table of all activities. */
function pointerOf({ entity, id, values }: Row, request: WriteRequest): TableRows {
  if (!entity.isActivity || entity.logicalName === 'activitypointer') return []
  const pointer = entityNamed('activitypointer')
  const before = request.reader.store.get('activitypointer', id)?.values ?? {}
  return [{ entity: 'activitypointer', values: { ...before, ...known(pointer, values) } }]
}

function shown(value: Value): string | null {
  if (value === null) return null
  return isReference(value) ? `${value.entity},${value.id}` : textOf(value)
}

/** What auditing notes of a write: every column that was sent, whether it changed or not. */
function auditOf(row: Row, before: Row | undefined, sent: Values, request: WriteRequest): TableRows {
  const { entity } = row
  const { store } = request.reader
  const isOn = store.rows('organization').every((one) => valueOf(one, 'isauditenabled') !== false)
  const noted = Object.keys(sent).filter((name) => entity.columns.get(name)?.isAudited !== false)
  if (!isOn || entity.isAudited !== true || noted.length === 0) return []
  const columns = [...entity.columns.keys()]
  const changedAttributes = noted.map((logicalName) => ({
    logicalName,
    oldValue: before ? shown(valueOf(before, logicalName)) : null,
    newValue: shown(valueOf(row, logicalName)),
  }))
  const values: Values = {
    auditid: request.newId(),
    action: before === undefined ? 1 : 'ownerid' in sent ? 13 : 2,
    operation: before === undefined ? 1 : 2,
    objectid: { entity: entity.logicalName, id: row.id },
    objecttypecode: entity.logicalName,
    userid: { entity: 'systemuser', id: request.reader.caller.user.id },
    createdon: stamp(request.reader.now),
    attributemask: `,${changedAttributes.map(({ logicalName }) => columns.indexOf(logicalName) + 1).join(',')},`,
    changedata: JSON.stringify({ changedAttributes }),
    transactionid: request.newId(),
  }
  return [{ entity: 'audit', values }]
}

function partiesOf(row: Row, parties: readonly Written[], request: WriteRequest): TableRows {
  const activityid: Reference = { entity: 'activitypointer', id: row.id }
  return parties.map(({ values }) => {
    const missing = ['partyid', 'participationtypemask'].find((name) => (values[name] ?? null) === null)
    if (missing !== undefined) throw cannotBeNull(missing)
    return { entity: 'activityparty', values: { activitypartyid: request.newId(), ...values, activityid } }
  })
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata the platform asks for no other */
function requireRequired(entity: Entity, values: Values): void {
  const missing = [...entity.columns.values()].find(
    (column) =>
      column.required === 'SystemRequired' &&
      (column.type === 'String' || column.type === 'Lookup') &&
      isValidFor('create', column) &&
      (values[column.name] ?? null) === null,
  )
  if (missing) throw cannotBeNull(missing.name)
}

/** Of an activity, any activity has the id: assumed. @throws DataverseFault 412 0x80040237 */
function refuseTakenId(entity: Entity, id: string, { reader: { store } }: WriteRequest): void {
  const tables = entity.isActivity ? [entity.logicalName, 'activitypointer'] : [entity.logicalName]
  if (!tables.some((table) => store.get(table, id))) return
  throw new DataverseFault(412, '0x80040237', 'A record with matching key values already exists.')
}

/** What nobody sent: flags that are off, the kind of an activity, what a note is about. */
function defaultsOf(entity: Entity, sent: Values): Values {
  const flags = [...entity.columns.values()].filter(
    ({ type, required }) => type === 'Boolean' && required === 'SystemRequired',
  )
  const about = sent['objectid']
  return {
    ...Object.fromEntries(flags.map(({ name }) => [name, name === 'isregularactivity'])),
    ...known(entity, { activitytypecode: entity.logicalName }),
    ...(entity.logicalName === 'annotation' && isReference(about) ? { objecttypecode: about.entity } : {}),
  }
}

function newRow(entity: Entity, id: string, sent: Values, request: WriteRequest): Row {
  const { store, caller } = request.reader
  const given = sent['ownerid']
  const owner = isReference(given) ? given : { entity: 'systemuser', id: caller.user.id }
  const whole = Object.assign({}, defaultsOf(entity, sent), numbersOf(entity, sent, store), sent)
  const values: Values = Object.assign(
    whole,
    wholesOf(entity, whole, sent),
    amountsIn(entity, whole, sent, request.reader),
    ownershipOf(entity, owner, store),
    typeof sent['statecode'] === 'number' ? {} : firstStatus(entity, sent, id),
    known(entity, { ...touched(request, 'created'), ...touched(request, 'modified') }),
    { [entity.primaryIdAttribute]: id },
  )
  return { entity, id, version: 0, values }
}

/** What a new row would be, with all that is written beside it. @throws DataverseFault for whatever refuses it */
export function planCreate(entity: Entity, written: Written, request: WriteRequest, byMessage = false): Plan {
  const { caller, store } = request.reader
  if (!byMessage && (NOT_CREATED.includes(entity.logicalName) || entity.isIntersect === true)) {
    throw notEmulated(`POST of ${entity.entitySetName}`)
  }
  requirePrivilege(caller, entity, 'Create')
  runPlugIns(entity.logicalName, written.values)
  const id = textOf(written.values[entity.primaryIdAttribute]) || request.newId()
  const sent = { ...written.values, ...runBusinessRules(entity.logicalName, written.values) }
  const row = newRow(entity, id, sent, request)
  requireRequired(entity, row.values)
  requireRight('Create', row, request)
  requireAssigning(row, request)
  requireSecuredColumns('create', row, written, request)
  requireAppending(row, [...written.bound, ...written.parties.flatMap(({ bound }) => bound)], request)
  refuseTakenId(entity, id, request)
  refuseTakenKeys(entity, row.values, id, store)
  refuseDuplicates(entity, row.values, id, request)
  const beside = [...pointerOf(row, request), ...partiesOf(row, written.parties, request)]
  return { row, rows: [asTable(row), ...beside, ...auditOf(row, undefined, sent, request)] }
}

/** What a row would be after a change. @throws DataverseFault for whatever refuses it */
export function planUpdate(before: Row, written: Written, request: WriteRequest, byMessage = false): Plan {
  const { entity, id } = before
  const { store } = request.reader
  if (entity.logicalName === 'activitypointer') throw notEmulated('PATCH of activitypointers')
  requireRight('Write', before, request)
  requireSecuredColumns('update', before, written, request)
  requireOpen(before, written.values['statecode'])
  runPlugIns(entity.logicalName, written.values)
  const sent = { ...written.values, ...runBusinessRules(entity.logicalName, written.values) }
  const whole = { ...before.values, ...sent }
  const owner = sent['ownerid']
  const values: Values = Object.assign(
    whole,
    wholesOf(entity, whole, sent),
    amountsIn(entity, whole, sent, request.reader),
    isReference(owner) ? ownershipOf(entity, owner, store) : {},
    nextStatus(before, sent, byMessage),
    known(entity, touched(request, 'modified')),
  )
  const row = { ...before, values }
  if (isReference(owner)) requireRight('Assign', before, request)
  requireAppending(before, written.bound, request)
  refuseTakenKeys(entity, values, id, store)
  refuseDuplicates(entity, values, id, request)
  return { row, rows: [asTable(row), ...pointerOf(row, request), ...auditOf(row, before, sent, request)] }
}

/** Writes all rows of all plans. */
export function commit(plans: readonly Plan[], { reader: { store } }: WriteRequest): void {
  store.add(plans.flatMap(({ rows }) => rows))
}
