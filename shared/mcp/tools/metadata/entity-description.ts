import * as z from 'zod'
import { byUse, isMain } from '../../../dataverse/metadata/usual-entities.ts'
import type { Collection, Column, EntityIndex, Option, Table, Visibility } from '../../../dataverse/metadata/model.ts'
import { cut, plainLine } from '../../tool/plain-text.ts'

export const DescribedColumn = z.object({
  name: z.string(),
  type: z.string().describe('Date is a day without a time'),
  label: z.string().optional(),
  required: z.literal(true).optional(),
  hidden: z.literal(true).optional().describe('From you, by column security'),
  masked: z.string().optional(),
  choices: z.string().optional().describe('Values and labels; status reasons by their state'),
  leadsTo: z
    .string()
    .optional()
    .describe("Target; 'via' names the navigation property for filter and expand, else it is the column"),
})
export type DescribedColumn = z.output<typeof DescribedColumn>

export const DescribedRelationship = z.object({
  name: z.string().describe('For any() and expand'),
  target: z.string(),
  column: z.string().optional().describe('Lookup on the target'),
  through: z.string().optional().describe('N:N'),
})
export type DescribedRelationship = z.output<typeof DescribedRelationship>

const LONGEST_LABEL = 100
const LOOKUPS = new Set(['Lookup', 'Customer', 'Owner'])

/** A column as a model needs it; a label that only repeats the name is left out. */
export function describeColumn(
  column: Column,
  table: Table,
  longestChoices: number,
  visibility: Visibility = 'shown',
): DescribedColumn {
  const { name, type, dateOnly, required, hiding } = column
  const label = plainLine(column.label ?? '', LONGEST_LABEL)
  const choices = cut(choicesOf(column, table), longestChoices)
  const leadsTo = LOOKUPS.has(type) ? waysOf(column, table) : ''
  return {
    name,
    type: dateOnly ? 'Date' : type,
    ...(label !== '' && bare(label) !== bare(name) && { label }),
    ...(required && { required }),
    ...(visibility === 'hidden' && { hidden: true as const }),
    ...(hiding && { masked: hiding }),
    ...(choices && { choices }),
    ...(leadsTo && { leadsTo }),
  }
}

export function describeRelationship({ name, target, column, intersect }: Collection): DescribedRelationship {
  return { name, target, ...(column && { column }), ...(intersect && { through: intersect }) }
}

/** `0 Open, 1 Won`; of a Boolean `false No, true Yes`. */
function choicesOf({ type, options = [] }: Column, table: Table): string {
  if (type === 'Status') return statusReasons(options, table)
  if (type !== 'Boolean') return options.map(written).join(', ')
  return options.map(({ value, label }) => `${value !== 0} ${plainLine(label, LONGEST_LABEL)}`).join(', ')
}

/** `Open: 1 In Progress, 2 On Hold; Won: 3 Won`. */
function statusReasons(options: readonly Option[], table: Table): string {
  const labels = new Map(table.byName.get('statecode')?.options?.map(({ value, label }) => [value, label]))
  const states = [...new Set(options.map(({ state }) => state))]
  const named = (state: number | undefined): string => {
    const label = state === undefined ? undefined : labels.get(state)
    return label === undefined ? `state ${state ?? '?'}` : plainLine(label, LONGEST_LABEL)
  }
  return states
    .map((state) => {
      const reasons = options.filter((option) => option.state === state)
      return `${named(state)}: ${reasons.map(written).join(', ')}`
    })
    .join('; ')
}

function written({ value, label }: Option): string {
  return `${value} ${plainLine(label, LONGEST_LABEL)}`
}

/** An owner is a user or a team: the lookup itself leads to neither's columns. */
function waysOf({ name, type }: Column, table: Table): string {
  const columns = type === 'Owner' ? ['owninguser', 'owningteam'] : [name]
  const ways = table.navigations.filter((way) => columns.includes(way.column))
  return ways.map((way) => (way.name === name ? way.target : `${way.target} via ${way.name}`)).join(', ')
}

export type OrderedRelationships = { readonly main: readonly Collection[]; readonly rest: readonly Collection[] }

/** Those to the main and to custom tables first; those whose target cannot be queried are left out. */
export function orderRelationships({ collections }: Table, index: EntityIndex): OrderedRelationships {
  const known = collections.flatMap((way) => {
    const target = index.byName.get(way.target)
    return target?.name === way.target ? [{ way, target }] : []
  })
  const sorted = known.toSorted((a, b) => byUse(a.target, b.target) || a.way.name.localeCompare(b.way.name))
  const matters = ({ target }: (typeof known)[number]): boolean => isMain(target.name) || target.kind !== 'standard'
  return {
    main: sorted.filter(matters).map(({ way }) => way),
    rest: sorted.filter((one) => !matters(one)).map(({ way }) => way),
  }
}

/** Whether every word stands somewhere in what there is to know of the column: names, labels, choices, targets. */
export function columnMatches(column: Column, table: Table, words: readonly string[]): boolean {
  const ways = table.navigations
    .filter((way) => way.column === column.name)
    .flatMap(({ name, target }) => [name, target])
  const labels = column.options?.map(({ label }) => label) ?? []
  return containsAll([column.name, column.label, column.describes, ...labels, ...ways], words)
}

export function relationshipMatches(way: Collection, words: readonly string[]): boolean {
  return containsAll([way.name, way.target, way.column, way.intersect], words)
}

/** Whether every word stands in one of the texts, whatever its case. */
export function containsAll(texts: readonly (string | undefined)[], words: readonly string[]): boolean {
  const known = texts.map((text) => text?.toLowerCase() ?? '')
  return words.every((word) => known.some((text) => text.includes(word)))
}

export function wordsOf(search: string | undefined): string[] {
  return [...new Set((search ?? '').toLowerCase().split(/\s+/).filter(Boolean))]
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
