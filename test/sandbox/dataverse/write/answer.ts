import type { Answer, WriteRequest } from '../http/api.ts'
import { DataverseFault, missingRow, notEmulated, unknownSegment, unsupportedParameter } from '../http/errors.ts'
import { parseKey, parseSegment } from '../http/path.ts'
import { findByColumns, keyColumns } from '../query/rows.ts'
import { answerRow } from '../odata/collection.ts'
import { etagOf } from '../odata/serialize.ts'
import type { Entity } from '../schema/schema.ts'
import { entityOfSet } from '../schema/schema.ts'
import { hasConcurrency } from '../schema/writing.ts'
import { createReader } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { answerAction, isActionPath } from './actions/actions.ts'
import type { Members } from './body.ts'
import { parseBody, readMembers } from './body.ts'
import type { Plan } from './save.ts'
import { commit, planCreate, planUpdate } from './save.ts'

/** `tag` reaches plug-ins as a shared variable: developer/data-platform/optional-parameters. */
const OPTIONS = ['$select', '$expand', 'tag']

/** By default nobody but an administrator may pass business logic by: developer/data-platform/bypass-custom-business-logic. */
function checkOptions({ query, headers, reader: { caller } }: WriteRequest): void {
  const other = [...query.keys()].find((name) => !OPTIONS.includes(name))
  if (other !== undefined) throw unsupportedParameter(other)
  const bypass = [...headers.keys()].find((name) => name.startsWith('mscrm.bypass'))
  if (bypass === undefined) return
  if (caller.roles.includes('System Administrator')) throw notEmulated(`the header ${bypass}`)
  const text = `The header ${bypass} needs a privilege such as prvBypassCustomPlugins, which the caller does not have.`
  throw new DataverseFault(403, '0x80040220', text)
}

function wantsRow({ headers }: WriteRequest): boolean {
  return /(^|[,\s])return\s*=\s*representation([,\s]|$)/.test(headers.get('prefer') ?? '')
}

/** A row that was written, or that it was: only what says nothing names the row in a header. */
function written(row: Row, status: 201 | 200, request: WriteRequest): Answer {
  const { entity, id } = row
  const { store, caller, now } = request.reader
  const reader = createReader(store, caller, now)
  const url = `${request.base}${entity.entitySetName}(${id})`
  const named = status === 201 ? { 'odata-entityid': url, location: url } : {}
  const found = wantsRow(request) ? reader.find(entity, id) : undefined
  if (!found) return { status: 204, body: '', headers: named }
  const shown = status === 201 ? ['$select', '$expand'] : ['$select']
  const query = new Map([...request.query].filter(([name]) => shown.includes(name)))
  const { ifNoneMatch: _unused, ...rest } = request
  const { body } = answerRow(found, { ...rest, query, reader })
  const applied = [request.preferences.applied, 'return=representation'].filter(Boolean).join(',')
  return { status, body, headers: { 'preference-applied': applied } }
}

function save(plan: Plan, status: 201 | 200, request: WriteRequest): Answer {
  commit([plan], request)
  return written(plan.row, status, request)
}

function create(entity: Entity, members: Members, request: WriteRequest): Answer {
  return save(planCreate(entity, readMembers(entity, members, 'create', request), request), 201, request)
}

/** The row of the address, and what the address says of a row that is yet to be. */
function addressed(entity: Entity, keyText: string, { reader: { store } }: WriteRequest): { row?: Row; key: Members } {
  const key = parseKey(keyText)
  if ('id' in key) {
    const row = store.get(entity.logicalName, key.id)
    return { ...(row && { row }), key: { [entity.primaryIdAttribute]: key.id } }
  }
  const columns = keyColumns(entity, key.columns)
  const row = findByColumns(columns, store.rows(entity.logicalName))
  return { ...(row && { row }), key: Object.fromEntries(columns.map(({ column, text }) => [column, text])) }
}

/**
 * `If-Match` of a row that is there.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/optimistic-concurrency
 * @throws DataverseFault 412 0x80060882 for another version, 400 0x8006088d where the table keeps none
 */
function requireVersion(row: Row, tag: string | undefined): void {
  if (tag === undefined || tag === '*') return
  const { logicalName } = row.entity
  if (!hasConcurrency(row.entity)) {
    const rule =
      'The IfVersionMatches value of ConcurrencyBehavior can only be used if optimistic concurrency is enabled.'
    const text = `Optimistic concurrency isn't enabled for entity type ${logicalName}. ${rule}`
    throw new DataverseFault(400, '0x8006088d', text)
  }
  if (tag === etagOf(row)) return
  const text = "The version of the existing record doesn't match the RowVersion property provided."
  throw new DataverseFault(412, '0x80060882', text)
}

/** Without `If-Match` a row that is not there comes into being: an upsert. */
function update(entity: Entity, keyText: string, members: Members, request: WriteRequest): Answer {
  const { row, key } = addressed(entity, keyText, request)
  const tag = request.headers.get('if-match')
  if (!row) {
    if (tag !== undefined) throw missingRow(entity.logicalName, keyText)
    return create(entity, { ...members, ...key }, request)
  }
  if (request.ifNoneMatch === '*') {
    throw new DataverseFault(412, '0x80040237', 'A record with matching key values already exists.')
  }
  const rest = Object.fromEntries(Object.entries(members).filter(([name]) => !(name in key)))
  const body = readMembers(entity, rest, 'update', request)
  const plan = planUpdate(row, body, request)
  requireVersion(row, tag)
  return save(plan, 200, request)
}

/** Answers a POST or a PATCH. @throws DataverseFault */
export function answerWrite(request: WriteRequest): Answer {
  const { method, path } = request
  checkOptions(request)
  if (method === 'POST' && isActionPath(path)) return answerAction(request)
  const [first = '', ...rest] = path
  const { name, key } = parseSegment(first)
  const entity = entityOfSet(name)
  if (!entity) throw unknownSegment(name)
  if (rest.length > 0) throw notEmulated(`${method} below a row`)
  if (method === 'POST' && key === undefined) return create(entity, parseBody(request, entity), request)
  if (method === 'PATCH' && key !== undefined) return update(entity, key, parseBody(request, entity), request)
  throw notEmulated(`${method} of ${key === undefined ? 'a set' : 'a row'}`)
}
