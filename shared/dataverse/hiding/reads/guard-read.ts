import { SEES_ALL } from '../../metadata/column-privileges.ts'
import { createFindings } from '../../column-security/findings.ts'
import { guardQuery } from '../../column-security/guard-query.ts'
import type { Entity, EntityIndex, Hiding, Table } from '../../metadata/model.ts'
import { parseFetch } from '../../query/from-fetchxml/parse-fetch.ts'
import { parseXml } from '../../query/from-fetchxml/xml.ts'
import type { Link, Query, Source } from '../../query/model/query.ts'
import { allLinks, returningSources } from '../../query/model/walk.ts'
import { writeFetch } from '../../query/to-wire/write-fetch.ts'
import { withOptions } from '../../web-api/url.ts'
import type { Shape } from '../clean-rows.ts'
import { HISTORY, historyShape, historyTarget } from './guard-history.ts'
import { guardOptions } from './guard-options.ts'
import { hidingOf, tablesOf, targetOf, type Guarding } from './guarding.ts'
import type { Hides } from '../hides.ts'
import { keptTable } from '../refusals.ts'

/** A read as it may be sent, and what its answer's keys stand for. */
export type GuardedRead = { readonly path: string; readonly shape: Shape }

/** A set of rows, one of its rows by key, or what a navigation property of that row leads to. */
const PLACE = /^([A-Za-z_]\w*)(?:\((.*)\))?(?:\/([A-Za-z_]\w*))?$/

/**
 * Holds every read of rows against what is kept, whoever wrote it: columns that are hidden are not asked for, and
 * whatever else is asked of them is refused.
 * @throws QueryError `hidden_by_administrator`
 */
export async function guardRead(path: string, guarding: Guarding): Promise<GuardedRead> {
  const mark = path.indexOf('?')
  const base = mark < 0 ? path : path.slice(0, mark)
  const options = Object.fromEntries(new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)))
  if (base.startsWith(HISTORY)) {
    const { name } = entityOf(historyTarget(options), guarding.index)
    return { path, shape: await historyShape(name, guarding) }
  }
  const [, set = '', key = '', way] = PLACE.exec(base) ?? []
  const entity = entityOf(set, guarding.index)
  const { fetchXml, ...others } = options
  if (fetchXml !== undefined) {
    const guarded = await guardFetch(fetchXml, guarding)
    return { path: withOptions(base, { ...others, fetchXml: guarded.xml }), shape: guarded.shape }
  }
  const target = way === undefined ? entity : await entityBehind(way, entity, guarding)
  const guarded = await guardOptions({ key, options, entity: target, guarding })
  return { path: withOptions(base, guarded.options), shape: guarded.shape }
}

/** A table that metadata does not list has no rule but those of all tables. */
type Known = Pick<Entity, 'name'> & { readonly idColumn?: string }

function entityOf(set: string, { byName, hidden }: EntityIndex): Known {
  const name = set.toLowerCase()
  const isIt = (entity: Entity | undefined): entity is Entity => entity?.entitySet === set
  const found = byName.get(name)
  if (isIt(found)) return found
  if ([hidden?.get(name), ...(hidden?.values() ?? [])].some(isIt)) throw keptTable(set)
  return [...byName.values()].find(isIt) ?? { name: set }
}

async function entityBehind(way: string, entity: Known, guarding: Guarding): Promise<Known> {
  const tables = await tablesOf([entity.name], guarding)
  return { name: targetOf(way, entity.name, tables) }
}

async function guardFetch(xml: string, guarding: Guarding): Promise<{ readonly xml: string; readonly shape: Shape }> {
  const { hides } = guarding
  const { fetch } = parseFetch(xml)
  const names = [fetch.entity, ...allLinks(fetch.entity)].map(({ name }) => name)
  const hidden = names.find((name) => hides.isHidden(name))
  if (hidden !== undefined) throw keptTable(hidden)
  const concerned = names.filter((name) => hides.keepsNames || hides.touches(name))
  const tables = await tablesOf(concerned, guarding)
  const query = guardQuery(fetch, { tables, sight: SEES_ALL, findings: createFindings() })
  const isAsItWas = columnsIn(query) === columnsIn(fetch)
  return { xml: isAsItWas ? xml : written(query, xml), shape: shapeOf(query, tables, hides) }
}

function columnsIn({ entity }: Query): string {
  return JSON.stringify(
    returningSources<Source | Link>(entity).map(({ attributes }) => attributes.map(({ name }) => name)),
  )
}

/** With the cookie of its page, which is no part of a query. */
function written(query: Query, xml: string): string {
  const { page, count, returnTotal } = query
  const cookie = parseXml(xml).attributes.get('paging-cookie')
  if (cookie === undefined || page === undefined || count === undefined) return writeFetch(query)
  return writeFetch(query, { page, count, cookie, returnTotal })
}

function shapeOf({ entity: root, aggregate }: Query, tables: ReadonlyMap<string, Table>, hides: Hides): Shape {
  const aliases = new Map<string, Hiding | undefined>()
  const links = new Map<string, string>()
  for (const source of returningSources<Source | Link>(root)) {
    const link = 'alias' in source ? source.alias : undefined
    if (link !== undefined) links.set(link, source.name)
    for (const { name, alias } of source.attributes)
      if (alias !== undefined) aliases.set(alias, aggregate ? undefined : hidingOf(source.name, name, tables, hides))
  }
  return {
    within: new Map(),
    hidingOf: (key) => {
      if (aliases.has(key)) return aliases.get(key)
      const dot = key.indexOf('.')
      const table = dot < 0 ? root.name : (links.get(key.slice(0, dot)) ?? root.name)
      return hidingOf(table, key.slice(dot + 1), tables, hides)
    },
  }
}
