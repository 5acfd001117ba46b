import { comparesColumns, conditionTest } from '../query/conditions.ts'
import { DataverseFault, invalidValue, notEmulated } from '../http/errors.ts'
import type { Comparable, Truth } from '../query/operands.ts'
import { allOf, anyOf, comparable, compareValues } from '../query/operands.ts'
import type { Column } from '../schema/schema.ts'
import { isChoice, isLookup, isNumeric } from '../schema/schema.ts'
import type { Row } from '../store/store.ts'
import { keyOf } from '../store/store.ts'
import type { Bindings, Field, Link, Source } from './bind.ts'
import { bindLink, closeLink, fieldOf, sourceNamed } from './bind.ts'
import type { RawCondition, RawFilter } from './parse.ts'

/**
 * The one switch for a question that sources answer differently: does `matchfirstrowusingcrossapply` keep a row that
 * has no match? The page calls it a variant of inner (fetchxml/join-tables.md, and the include of
 * fetchxml/reference/link-entity.md), Sql4Cds emits CROSS APPLY, which is inner too; a later wording of the reference
 * page says "outer, at most one".
 */
const FIRST_MATCH_KEEPS_UNMATCHED = false as boolean

/** One row of the join: a row, or none, under every alias. */
export type Tuple = ReadonlyMap<string, Row | null>
type Predicate = (tuple: Tuple) => Truth

function operand(field: Field, source: Source, { reader }: Bindings): (tuple: Tuple) => Comparable | null {
  return (tuple) => {
    const row = tuple.get(source.alias)
    return row ? comparable(field.column, field.read(row), reader.caller.timeZone) : null
  }
}

/** Columns compare with their own kind only. */
function kindOf(column: Column): string {
  if (isLookup(column) || column.type === 'Uniqueidentifier') return 'id'
  if (isNumeric(column)) return 'number'
  if (isChoice(column)) return 'choice'
  return column.type === 'String' || column.type === 'Memo' || column.type === 'EntityName' ? 'text' : column.type
}

function compileColumns(condition: RawCondition, source: Source, field: Field, bindings: Bindings): Predicate {
  const operator = condition.operator === 'neq' ? 'ne' : condition.operator
  if (!comparesColumns(operator)) {
    throw new DataverseFault(400, '0x80041120', `Unsupported condition operator '${operator}' with valueof.`)
  }
  const [name = '', alias] = (condition.otherColumn ?? '').split('.').reverse()
  const other = alias === undefined ? source : sourceNamed(alias, bindings)
  const otherField = fieldOf(other.entity, name, bindings.reader)
  if (kindOf(field.column) !== kindOf(otherField.column)) {
    throw invalidValue(
      `The columns '${field.column.name}' (${field.column.type}) and '${name}' (${otherField.column.type}) can't be compared: they must be of the same type.`,
    )
  }
  const left = operand(field, source, bindings)
  const right = operand(otherField, other, bindings)
  return (tuple) => compareValues(operator, left(tuple), right(tuple))
}

function compileCondition(condition: RawCondition, own: Source, bindings: Bindings): Predicate {
  const source = condition.entityName === undefined ? own : sourceNamed(condition.entityName, bindings)
  const field = fieldOf(source.entity, condition.attribute, bindings.reader)
  if (field.column.type === 'PartyList') {
    throw notEmulated(
      `a condition on the parties of '${condition.attribute}': link activityparty by activityid instead`,
    )
  }
  if (condition.otherColumn !== undefined) return compileColumns(condition, source, field, bindings)
  const { operator, values } = condition
  const test = conditionTest({ reader: bindings.reader, entity: source.entity, column: field.column, operator, values })
  return (tuple) => {
    const row = tuple.get(source.alias)
    return test(row ? field.read(row) : null)
  }
}

/** A link-entity inside a filter asks only whether related rows exist. */
function compileRelated(link: Link, bindings: Bindings): Predicate {
  const filter = compileFilters(link, bindings)
  const nested = link.links.map((child) => compileJoin(child, bindings))
  const candidatesOf = candidateFinder(link, bindings)
  closeLink(link, bindings)
  return (tuple) => {
    const candidates = candidatesOf(tuple)
    const matched = candidates.some((row) => joined(row, link, tuple, nested).some((one) => filter(one) === true))
    if (link.type === 'all') return candidates.length > 0 && !matched
    return link.type === 'not any' ? !matched : matched
  }
}

function compileFilter(filter: RawFilter, own: Source, bindings: Bindings): Predicate {
  const parts = [
    ...filter.conditions.map((condition) => compileCondition(condition, own, bindings)),
    ...filter.filters.map((inner) => compileFilter(inner, own, bindings)),
    ...filter.links.map((raw) => compileRelated(bindLink(raw, own, bindings, true), bindings)),
  ]
  if (parts.length === 0) return () => true
  return filter.type === 'or' ? anyOf(parts) : allOf(parts)
}

function compileFilters(source: Source, bindings: Bindings): Predicate {
  return allOf(source.filters.map((filter) => compileFilter(filter, source, bindings)))
}

type Part = { readonly holds: Predicate; readonly isOwn: boolean }

/** Whether a filter asks for columns of its own source alone. */
function isOwn({ conditions, filters, links }: RawFilter): boolean {
  return links.length === 0 && conditions.every(isOwnCondition) && filters.every(isOwn)
}

function isOwnCondition({ entityName, otherColumn = '' }: RawCondition): boolean {
  return entityName === undefined && !otherColumn.includes('.')
}

/** What a filter demands, each demand for itself where all have to hold. */
function partsOf(filter: RawFilter, source: Source, bindings: Bindings): Part[] {
  if (filter.type === 'or') return [{ holds: compileFilter(filter, source, bindings), isOwn: isOwn(filter) }]
  return [
    ...filter.conditions.map((condition) => ({
      holds: compileCondition(condition, source, bindings),
      isOwn: isOwnCondition(condition),
    })),
    ...filter.filters.flatMap((inner) => partsOf(inner, source, bindings)),
    ...filter.links.map((raw) => ({
      holds: compileRelated(bindLink(raw, source, bindings, true), bindings),
      isOwn: false,
    })),
  ]
}

/** The readable rows of a link that fit a tuple, found by an index; a virtual column has none of the reader's. */
function candidateFinder(link: Link, { reader }: Bindings): (tuple: Tuple) => readonly Row[] {
  const { entity, from, to } = link
  let index: ReadonlyMap<string | null, readonly Row[]> | undefined
  const matching = (key: string): readonly Row[] => {
    if (entity.columns.has(from.column.name)) return reader.matching(entity, from.column.name, key)
    index ??= Map.groupBy(reader.rows(entity), (row) => keyOf(from.read(row)))
    return index.get(key) ?? []
  }
  return (tuple) => {
    const row = tuple.get(link.parent)
    const key = row ? keyOf(to.read(row)) : null
    return key === null ? [] : matching(key)
  }
}

type Join = (tuple: Tuple) => readonly Tuple[]

function joined(row: Row, link: Link, tuple: Tuple, nested: readonly Join[]): readonly Tuple[] {
  const start: readonly Tuple[] = [new Map(tuple).set(link.alias, row)]
  return nested.reduce((tuples, join) => tuples.flatMap((one) => join(one)), start)
}

function withoutRows(link: Link, tuple: Tuple): Tuple {
  return link.links.reduce<Tuple>((one, child) => withoutRows(child, one), new Map(tuple).set(link.alias, null))
}

function compileJoin(link: Link, bindings: Bindings): Join {
  const filter = compileFilters(link, bindings)
  const nested = link.links.map((child) => compileJoin(child, bindings))
  const candidatesOf = candidateFinder(link, bindings)
  return (tuple) => {
    const found = candidatesOf(tuple).flatMap((row) =>
      joined(row, link, tuple, nested).filter((one) => filter(one) === true),
    )
    switch (link.type) {
      case 'outer':
        return found.length > 0 ? found : [withoutRows(link, tuple)]
      case 'exists':
      case 'in':
        return found.length > 0 ? [withoutRows(link, tuple)] : []
      case 'matchfirstrowusingcrossapply':
        if (found.length === 0 && FIRST_MATCH_KEEPS_UNMATCHED) return [withoutRows(link, tuple)]
        return found.slice(0, 1)
      default:
        return found
    }
  }
}

/** Joins and filters: the rows that the caller may read and the fetch asks for, in the order of the store. */
export function evaluate(root: Source, bindings: Bindings): readonly Tuple[] {
  const { reader } = bindings
  const joins = root.links.map((link) => compileJoin(link, bindings))
  const parts = root.filters.flatMap((filter) => partsOf(filter, root, bindings))
  const [own, others] = [parts.filter((part) => part.isOwn), parts.filter((part) => !part.isOwn)]
  const [fits, filter] = [own, others].map((some) => allOf(some.map(({ holds }) => holds))) as [Predicate, Predicate]
  for (const { entity } of bindings.sources.values()) reader.rows(entity)
  // Rows that their own columns rule out are not worth a join.
  const asked = new Map<string, Row | null>()
  const start = reader
    .rows(root.entity)
    .filter((row) => fits(asked.set('', row)) === true)
    .map((row): Tuple => new Map([['', row]]))
  const tuples = joins.reduce<readonly Tuple[]>((all, join) => all.flatMap((tuple) => join(tuple)), start)
  return others.length === 0 ? tuples : tuples.filter((tuple) => filter(tuple) === true)
}
