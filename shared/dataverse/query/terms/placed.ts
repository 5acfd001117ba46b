import type { Table } from '../../metadata/model.ts'
import { filterOf, type Condition, type Filter, type Link } from '../model/query.ts'
import { findNavigations } from '../resolve/joins/find-navigation.ts'
import { columnNamed } from '../resolve/names/find-column.ts'
import { invalidFetch, invalidFilter, quoted, shown } from '../say/refusals.ts'

/** Where a filter on rows of one table, `far`, is to stand: in one on rows of another. */
export type Standing = {
  /** Lookups that lead there. */
  readonly path: readonly string[]
  /** Alias of the link that leads there. */
  readonly alias: string | undefined
  readonly near: Table
  readonly far: Table
  /** Conditions on `near` stand in a link of a filter, which sees one row alone. */
  readonly inLink: boolean
}

/** The same filter as one whose every name is reached from where it stands. @throws QueryError */
export function placed(filter: Filter, standing: Standing): Filter {
  const { path, alias } = standing
  if (path.length === 0 && alias === undefined) return filter
  const links = filter.links.map((link) => placedLink(link, standing))
  return {
    ...filter,
    conditions: filter.conditions.map((one) => placedCondition(one, standing)),
    filters: [...filter.filters.map((one) => placed(one, standing)), ...links],
    links: [],
  }
}

function placedCondition(condition: Condition, standing: Standing): Condition {
  const { path, alias } = standing
  if (alias === undefined) return { ...withOther(condition, standing), path: [...path, ...(condition.path ?? [])] }
  if ((condition.path ?? []).length > 0 || leadsAway(condition, standing.far)) throw inItsLink(alias)
  return {
    ...condition,
    entityName: alias,
    ...(isOwn(condition, standing.far) && { orValue: false, otherColumn: `${alias}.${condition.otherColumn ?? ''}` }),
  }
}

/** Whether it is compared with a column behind a lookup. */
function leadsAway({ otherColumn = '', orValue = false }: Condition, far: Table): boolean {
  const [first = '', ...rest] = otherColumn.split('/')
  return orValue && rest.length > 0 && findNavigations(far, first).length > 0
}

const isOwn = ({ orValue = false, otherColumn = '' }: Condition, far: Table): boolean =>
  orValue && columnNamed(far, otherColumn) !== undefined

/** A word without quotes is a column of the same rows, or a value: never a column of the rows where it comes to stand. */
function withOther(condition: Condition, { path, near, far, inLink }: Standing): Condition {
  const { otherColumn, orValue = false } = condition
  if (otherColumn === undefined || !orValue) return condition
  const isWay = leadsAway(condition, far)
  if (isWay || columnNamed(far, otherColumn)) {
    if (!inLink) return { ...condition, otherColumn: [...path, otherColumn].join('/') }
    if (!isWay && (condition.path ?? []).length === 0) return { ...condition, orValue: false }
    throw invalidFilter(
      `asks inside any and all for a term that compares columns of several rows (${shown(otherColumn)})`,
      `Ask for it outside of any and all, or of ${far.entity.name} itself.`,
    )
  }
  if (!columnNamed(near, otherColumn)) return condition
  const { otherColumn: word, orValue: _orValue, ...rest_ } = condition
  return { ...rest_, values: [word ?? ''] }
}

/** A row behind a lookup is one: that it has such rows is that there is a row there which has them. */
function placedLink(link: Link, { path, alias }: Standing): Filter {
  if (alias !== undefined) throw inItsLink(alias)
  return path.reduceRight<Filter>(
    (inside, way, index) => {
      const type = index === 0 ? (link.type ?? 'any') : 'any'
      return filterOf('and', { links: [{ ...EMPTY, way, type, filters: [inside] }] })
    },
    filterOf('and', { links: [{ ...link, type: 'any' }] }),
  )
}

const EMPTY = { name: '', attributes: [], allAttributes: false, orders: [], links: [] } as const

function inItsLink(alias: string): Error {
  return invalidFetch(
    `The term speaks of rows behind those of the link ${quoted(alias)}.`,
    `Put the condition into a <filter> of that <link-entity>, without entityname.`,
  )
}
