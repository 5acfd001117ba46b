import { QueryError } from '../../../errors.ts'
import type { Column, Option, Table } from '../../../metadata/model.ts'
import { nearest } from '../../../advice/suggest.ts'
import { quoted } from '../../say/refusals.ts'
import { folded } from '../../to-wire/like-pattern.ts'

const MOST_LISTED = 25

/**
 * The choice that a model means: by its value, else by its label without case or accents, else by its letters and
 * digits alone; none where two have that label.
 */
export function findOption(column: Column, text: string): Option | undefined {
  const [only, ...others] = optionsNamed(column, text)
  return others.length === 0 ? only : undefined
}

/** As `findOption`; several where they have one label. */
export function optionsNamed({ options = [] }: Column, text: string): readonly Option[] {
  const wanted = text.trim()
  const valued = options.filter(({ value }) => String(value) === wanted)
  if (valued.length > 0) return valued
  const same = folded(wanted)
  const labelled = options.filter(({ label }) => folded(label.trim()) === same)
  if (labelled.length > 0) return labelled
  const bare = normalize(wanted)
  return bare === '' || /^-?\d+$/.test(wanted) ? [] : options.filter(({ label }) => normalize(label) === bare)
}

function normalize(text: string): string {
  return folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Names the label that is no choice, or not one alone; the nearest ones and all that there are. */
export function unknownOption(
  { entity }: Table,
  { name, options = [] }: Column,
  text: string,
  steps: readonly string[] = [],
): QueryError {
  const labels = options.map(({ label }) => ({ name: label, aliases: [] }))
  const near = nearest(text, labels, 3)
  const listed = options.slice(0, MOST_LISTED).map(({ label, value }) => `${value} ${label}`)
  const more = options.length > listed.length ? `, and ${options.length - listed.length} more` : ''
  return new QueryError(
    'unknown_option',
    `The column ${name} of ${entity.name} has no single choice ${quoted(text)}.`,
    [
      ...steps,
      ...(near.length > 0 ? [`Did you mean: ${near.join(', ')}?`] : []),
      listed.length > 0
        ? `The choices of ${name} are: ${listed.join(', ')}${more}.`
        : `Call get_entity_metadata for ${entity.name} to see its choices.`,
    ].join(' '),
  )
}
