import { QueryError } from '../../../errors.ts'
import type { Column, Option, Table } from '../../../metadata/model.ts'
import { nearest } from '../../../suggest.ts'

const MOST_LISTED = 25

/** The choice that a model means, by its label in any case or by its value; none where two have that label. */
export function findOption(column: Column, text: string): Option | undefined {
  const options = column.options ?? []
  const wanted = text.trim().toLowerCase()
  const byLabel = options.filter(({ label }) => label.trim().toLowerCase() === wanted)
  if (byLabel.length > 0) return byLabel.length === 1 ? byLabel[0] : undefined
  if (/^-?\d+$/.test(wanted)) return options.find(({ value }) => value === Number(wanted))
  const bare = normalize(text)
  const loose = options.filter(({ label }) => normalize(label) === bare)
  return bare !== '' && loose.length === 1 ? loose[0] : undefined
}

function normalize(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Names the label that the column does not have, the nearest ones and all that there are. */
export function unknownOption(table: Table, column: Column, text: string): QueryError {
  const options = column.options ?? []
  const shown = text.slice(0, 100)
  const wanted = text.trim().toLowerCase()
  const same = options.filter(({ label }) => label.trim().toLowerCase() === wanted)
  const message =
    same.length > 1
      ? `Several choices of ${column.name} of ${table.entity.name} are labelled "${shown}".`
      : `The column ${column.name} of ${table.entity.name} has no choice "${shown}".`
  const listed = options.slice(0, MOST_LISTED).map(({ label, value }) => `${value} ${label}`)
  const more = options.length > listed.length ? `, and ${options.length - listed.length} more` : ''
  const near = same.length > 1 ? [] : nearestOptions(options, text)
  const steps = [
    ...(near.length > 0 ? [`Did you mean: ${near.join(', ')}?`] : []),
    ...(listed.length > 0
      ? [`The choices are: ${listed.join(', ')}${more}.`]
      : [`Call get_entity_metadata for ${table.entity.name} to see its choices.`]),
  ]
  return new QueryError('unknown_option', message, steps.join(' '))
}

function nearestOptions(options: readonly Option[], text: string): string[] {
  return nearest(
    text,
    options.map(({ label }) => ({ name: label, aliases: [] })),
    3,
  )
}
