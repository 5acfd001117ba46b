import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { fetch } from '../query.ts'
import type { Comparison, Write } from './comparison.ts'
import { complement } from './meaning.ts'
import type { World } from './world.ts'

/** Where the column of a condition stands: in the row itself, behind a lookup, or in the rows of a collection. */
export type Place = {
  readonly entity: string
  /** The table that has the column. */
  readonly of: string
  /** The way to the column, as keys of conditions show it: `parentaccountid/`, `any user_task: `. */
  readonly way: string
  readonly sort: 'own' | 'behind' | Quantifier
  readonly odata: (write: Write, column: string) => string
  readonly fetch: (comparison: Pick<Comparison, 'fetchNot'>, write: Write, column: string) => string | undefined
  readonly sql: (holds: (cell: string) => string, cell: string) => string
}

/** A condition in both languages and in SQL. */
export type Case = {
  readonly key: string
  /** What it has in common with conditions on other columns and values. */
  readonly kind: string
  readonly entity: string
  readonly id: string
  readonly odata: readonly (readonly [how: string, filter: string])[]
  readonly fetch: readonly (readonly [how: string, xml: string])[]
  /** Undefined where both languages have to refuse. */
  readonly sql: string | undefined
  /** Queries of which one has to give a row: otherwise the meaning is open, and both languages have to say the same. */
  readonly names?: readonly string[]
  /** What it is put together of; undefined for words of its own. */
  readonly asks?: Asks
}

export type Asks = {
  /** The table and the way from it: `contact.parentcustomerid_account/`. */
  readonly place: string
  readonly column: string
  readonly op: string
  /** The operator and the sort of value. */
  readonly kind: string
  readonly value: string
}

const idOf = (entity: string): string => entityNamed(entity).primaryIdAttribute
const rows = (entity: string, inner: string): string => fetch(entity, `<attribute name="${idOf(entity)}"/>${inner}`)

export function own(entity: string): Place {
  return {
    entity,
    of: entity,
    way: '',
    sort: 'own',
    odata: (write, column) => write(column),
    fetch: (_comparison, write, column) => rows(entity, `<filter>${write(`attribute="${column}"`)}</filter>`),
    sql: (holds, cell) => `select x.${idOf(entity)} from ${entity} x where ${holds(`x.${cell}`)}`,
  }
}

/** Behind a lookup, by its navigation property: an outer link, so that rows without one are judged too. */
export function behind(entity: string, nav: string): Place {
  const lookup = entityNamed(entity).manyToOne.find((one) => one.nav === nav)
  if (!lookup) throw new RangeError(`${entity} has no lookup "${nav}"`)
  const { target, column: from } = lookup
  const link = `<link-entity name="${target}" from="${idOf(target)}" to="${from}" alias="far" link-type="outer"/>`
  return {
    entity,
    of: target,
    way: `${nav}/`,
    sort: 'behind',
    odata: (write, column) => write(`${nav}/${column}`),
    fetch: (_comparison, write, column) =>
      rows(entity, `${link}<filter>${write(`entityname="far" attribute="${column}"`)}</filter>`),
    sql: (holds, cell) =>
      `select x.${idOf(entity)} from ${entity} x left join ${target} t on t.${idOf(target)} = x.${from} where ${holds(`t.${cell}`)}`,
  }
}

export type Quantifier = 'any' | 'all' | 'not any'

/** `all` is "none for which it does not hold", since FetchXML's own `all` means something else. */
export function among(entity: string, nav: string, quantifier: Quantifier): Place {
  const collection = entityNamed(entity).oneToMany.find((one) => one.nav === nav)
  if (!collection) throw new RangeError(`${entity} has no collection "${nav}"`)
  const { target, column: to } = collection
  const type = quantifier === 'any' ? 'any' : 'not any'
  const link = (inner: string): string =>
    `<filter><link-entity name="${target}" from="${to}" to="${idOf(entity)}" link-type="${type}"><filter>${inner}</filter></link-entity></filter>`
  const lambda = quantifier === 'all' ? 'all' : 'any'
  return {
    entity,
    of: target,
    way: `${quantifier} ${nav}: `,
    sort: quantifier,
    odata: (write, column) =>
      `${quantifier === 'not any' ? 'not ' : ''}${nav}/${lambda}(one:${write(`one/${column}`)})`,
    fetch: ({ fetchNot }, write, column) => {
      const inner = quantifier === 'all' ? fetchNot?.(`attribute="${column}"`) : write(`attribute="${column}"`)
      return inner === undefined ? undefined : rows(entity, link(inner))
    },
    sql: (holds, cell) => {
      const wanted = quantifier === 'all' ? complement(holds(`t.${cell}`)) : `(${holds(`t.${cell}`)})`
      const some = `exists (select 1 from ${target} t where t.${to} = x.${idOf(entity)} and ${wanted})`
      return `select x.${idOf(entity)} from ${entity} x where ${quantifier === 'any' ? some : `not ${some}`}`
    },
  }
}

/** `behind: order date word` stands for every order, in every column behind a lookup. */
function kindOf(where: Place, { kind }: Comparison): string {
  const sort = where.sort === 'own' || where.sort === 'behind' ? where.sort : 'among'
  const [, not = '', words = ''] = /^(not )?(.*)$/.exec(kind) ?? []
  return `${sort}: ${not}${words.replace(/^(?:lt|le|gt|ge) /, 'order ')}`
}

const UNFILLED = /\b([xt])\.\0/g

/** A comparison of a column, put where the column stands. */
export function place(where: Place, column: string, comparison: Comparison, world: World): Case {
  const spelled = comparison.odata.filter(({ isOwnOnly }) => where.sort === 'own' || !isOwnOnly)
  const written = comparison.fetch.flatMap(({ how, write }) => {
    const xml = where.fetch(comparison, write, column)
    return xml === undefined ? [] : [[how, xml] as const]
  })
  // SQL's tables have the columns that are filled somewhere: any other is null in every row.
  const cell = world.filled.get(where.of)?.has(column) ? `"${column}"` : '\0'
  const { sql, op, kind, value } = comparison
  const at = `${where.entity}.${where.way}`
  return {
    key: `${at}${column} ${op} ${value}`,
    asks: { place: at, column, op, kind, value },
    kind: kindOf(where, comparison),
    entity: where.entity,
    id: idOf(where.entity),
    ...(comparison.names && { names: comparison.names }),
    odata: spelled.map(({ how, write }) => [how, where.odata(write, column)]),
    // For `all` every spelling is the same one.
    fetch: where.sort === 'all' ? written.slice(0, 1) : written,
    sql: sql && where.sql(sql, cell).replaceAll(UNFILLED, 'null'),
  }
}
