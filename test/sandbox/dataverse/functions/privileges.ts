import type { Answer, ApiRequest, Json } from '../http/api.ts'
import { callerFor } from '../security/caller.ts'
import { odataError, unknownSegment } from '../http/errors.ts'
import { metadataId } from '../metadata/identifier.ts'
import { parseKey, parseSegment } from '../http/path.ts'
import { ENTITIES, entityOfSet } from '../schema/schema.ts'
import { attributePrivileges } from '../security/profiles.ts'
import type { Caller } from '../security/security.ts'
import { RIGHTS, miscellaneousOf } from '../security/roles.ts'
import { may, privilegeName, reachOf } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { jsonOf, parseCall } from './call.ts'

const NO_FILTER = '00000000-0000-0000-0000-000000000000'

function privilegesOf(caller: Caller): Json[] {
  const reaches = new Map<string, ReturnType<typeof reachOf>>()
  for (const entity of ENTITIES.values()) {
    for (const right of entity.isIntersect === true ? [] : RIGHTS) {
      const reach = reachOf(caller, entity, right)
      if (reach.depth !== 'None') reaches.set(privilegeName(right, entity), reach)
    }
  }
  for (const name of miscellaneousOf(caller.roles)) {
    reaches.set(name, { depth: 'Global', businessUnitId: caller.businessUnitId })
  }
  return [...reaches].map(([name, { depth, businessUnitId }]) => ({
    Depth: depth,
    PrivilegeId: metadataId('privilege', name),
    BusinessUnitId: businessUnitId,
    PrivilegeName: name,
    RecordFilterId: NO_FILTER,
    RecordFilterUniqueName: '',
  }))
}

function answerPrivileges(user: Row, segment: string, request: ApiRequest): Answer {
  parseCall(segment, request.query, [])
  const RolePrivileges = privilegesOf(callerFor(request.reader.store, user))
  const context = `${request.base}$metadata#Microsoft.Dynamics.CRM.RetrieveUserPrivilegesResponse`
  return { status: 200, body: { '@odata.context': context, RolePrivileges } }
}

/** The row of `{"@odata.id":"accounts(<guid>)"}`. @throws DataverseFault 400 for anything else, 404 for no row */
function targetOf(value: unknown, { reader }: ApiRequest): Row {
  const text = (value as { readonly '@odata.id'?: unknown } | null | undefined)?.['@odata.id']
  const last = typeof text === 'string' ? (text.split('/').at(-1) ?? '') : ''
  const { name, key } = last === '' ? { name: '', key: undefined } : parseSegment(last)
  const entity = entityOfSet(name)
  const id = key === undefined ? undefined : parseKey(key)
  if (!entity || !id || !('id' in id)) throw odataError("The parameter 'Target' must be a record with an @odata.id.")
  const row = reader.store.get(entity.logicalName, id.id)
  return row ?? reader.require(entity, id.id)
}

function answerAccess(user: Row, segment: string, request: ApiRequest): Answer {
  const target = targetOf(jsonOf(parseCall(segment, request.query, ['Target']), 'Target'), request)
  const { store } = request.reader
  const held = RIGHTS.filter((right) => may(right, store, callerFor(store, user), target))
  const AccessRights = held.length === 0 ? 'None' : held.map((right) => `${right}Access`).join(', ')
  const context = `${request.base}$metadata#Microsoft.Dynamics.CRM.RetrievePrincipalAccessResponse`
  return { status: 200, body: { '@odata.context': context, AccessRights } }
}

/**
 * Bound to a principal and without parameters; needs `prvReadUser`.
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/mt607755(v=crm.8) the function
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/mt607726(v=crm.8) what it gives
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/gg334538(v=crm.8) the privilege
 */
function answerAttributePrivileges(user: Row, segment: string, request: ApiRequest): Answer {
  parseCall(segment, request.query, [])
  const { store } = request.reader
  const AttributePrivileges = attributePrivileges(store, callerFor(store, user))
  const context = `${request.base}$metadata#Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivilegesResponse`
  return { status: 200, body: { '@odata.context': context, AttributePrivileges } }
}

/** The functions bound to a user. @throws DataverseFault 404 for any other */
export function answerUserFunction(user: Row, segment: string, rest: readonly string[], request: ApiRequest): Answer {
  const name = parseSegment(segment).name.replace(/^Microsoft\.Dynamics\.CRM\./, '')
  if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
  if (name === 'RetrieveUserPrivileges') return answerPrivileges(user, segment, request)
  if (name === 'RetrievePrincipalAccess') return answerAccess(user, segment, request)
  if (name === 'RetrievePrincipalAttributePrivileges') return answerAttributePrivileges(user, segment, request)
  throw unknownSegment(segment)
}

export const USER_FUNCTIONS: ReadonlySet<string> = new Set([
  'RetrieveUserPrivileges',
  'RetrievePrincipalAccess',
  'RetrievePrincipalAttributePrivileges',
])
