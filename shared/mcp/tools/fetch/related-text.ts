import type { Entity } from '../../../dataverse/metadata/model.ts'
import { formatReference } from '../../../dataverse/records/record-reference.ts'
import { kindOf } from '../../../dataverse/rows/record-link.ts'
import type { Row } from '../../../dataverse/rows/rows.ts'
import { cut, plainLine } from '../../tool/plain-text.ts'
import { labelOf, notShown } from '../record/not-shown.ts'
import { idOf, type AttachedTexts } from './attached-texts.ts'
import type { Found, FoundRelated } from './read-related.ts'
import { lookupText, wordsOf } from './record-text.ts'
import type { RelatedRows } from './related-rows.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LOOKUP_ENTITY = '@Microsoft.Dynamics.CRM.lookuplogicalname'
const LONGEST_NAME = 200
const LONGEST_NOTE = 1_000
const MOST_NAMED = 10
/** Its raw value says it better than the text that Dataverse formats for a person's country. */
const DATE = /(?:on|date|end)$/

/** A heading and one line for each row, each with the id to fetch it by; a note has its text below. */
export function relatedLines(
  { of, rows, more, through, states = [] }: Found,
  longest: number,
  texts: AttachedTexts = new Map(),
): string[] {
  if (rows.length === 0 && through.length === 0) return []
  const whole = states.reduce((sum, state) => sum + state.rows, 0)
  const all = whole > rows.length ? ` of ${whole}` : ''
  const which = of.order === undefined ? 'the last changed' : 'the first'
  const count = more ? `${which} ${rows.length}${all || ', more exist'}` : `${rows.length || 'none'}${all}`
  return [
    '',
    `## ${labelOf(of.entity)}${of.openOnly ? ', open or active' : ''}${rolledUp(through)} (${count})`,
    ...rows.flatMap((row) => [...rowLines(row, of, longest), ...fileLines(row, of, longest, texts)]),
  ]
}

/** What is counted, before what it comes to. */
function rolledUp(through: readonly Entity[]): string {
  if (through.length === 0) return ''
  return `, also those of its ${through.map(labelOf).join(', ')} and those that it or a contact takes part in`
}

function rowLines(row: Row, { entity, shown, of }: RelatedRows, longest: number): string[] {
  const name = (entity.nameColumn && textOf(row, entity.nameColumn)) || '(no name)'
  const facts = Object.entries(shown).flatMap(([column, called]) => {
    const value = called === '' || row[`_${column}_value`] === of ? '' : textOf(row, column)
    return value === '' ? [] : [`; ${called}: ${value}`]
  })
  const reference = formatReference({ entity: kindOf(row, entity.name), id: String(row[entity.idColumn]) })
  return [`- [${reference}] ${name}${facts.join('')}`, ...textLines(row, shown, longest)]
}

function textLines(row: Row, shown: RelatedRows['shown'], longest: number): string[] {
  return Object.entries(shown).flatMap(([column, called]) => {
    const text = row[column]
    return called === '' && typeof text === 'string' ? quotedLines(wordsOf(text), longest) : []
  })
}

function fileLines(row: Row, { entity }: RelatedRows, longest: number, texts: AttachedTexts): string[] {
  const text = texts.get(idOf(row, entity))
  return text === undefined ? [] : ['  Text of the file:', ...quotedLines(text, longest)]
}

/** A text that anybody may have written is quoted, so that no line of it can pass for one of ours. */
function quotedLines(text: string, longest: number): string[] {
  const lines = cut(text, Math.min(longest, LONGEST_NOTE)).split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => `  > ${line.trim()}`)
}

function textOf(row: Row, column: string): string {
  const lookup = `_${column}_value`
  if (lookup in row) return lookupText(row[lookup], row[lookup + FORMATTED], row[lookup + LOOKUP_ENTITY])
  const value = (DATE.test(column) ? undefined : row[column + FORMATTED]) ?? row[column]
  return typeof value === 'string' || typeof value === 'number' ? plainLine(String(value), LONGEST_NAME) : ''
}

/** What of the related rows is not shown, a clause each. */
export function leftRelated({ found, counted, uncounted, refused }: FoundRelated): string[] {
  return [
    ...found.flatMap(closedOf),
    ...counted.flatMap(({ entity, rows }) => (rows > 0 ? [`${rows} ${labelOf(entity)} (${entity.name})`] : [])),
    ...namedOnly(uncounted),
    ...notShown(refused),
    'rows of other standard tables (query_crm reads what is left out)',
  ]
}

function namedOnly(entities: readonly Entity[]): string[] {
  if (entities.length === 0) return []
  const more = entities.length > MOST_NAMED ? ` and ${entities.length - MOST_NAMED} more custom tables` : ''
  const names = entities.slice(0, MOST_NAMED).map(({ name }) => name)
  return [`rows of ${names.join(', ')}${more}, which were not counted`]
}

function closedOf({ of, states, rows }: Found): string[] {
  if (!of.openOnly) return []
  if (!states) return rows.length > 0 ? [`${labelOf(of.entity)} that are closed, which could not be counted`] : []
  const closed = states.filter(({ isOpen }) => !isOpen)
  if (closed.length === 0) return []
  const told = closed.map((state) => `${state.rows} ${plainLine(state.label, LONGEST_NAME)}`)
  return [`${labelOf(of.entity)} that are not open: ${told.join(', ')}`]
}
