import { findOption } from '../../../query/resolve/values/find-option.ts'
import { quoted } from '../../../query/say/refusals.ts'
import type { Column, Option } from '../../../metadata/model.ts'
import type { AskedChange, Problem } from '../../model.ts'
import { said } from '../given-arguments.ts'
import type { WritableTable } from '../../writable/writable.ts'
import { OPEN } from './closings.ts'

const MOST_LISTED = 25

/** What `statuscode` may become with a state, from where a row is now. */
export type Reasons = {
  /** `statuscode`, its choices those of the state. */
  readonly column: Column
  /** Those that may come after the present one. */
  readonly allowed: readonly Option[]
  /** Reasons of the open state from which one of the state may come. */
  readonly from: readonly Option[]
}

/** @param present the status reason of the row; absent where that is not known */
export function reasonsOf(
  column: Column,
  state: number,
  { transitions }: Pick<WritableTable, 'transitions'>,
  present?: number,
): Reasons {
  const all = column.options ?? []
  const options = all.filter((one) => one.state === state)
  const mayBecome = (from: number, to: number): boolean => transitions?.get(from)?.includes(to) ?? true
  return {
    column: { ...column, options },
    allowed: present === undefined ? options : options.filter(({ value }) => mayBecome(present, value)),
    from: all.filter((one) => one.state === OPEN && options.some(({ value }) => mayBecome(one.value, value))),
  }
}

/** The name of a reason among those of its state: its label, or its value where another has that label. */
export function reasonName({ column }: Reasons, { value, label }: Option): string {
  return findOption(column, label)?.value === value ? label : String(value)
}

/** The reason that was asked for, or the only one that there is. */
export function findReason(asked: AskedChange | undefined, reasons: Reasons): Option | Problem {
  const { allowed } = reasons
  if (allowed.length === 0) return noWay(reasons)
  const [only, ...others] = allowed
  if (!asked) return only && others.length === 0 ? only : missing(reasons)
  const found = findOption(reasons.column, String(asked.to))
  if (!found) return unknown(asked, reasons)
  return allowed.some(({ value }) => value === found.value) ? found : unknown(asked, reasons)
}

export const isProblem = (one: Option | Problem): one is Problem => 'code' in one

const namesOf = (reasons: Reasons): string[] =>
  reasons.allowed.slice(0, MOST_LISTED).map((one) => reasonName(reasons, one))

function missing(reasons: Reasons): Problem {
  const names = namesOf(reasons)
  return {
    code: 'required_missing',
    column: 'status',
    text: `There are several status reasons for it: ${names.join(', ')}.`,
    nextStep: `Ask the person which it is, then add it to changes, e.g. ${said('status', names[0] ?? '')}.`,
  }
}

function unknown({ to }: AskedChange, reasons: Reasons): Problem {
  const names = namesOf(reasons)
  return {
    code: 'unknown_option',
    column: 'status',
    text: `${quoted(String(to))} is no status reason that this record can get by it; there are: ${names.join(', ')}.`,
    nextStep: `Give one of them, e.g. ${said('status', names[0] ?? '')}.`,
  }
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions */
function noWay({ column, from }: Reasons): Problem {
  const [first] = from
  const names = from.map(({ label }) => label).join(', ')
  return {
    code: 'value_invalid',
    column: 'status',
    text: `From its present ${column.name} the record cannot get there; it can from: ${names || 'none'}.`,
    nextStep: first
      ? `Set ${said(column.name, first.label)} with preview_change and update_record first, if the person wants that.`
      : 'Tell the person that this organization has no way there.',
  }
}
