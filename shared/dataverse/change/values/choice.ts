import { nearest } from '../../advice/suggest.ts'
import type { Column, Option } from '../../metadata/model.ts'
import { partsOf, readYesNo } from '../../query/resolve/values/choice.ts'
import { kindOf } from '../../query/model/column-kind.ts'
import { optionsNamed } from '../../query/resolve/values/find-option.ts'
import { visible } from '../../records/visible-text.ts'
import type { Scalar } from '../model.ts'
import { pass, refusedAt, written, type Place } from './place.ts'

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/multi-select-picklist */
const MOST_CHOICES = 150
const MOST_LISTED = 25
const MOST_OFFERED = 3

/** @throws ValueRefused `unknown_option`, `ambiguous_option` */
export function readChoice(to: Exclude<Scalar, null>, column: Column, place: Place): Option {
  const text = String(to)
  const [found, ...others] = typeof to === 'boolean' ? [] : optionsNamed(column, text)
  if (!found) throw unknownChoice(to, column, place)
  if (others.length > 0) {
    const values = [found, ...others].map(({ value }) => value)
    throw refusedAt(
      place,
      'ambiguous_option',
      `${values.length} choices of ${place.label} are labelled ${written(to)}.`,
      `Ask the person which is meant. ${pass(place, ...values)}`,
    )
  }
  if (/^-?\d+$/.test(text.trim())) place.note(`${written(to)} for ${place.label} was read as ${nameOf(found)}.`)
  return found
}

/** In the order of their numbers, each once. @throws ValueRefused `unknown_option`, `ambiguous_option`, `out_of_range` */
export function readChoices(to: Exclude<Scalar, null>, column: Column, place: Place): readonly Option[] {
  const found = new Set(partsOf(column, String(to)).map((part) => readChoice(part, column, place)))
  if (found.size === 0) throw unknownChoice(to, column, place)
  if (found.size > MOST_CHOICES)
    throw refusedAt(
      place,
      'out_of_range',
      `${place.label} holds at most ${MOST_CHOICES} choices, and ${found.size} are given.`,
      `Ask the person which to leave out, and pass at most ${MOST_CHOICES} labels with "; " between them as ${place.column}.`,
    )
  return [...found].sort((one, other) => one.value - other.value)
}

/** @throws ValueRefused `unknown_option` */
export function readYes(to: Exclude<Scalar, null>, column: Column, place: Place): boolean {
  if (typeof to === 'boolean') return to
  const read = readYesNo(String(to), column)
  if (read === '1' || read === '0') return read === '1'
  throw unknownChoice(to, column, place, [true, false])
}

/** What a choice is called, so that its own reader finds it by that: by its number where two have one label. */
export function nameOf({ value, label }: Option, column?: Column, isOneOfSeveral = false): string {
  const name = label.trim()
  if (!column) return `${name} (${value})`
  const found = optionsNamed(column, name)
  const isSure = name !== '' && visible(name) === name && found.length === 1 && found[0]?.value === value
  return isSure && !(isOneOfSeveral && /[;,]/.test(name)) ? name : String(value)
}

/** What a row holds of choices, by names that their reader finds again: two may have one label. `undefined` for other columns. */
export function choicesNamed(raw: unknown, column: Column): string | undefined {
  const kind = kindOf(column)
  if ((kind !== 'choice' && kind !== 'choices') || (typeof raw !== 'string' && typeof raw !== 'number'))
    return undefined
  const names = String(raw)
    .split(',')
    .map((value) => {
      const option = column.options?.find((one) => String(one.value) === value.trim())
      return option ? nameOf(option, column, kind === 'choices') : value.trim()
    })
  return names.join('; ')
}

/** What a yes or no is called. */
export function yesName(value: boolean, column: Column): string | boolean {
  const label = (column.options ?? []).find((option) => option.value === (value ? 1 : 0))?.label.trim()
  return label !== undefined && visible(label) === label && readYesNo(label, column) === (value ? '1' : '0')
    ? label
    : value
}

function unknownChoice(to: Scalar, column: Column, place: Place, values: readonly Scalar[] = []) {
  const options = column.options ?? []
  const labels = options.map(({ label }) => ({ name: label, aliases: [] }))
  const near = nearest(String(to).slice(0, 100), labels, MOST_OFFERED)
  const listed = options.slice(0, MOST_LISTED).map(({ label, value }) => `${value} ${label}`)
  const more = options.length > listed.length ? `, and ${options.length - listed.length} more` : ''
  const names = options.map((option) => nameOf(option, column))
  const nearNames = options.filter(({ label }) => near.includes(label)).map((option) => nameOf(option, column))
  const offered = values.length > 0 ? values : (nearNames.length > 0 ? nearNames : names).slice(0, MOST_OFFERED)
  return refusedAt(
    place,
    'unknown_option',
    `${place.label} has no choice ${written(to)}; there are: ${listed.join(', ')}${more}.`,
    offered.length > 0
      ? `Ask the person which is meant. ${pass(place, ...offered)}`
      : `Leave ${place.column} out: it has no choices.`,
  )
}
