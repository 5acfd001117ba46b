import { QueryError } from '../../errors.ts'
import { findColumn } from './names/find-column.ts'
import type { Column } from '../../metadata/model.ts'
import { checkKind } from '../../fetchxml/check-kind.ts'
import { kindOf } from '../model/column-kind.ts'
import { comparedWith } from './values/other-column.ts'
import { operatorForDay } from '../../fetchxml/day-of-time.ts'
import type { Condition } from '../model/query.ts'
import { invalidFetch, quoted } from '../../fetchxml/invalid-fetch.ts'
import { meantOperator, operatorNamed, type Meant, type Operator } from '../model/operators.ts'
import { bareGuid, invalidValue, resolveValue } from '../../fetchxml/resolve-value.ts'
import { comparedColumn, scopeNamed, type Resolving, type Scope } from './names/scope.ts'
import { valueIsOperator } from '../../fetchxml/value-is-operator.ts'

export type ResolvedCondition = { readonly condition: Condition; readonly column: Column; readonly operator: Operator }

type Comparison = { readonly column: Column; readonly operator: Operator; readonly values: readonly string[] }

/** By id or by name: these are the operators that a name column takes in place of its lookup. */
const BY_NAME: readonly string[] = ['eq', 'ne', 'neq', 'in', 'not-in']

/** A condition with the column, operator and values that are meant. @throws QueryError */
export function resolveCondition(written: Condition, own: Scope, resolving: Resolving): ResolvedCondition {
  const condition = withSplitName(written, own, resolving)
  const scope = condition.entityName === undefined ? own : scopeNamed(condition.entityName, resolving)
  const asked = comparedColumn(scope, condition.attribute, resolving)
  const meant = onChoices(meantOperator(condition.operator), asked)
  const entityName = scope === own ? undefined : scope.alias
  if (scope !== own && entityName === undefined)
    throw invalidFetch(
      `A condition of a link-entity cannot be about ${quoted(condition.entityName ?? '')}.`,
      'Move it into the <filter> of the <entity>.',
    )
  if (condition.otherColumn !== undefined) {
    const otherColumn = comparedWith(condition, asked, meant.operator, scope, resolving)
    const resolved = { attribute: asked.name, operator: meant.operator.name, values: [], otherColumn }
    return { condition: withEntity(resolved, entityName), column: asked, operator: meant.operator }
  }
  const { column, operator, values } = compare(condition, asked, meant, scope, resolving)
  noteSpelling(condition.operator, meant, resolving)
  const resolved = { attribute: column.name, operator: operator.name, values }
  return { condition: withEntity(resolved, entityName), column, operator }
}

/** `alias.column` as an attribute is a column of that link. */
function withSplitName(condition: Condition, own: Scope, { scopes, note }: Resolving): Condition {
  const [alias = '', column, ...more] = condition.attribute.split('.')
  const isSplit = column !== undefined && more.length === 0 && scopes.has(alias.trim().toLowerCase())
  if (!isSplit || condition.entityName !== undefined || findColumn(own.table, condition.attribute)) return condition
  note(`${quoted(condition.attribute)} was read as the column ${quoted(column)} with entityname ${quoted(alias)}.`)
  return { ...condition, attribute: column, entityName: alias }
}

/** "contains" asks a column of several choices for one of them. */
function onChoices(meant: Meant, column: Column): Meant {
  if (!meant.anywhere || kindOf(column) !== 'choices') return meant
  const name = meant.operator.negative ? 'not-contain-values' : 'contain-values'
  return { operator: operatorNamed(name), anywhere: false }
}

function withEntity(condition: Condition, entityName: string | undefined): Condition {
  return entityName === undefined ? condition : { ...condition, entityName }
}

function noteSpelling(written: string, meant: Meant, { note }: Resolving): void {
  const { operator } = meant
  if (written.trim().toLowerCase() === operator.name) return
  const how = meant.anywhere ? ' with % around the value' : ''
  note(`The operator ${quoted(written)} was read as ${operator.name}${how}.`)
}

function compare(condition: Condition, written: Column, meant: Meant, scope: Scope, resolving: Resolving): Comparison {
  const given = meant.count === undefined ? condition.values : [meant.count]
  const replaced = valueIsOperator(written, meant.operator, given)
  if (replaced) {
    resolving.note(`The value ${quoted(given[0] ?? '')} of ${written.name} was read as the operator ${replaced.name}.`)
    return { column: written, operator: replaced, values: [] }
  }
  const values = meant.anywhere ? given.map(anywhere) : given
  const counted = byCount(meant.operator, values, written, resolving)
  const byDay = operatorForDay(counted.operator, written, counted.values, resolving.note)
  const { operator, column } = byKind(byDay, written, counted.values, scope, resolving)
  checkKind(operator, column, resolving)
  return { column, operator, values: resolveValues(operator, column, counted.values, scope, resolving) }
}

function anywhere(value: string): string {
  return `%${value.replace(/^%+/, '').replace(/(?<!%)%+$/, '')}%`
}

/** The values in the number that the operator takes: a list in one value is split, several values of eq are a list. */
function byCount(
  operator: Operator,
  given: readonly string[],
  column: Column,
  { note }: Resolving,
): { readonly operator: Operator; readonly values: readonly string[] } {
  const { name, arity } = operator
  if (arity === 0) {
    if (given.some((value) => value.trim())) note(`The operator ${name} takes no value: the value was left out.`)
    return { operator, values: [] }
  }
  if (arity === 1 && given.length > 1 && BY_NAME.includes(name)) {
    const list = operatorNamed(name === 'eq' ? 'in' : 'not-in')
    note(`The operator ${name} with several values was read as ${list.name}.`)
    return { operator: list, values: given }
  }
  const needed = arity === 'list' ? 2 : arity
  const [only] = given
  if (given.length === 1 && needed === 2 && only?.includes(',') && kindOf(column) !== 'text') {
    note(`The value ${quoted(only)} was read as a list.`)
    return counted(
      operator,
      only.split(',').map((value) => value.trim()),
    )
  }
  return counted(operator, given)
}

function counted(operator: Operator, values: readonly string[]): { operator: Operator; values: readonly string[] } {
  const { name, arity } = operator
  if (arity === 'list' ? values.length > 0 : values.length === arity) return { operator, values }
  const form = arity === 1 ? 'value="…"' : '<value>…</value> elements inside the condition'
  const many = arity === 'list' ? 'at least one value' : arity === 1 ? 'one value' : `${arity} values`
  throw invalidFetch(`The operator ${name} takes ${many}; ${values.length} were given.`, `Write ${form}.`)
}

/** What the operator means on this kind of column, where it means something. */
function byKind(
  operator: Operator,
  column: Column,
  values: readonly string[],
  scope: Scope,
  resolving: Resolving,
): { readonly operator: Operator; readonly column: Column } {
  const kind = kindOf(column)
  const { name } = operator
  if (kind === 'lookup' && BY_NAME.includes(name) && values.some((value) => bareGuid(value) === undefined))
    return byName(operator, column, values, scope, resolving)
  if (kind === 'choice' && (name === 'contain-values' || name === 'not-contain-values')) {
    const list = operatorNamed(name === 'contain-values' ? 'in' : 'not-in')
    resolving.note(`${column.name} holds one choice: ${name} was read as ${list.name}.`)
    return { operator: list, column }
  }
  return { operator, column }
}

/** A lookup compared with a text: its name is meant. */
function byName(
  operator: Operator,
  column: Column,
  values: readonly string[],
  { table }: Scope,
  { note }: Resolving,
): { readonly operator: Operator; readonly column: Column } {
  const text = values.find((value) => bareGuid(value) === undefined) ?? ''
  if (values.some((value) => bareGuid(value) !== undefined))
    throw invalidValue(column, text, 'an id', 'Write ids only, or names only.')
  const nameColumn = table.byName.get(`${column.name}name`)
  if (nameColumn?.describes === column.name) {
    note(`${column.name} was compared by name (${nameColumn.name}).`)
    return { operator, column: nameColumn }
  }
  const like = operator.name === 'eq' ? 'like' : operator.arity === 1 ? 'not-like' : undefined
  if (like === undefined)
    throw invalidValue(column, text, 'an id', `Write ids, or one operator="like" condition for each name.`)
  note(`${column.name} was compared by name (${like}).`)
  return { operator: operatorNamed(like), column }
}

function resolveValues(
  { name, takes }: Operator,
  column: Column,
  values: readonly string[],
  { table }: Scope,
  { note }: Resolving,
): string[] {
  return values.map((value) => {
    if (takes === 'count' || takes === 'number') return wholeNumber(name, value)
    if (takes === 'id') return resolveValue(table, { ...column, type: 'Uniqueidentifier' }, value, note)
    if (takes !== 'text') return resolveValue(table, column, value, note)
    if (name.endsWith('like') && !/[%_[]/.test(value))
      note(`${name} ${quoted(value)} has no %: it matches only the exact text.`)
    return value
  })
}

function wholeNumber(name: string, value: string): string {
  const text = value.trim()
  if (/^[1-9]\d{0,4}$/.test(text)) return text
  throw new QueryError(
    'invalid_value',
    `${quoted(value)} is not a whole number, which ${name} needs.`,
    'Write e.g. 30.',
  )
}
