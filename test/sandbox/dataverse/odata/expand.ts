import type { ApiRequest, MutableJson } from '../http/api.ts'
import { innerCookie, skipToken } from '../query/cookie.ts'
import { odataError, unknownProperty } from '../http/errors.ts'
import type { Navigation, ToMany, ToOne } from '../store/navigation.ts'
import { follow, isPrincipalNavigation, navigationOf, related } from '../store/navigation.ts'
import type { Entity } from '../schema/schema.ts'
import { requireReadPrivilege } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { keyOf, valueOf } from '../store/store.ts'
import { splitOutside } from '../query/text.ts'
import { compileFilter } from './evaluate.ts'
import type { ExpandItem } from './options.ts'
import { orderRows } from './order.ts'
import { findProperty } from './properties.ts'
import { etagOf, fieldsOf, writeFields } from './serialize.ts'

const MAXIMUM = 15
const ONLY_SELECT_AND_FILTER =
  'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.'

type Writer = (row: Row, out: MutableJson) => void

function navigationFor(entity: Entity, { nav }: ExpandItem): Navigation {
  const navigation = navigationOf(entity, nav)
  if (!navigation) throw unknownProperty(nav, entity.logicalName)
  return navigation
}

const isNested = (items: readonly ExpandItem[]): boolean => items.some(({ options }) => options.expand.length > 0)
const countAll = (items: readonly ExpandItem[]): number =>
  items.reduce((sum, { options }) => sum + 1 + countAll(options.expand), 0)

function checkItem(item: ExpandItem, navigation: Navigation, nested: boolean): void {
  const { options, isReference } = item
  if (isReference && navigation.kind !== 'one') {
    throw odataError('Expand with $ref is only supported on lookup type navigation property.')
  }
  const restricted = navigation.kind === 'one' || nested
  if (restricted && (options.top !== undefined || options.orderBy.length > 0)) throw odataError(ONLY_SELECT_AND_FILTER)
}

/** N:N stands only beside N:N, and nests nowhere. */
function checkTogether(items: readonly ExpandItem[], entity: Entity, within: boolean): void {
  if (countAll(items) > MAXIMUM) throw odataError(`The number of $expand options exceeds the limit of ${MAXIMUM}.`)
  const kinds = items
    .filter(({ nav }) => !isPrincipalNavigation(entity, nav))
    .map((item) => navigationFor(entity, item).kind)
  if (!kinds.includes('many-to-many')) return
  if (within || isNested(items) || kinds.some((kind) => kind !== 'many-to-many')) {
    throw odataError('Expansion of a many-to-many navigation property cannot be combined with other expansions.')
  }
}

/** An expanded owner shows its id and nothing else: a principal has no name. */
function principalWriter({ nav, options }: ExpandItem): Writer {
  const strange = options.select?.find((name) => name !== 'ownerid') ?? options.expand[0]?.nav
  if (strange !== undefined) throw unknownProperty(strange, 'principal')
  return (row, out) => {
    const id = keyOf(valueOf(row, nav))
    out[nav] = id === null ? null : { ownerid: id }
  }
}

function referenceWriter(item: ExpandItem, navigation: ToOne, request: ApiRequest): Writer {
  return (row, out) => {
    const target = follow(request.reader, row, navigation)
    out[item.nav] = target && { '@odata.id': `${request.base}${navigation.target.entitySetName}(${target.id})` }
  }
}

function toOneWriter(item: ExpandItem, navigation: ToOne, request: ApiRequest): Writer {
  const { options } = item
  const fields = fieldsOf(navigation.target, options.select, options.expand)
  const keeps = options.filter ? compileFilter(options.filter, request.reader, navigation.target) : () => true
  const inner = expandWriter(options.expand, navigation.target, request, true)
  return (row, out) => {
    const target = follow(request.reader, row, navigation)
    if (!target || !keeps(target)) {
      out[item.nav] = null
      return
    }
    const written: MutableJson = {}
    writeFields(written, target, fields, request)
    inner(target, written)
    out[item.nav] = written
  }
}

function childLink(item: ExpandItem, row: Row, request: ApiRequest): string {
  const inner = /^[^(]*\((.*)\)$/s.exec(item.text)?.[1] ?? ''
  const query = inner === '' ? '' : `?${splitOutside(inner, ';').join('&')}`
  return `${request.base}${row.entity.entitySetName}(${row.id})/${item.nav}${query}`
}

function pageLink(link: string, page: readonly Row[]): string {
  const [first, last] = [page[0], page.at(-1)]
  if (!first || !last) return link
  const token = skipToken(2, innerCookie(1, [first.entity.primaryIdAttribute], first, last, page.length))
  return `${link}${link.includes('?') ? '&' : '?'}${token}`
}

/** A single-level collection is whole and carries a link without token; a nested one is paged. */
function toManyWriter(item: ExpandItem, navigation: ToMany, request: ApiRequest, nested: boolean): Writer {
  const { options } = item
  const { target } = navigation
  const asked = fieldsOf(target, options.select, options.expand)
  const key =
    navigation.kind === 'many' && !nested ? findProperty(target, `_${navigation.relation.column}_value`) : undefined
  const fields = key && !asked.some((field) => field.key === key.key) ? [...asked, key] : asked
  const keeps = options.filter ? compileFilter(options.filter, request.reader, target) : () => true
  const inner = expandWriter(options.expand, target, request, true)
  const size = nested ? (request.preferences.maxPageSize ?? 5000) : (options.top ?? 5000)
  return (row, out) => {
    const found = orderRows(
      related(request.reader, row, navigation).filter(keeps),
      options.orderBy,
      target,
      request.reader,
    )
    const page = found.slice(0, size)
    out[item.nav] = page.map((child) => {
      const written: MutableJson = nested ? {} : { '@odata.etag': etagOf(child) }
      writeFields(written, child, fields, request)
      inner(child, written)
      return written
    })
    const link = childLink(item, row, request)
    if (!nested) out[`${item.nav}@odata.nextLink`] = link
    else if (found.length > size) out[`${item.nav}@odata.nextLink`] = pageLink(link, page)
  }
}

/**
 * Writes the expanded members of a row.
 * @throws DataverseFault 400 for a combination that Dataverse refuses, 403 without a privilege on the other table
 */
export function expandWriter(
  items: readonly ExpandItem[],
  entity: Entity,
  request: ApiRequest,
  within = false,
): Writer {
  checkTogether(items, entity, within)
  const nested = within || isNested(items)
  const writers = items.map((item): Writer => {
    if (isPrincipalNavigation(entity, item.nav)) return principalWriter(item)
    const navigation = navigationFor(entity, item)
    checkItem(item, navigation, nested)
    requireReadPrivilege(request.reader.caller, navigation.target)
    if (navigation.kind !== 'one') return toManyWriter(item, navigation, request, nested)
    return item.isReference ? referenceWriter(item, navigation, request) : toOneWriter(item, navigation, request)
  })
  return (row, out) => writers.forEach((write) => write(row, out))
}
