import type { AskedChange, Problem, Scalar } from '../../../../../shared/dataverse/change/model.ts'
import { ValueRefused, type Place } from '../../../../../shared/dataverse/change/values/place.ts'
import type { Column, Option } from '../../../../../shared/dataverse/metadata/model.ts'
import type { Clock } from '../../../../../shared/dataverse/query/resolve/values/clock.ts'
import { changesIn } from '../stage.ts'

export type Outcome = { readonly value?: unknown; readonly problem?: Problem; readonly notes: readonly string[] }

/** What a reader makes of one value. */
export function outcomeOf(read: (place: Place) => unknown): Outcome {
  const notes: string[] = []
  const place = { column: 'col', label: 'Column', note: (sentence: string) => void notes.push(sentence) }
  try {
    return { value: read(place), notes }
  } catch (error) {
    if (error instanceof ValueRefused) return { problem: error.problem, notes }
    throw error
  }
}

/** What a reader gives, or the code of what it refuses. */
export const said = ({ value, problem }: Outcome): unknown => (problem ? problem.code : value)

/** The values that a hint offers. */
export const offered = ({ problem }: Outcome): Scalar[] =>
  changesIn(problem?.nextStep ?? '').map(({ to }: AskedChange) => to)

export function columnOf(type: string, options: readonly Option[] = [], more: Partial<Column> = {}): Column {
  return {
    name: 'col',
    property: 'col',
    type,
    label: 'Column',
    readable: true,
    required: false,
    searchable: true,
    dateOnly: false,
    options,
    ...more,
  }
}

/** Noon of 24 November 2026 on the clock of a zone. */
export function clockIn(zone: string): Clock {
  return { now: Date.UTC(2026, 10, 24, 12), zone, today: '2026-11-24', fiscal: undefined }
}
