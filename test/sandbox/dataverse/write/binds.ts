import type { WriteRequest } from '../http/api.ts'
import { missingRow, notEmulated } from '../http/errors.ts'
import { parseKey, parseSegment } from '../http/path.ts'
import type { Entity } from '../schema/schema.ts'
import { entityNamed, entityOfSet } from '../schema/schema.ts'
import { isPrincipalNavigation, navigationOf } from '../store/navigation.ts'
import type { Row } from '../store/store.ts'
import { payloadError, undeclared } from './errors.ts'

export type Lookup = { readonly column: string; readonly targets: readonly string[] }

/** The lookup behind a navigation property, whose name is case-sensitive: polymorphic ones have one for each target. */
export function lookupOf(entity: Entity, name: string): Lookup | undefined {
  if (isPrincipalNavigation(entity, name)) return { column: name, targets: ['systemuser', 'team'] }
  const navigation = navigationOf(entity, name)
  return navigation?.kind === 'one'
    ? { column: navigation.relation.column, targets: [navigation.target.logicalName] }
    : undefined
}

function badReference(entity: Entity, text: string): Error {
  return payloadError(entity, `Microsoft.OData.ODataException: The URI '${text}' is not a valid entity reference link.`)
}

/** `/accounts(id)`, `accounts(id)` or the same below the service's address. @throws DataverseFault 400 or 404 */
export function referencedRow(entity: Entity, value: unknown, { base, reader }: WriteRequest): Row {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const relative = text.startsWith(base) ? text.slice(base.length) : text.replace(/^\//, '')
  if (!/^\w+\(.+\)$/s.test(relative)) throw badReference(entity, text)
  const { name, key = '' } = parseSegment(relative)
  const target = entityOfSet(name)
  if (!target) throw badReference(entity, text)
  const parsed = parseKey(key)
  if (!('id' in parsed)) throw notEmulated('a lookup that is bound by an alternate key')
  const row = reader.store.get(target.logicalName, parsed.id)
  if (!row) throw missingRow(target.logicalName, parsed.id)
  return row
}

/** The row that `<navigation>@odata.bind` names. @throws DataverseFault */
export function boundRow(entity: Entity, name: string, value: unknown, request: WriteRequest): [Lookup, Row] {
  const navigation = navigationOf(entity, name)
  if (navigation && navigation.kind !== 'one') throw notEmulated(`rows bound to the collection ${name}`)
  const lookup = lookupOf(entity, name)
  if (!lookup) throw undeclared(entity, name)
  const row = referencedRow(entity, value, request)
  if (lookup.targets.includes(row.entity.logicalName)) return [lookup, row]
  const wanted = lookup.targets.map((one) => entityNamed(one).entitySetName).join(' or ')
  const text = `'${name}' leads to ${wanted}, not to ${row.entity.entitySetName}.`
  throw payloadError(entity, `Microsoft.OData.ODataException: ${text}`)
}
