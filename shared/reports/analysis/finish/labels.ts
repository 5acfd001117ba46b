import type { Column, Entity, Metadata } from '../../../dataverse/metadata/model.ts'
import type * as z from 'zod'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import { bareSource, filterOf, listOf, plainAttribute } from '../../../dataverse/query/model/query.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { Page } from '../../../dataverse/rows/rows.ts'
import { visible } from '../../../dataverse/records/visible-text.ts'
import type { Read, WebApi } from '../../../dataverse/web-api/web-api.ts'
import type { Analysis, Group, Key, Outcome } from '../model.ts'

export type NameDeps = { readonly dataverse: WebApi; readonly metadata: Metadata }

/** What a key is shown as: a text, a choice or a yes or no with its label, or a record. */
export type KeyCell =
  | string
  | number
  | { readonly label: string; readonly value: number | boolean | string }
  | { readonly id: string; readonly label?: string; readonly entity?: string }
  | undefined

export type Labels = (at: number, key: Key) => KeyCell

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** @param names of rows by id, beside those that came with the figures */
export function labelsOf({ groups }: Analysis, outcome: Outcome, names: ReadonlyMap<string, string>): Labels {
  const { resolved, sides } = outcome
  const known = new Map(sides.flatMap(({ labels }) => [...labels]))
  const targets = new Map(sides.flatMap((side) => [...side.targets]))
  return (at, key) => {
    const group = groups[at]
    const column = resolved.groups[at]?.column
    if (key === null || group === undefined) return undefined
    if (group.kind !== 'column' || !column) return partLabel(group, key)
    const came = known.get(`${at} ${key}`)
    const kind = kindOf(column)
    if (kind === 'lookup') {
      const id = String(key)
      const label = came ?? names.get(id.toLowerCase())
      const entity = targets.get(`${at} ${key}`)
      return { id, ...(label !== undefined && { label }), ...(entity !== undefined && { entity }) }
    }
    if (kind === 'choices') return came ?? choicesText(String(key), column)
    if (kind === 'table' && came !== undefined) return { label: came, value: key }
    if (typeof key === 'string') return key
    const option = column.options?.find(({ value }) => value === Number(key))
    if (kind === 'choice' || kind === 'yes-no' || typeof key === 'boolean')
      return { label: option?.label ?? came ?? String(key), value: key }
    return key
  }
}

/** The values of a choice, of one of several values too. */
export function choicesIn(key: Key): number[] {
  if (key === null) return []
  return typeof key === 'string' ? key.split(',').map(Number) : [Number(key)]
}

function choicesText(key: string, { options = [] }: Column): string {
  const labels = choicesIn(key).map((value) => options.find((option) => option.value === value)?.label ?? String(value))
  return labels.join('; ')
}

/** What a part of a date or a band is called. */
export function partLabel(group: Group, key: string | number | boolean): string {
  if (group.kind === 'band') return bandLabel(group.edges, Number(key))
  if (group.kind === 'date' && group.part === 'month-of-year') return MONTHS[Number(key) - 1] ?? String(key)
  if (group.kind === 'date' && group.part === 'weekday') return WEEKDAYS[Number(key) - 1] ?? String(key)
  return String(key)
}

/** The upper edge is the next band's first. */
function bandLabel(edges: readonly number[], at: number): string {
  const [from, to] = [edges[at], edges[at + 1]]
  if (from === undefined) return `below ${edges[0] ?? ''}`
  return to === undefined ? `${from} and more` : `${from} to below ${to}`
}

/** What an answer calls its groups by itself, the one without a value and all further ones in one, as it is or in quotes. */
const LIKE_OWN = /^"{0,9}(?:\(none\)|others \(\d{1,9} groups?\))"{0,9}$/

export function othersLabel(groups: number): string {
  return `others (${groups} ${groups === 1 ? 'group' : 'groups'})`
}

/** What a record is called as an answer calls a group of its own stands in quotes: it would pass for a sum. */
export function toldApart(cell: KeyCell): KeyCell {
  if (typeof cell === 'string') return quotedIfOwn(cell)
  if (typeof cell !== 'object' || cell.label === undefined) return cell
  return { ...cell, label: quotedIfOwn(cell.label) }
}

/** By what is seen of a label: two blanks, or a mark without a width, would else make it another. */
function quotedIfOwn(label: string): string {
  const seen = visible(label).replaceAll(/\s+/g, ' ').trim()
  return LIKE_OWN.test(seen) ? `"${seen}"` : label
}

/** What is said of the labels that stand in quotes. */
export function saidApart(cells: readonly (KeyCell | null)[]): string[] {
  const labels = cells.map((cell) => (cell === null ? '' : cellText(cell)))
  const quoted = labels.filter((label) => label.startsWith('"') && LIKE_OWN.test(label))
  return [...new Set(quoted)].map((label) => `${label}, in quotes, is what a group is called.`)
}

/** A text that tells a cell apart and puts it in order. */
export function cellText(cell: KeyCell): string {
  if (typeof cell !== 'object') return cell === undefined ? '' : String(cell)
  return cell.label ?? ('id' in cell ? cell.id : '')
}

type Wanted = { readonly entity: Entity; readonly nameColumn: string; readonly ids: readonly string[] }

/** Names of rows that lookups lead to, those alone whose names did not come: all in one request. */
export async function namesOf(
  rows: readonly { readonly keys: readonly Key[] }[],
  analysis: Analysis,
  outcome: Outcome,
  { dataverse, metadata }: NameDeps,
): Promise<ReadonlyMap<string, string>> {
  const ids = unnamedIds(rows, analysis, outcome)
  if (ids.size === 0) return new Map()
  const { byName } = await metadata.entities()
  const wanted = [...ids].flatMap(([table, some]): Wanted[] => {
    const entity = byName.get(table)
    return entity?.nameColumn === undefined ? [] : [{ entity, nameColumn: entity.nameColumn, ids: [...some] }]
  })
  const answers = await dataverse.batch(wanted.map(namesRead))
  return new Map(
    wanted.flatMap(({ entity, nameColumn }, at) => {
      const answer = answers[at]
      return (answer?.ok === true ? answer.value.value : []).flatMap((row) => {
        const [id, name] = [row[entity.idColumn], row[nameColumn]]
        return typeof id === 'string' && typeof name === 'string' ? [[id.toLowerCase(), name] as const] : []
      })
    }),
  )
}

/** By table. */
function unnamedIds(
  rows: readonly { readonly keys: readonly Key[] }[],
  { groups }: Analysis,
  { resolved, sides }: Outcome,
): Map<string, Set<string>> {
  const known = new Set(sides.flatMap(({ labels }) => [...labels.keys()]))
  const targets = new Map(sides.flatMap((side) => [...side.targets]))
  const isLookup = groups.map(({ kind }, at) => {
    const column = kind === 'column' ? resolved.groups[at]?.column : undefined
    return column !== undefined && kindOf(column) === 'lookup'
  })
  const wanted = new Map<string, Set<string>>()
  for (const { keys } of rows)
    for (const [at, key] of keys.entries()) {
      const table = targets.get(`${at} ${String(key)}`)
      if (!isLookup[at] || table === undefined || known.has(`${at} ${String(key)}`)) continue
      wanted.set(table, (wanted.get(table) ?? new Set()).add(String(key)))
    }
  return wanted
}

function namesRead({ entity, nameColumn, ids }: Wanted): Read<z.output<typeof Page>> {
  const conditions = [{ attribute: entity.idColumn, operator: 'in', values: ids }]
  const query = listOf({
    ...bareSource(entity.name),
    attributes: [entity.idColumn, nameColumn].map(plainAttribute),
    filters: [filterOf('and', { conditions })],
  })
  return { path: fetchPath(query, entity, { page: 1, count: ids.length }), schema: Page, isOptional: true }
}
