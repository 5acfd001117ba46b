import { DataverseFault } from '../http/errors.ts'
import type { Entity, Option } from '../schema/schema.ts'
import { defaultReason } from '../schema/writing.ts'
import type { Row, Value } from '../store/store.ts'
import { valueOf } from '../store/store.ts'
import { invalidState } from './errors.ts'

type Values = Readonly<Record<string, Value>>
type Status = { readonly statecode: number; readonly statuscode: number }

const optionsOf = (entity: Entity, column: string): readonly Option[] => entity.columns.get(column)?.options ?? []

/** An appointment begins scheduled, everything else in the first of its states. */
function firstState(entity: Entity): number {
  if (entity.logicalName === 'appointment') return 3
  return Math.min(...optionsOf(entity, 'statecode').map(({ value }) => value))
}

function requirePair(entity: Entity, { statecode, statuscode }: Status, id: string): Status {
  const reason = optionsOf(entity, 'statuscode').find(({ value }) => value === statuscode)
  if (reason?.state === statecode) return { statecode, statuscode }
  const state = optionsOf(entity, 'statecode').find(({ value }) => value === statecode)?.label ?? statecode
  const where = `${entity.schemaName}State.${state} on ${entity.logicalName} with Id ${id}`
  throw new DataverseFault(400, '0x80048408', `${statuscode} is not a valid status code for state code ${where}.`)
}

/** State and reason of a new row, whose state nobody chooses. @throws DataverseFault 400 0x80048408 */
export function firstStatus(entity: Entity, { statuscode }: Values, id: string): Partial<Status> {
  if (!entity.columns.has('statecode')) return {}
  const statecode = firstState(entity)
  return requirePair(entity, { statecode, statuscode: Number(statuscode ?? defaultReason(entity, statecode)) }, id)
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions */
function requireTransition(row: Row, to: number): void {
  const from = Number(valueOf(row, 'statuscode'))
  const allowed = optionsOf(row.entity, 'statuscode').find(({ value }) => value === from)?.to
  if (row.entity.enforcesTransitions !== true || allowed === undefined || from === to || allowed.includes(to)) return
  const what = `The ${row.entity.logicalName} (Id=${row.id}) entity or component has attempted to transition from an invalid state: ${from}.`
  throw new DataverseFault(400, '0x8004f00e', what)
}

/** States that a message of their own brings about. */
const BY_MESSAGE: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  opportunity: { 1: 'WinOpportunity', 2: 'LoseOpportunity' },
  incident: { 1: 'CloseIncident' },
}

/** Its code is assumed, as is that a plain update does not do the same. */
function requirePlainState({ entity }: Row, state: number): void {
  const message = BY_MESSAGE[entity.logicalName]?.[state]
  if (message === undefined) return
  const label = optionsOf(entity, 'statecode').find(({ value }) => value === state)?.label ?? state
  const what = `This message can not be used to set the state of ${entity.logicalName} to ${label}.`
  const text = `${what} In order to set state of ${entity.logicalName} to ${label}, use the ${message} message instead.`
  throw new DataverseFault(400, '0x80040203', text)
}

/** Tables whose closed rows are read until somebody opens them again. */
const FROZEN: Readonly<Record<string, readonly number[]>> = { opportunity: [1, 2], incident: [1], quote: [1, 2, 3] }

/** @throws DataverseFault 400 0x80040233 for a closed row that stays closed */
export function requireOpen(row: Row, statecode?: Value): void {
  const closed = FROZEN[row.entity.logicalName] ?? []
  if (closed.includes(Number(valueOf(row, 'statecode'))) && statecode !== 0) throw invalidState()
}

/** A reason alone stays in its state; a state alone takes its default reason. */
export function nextStatus(row: Row, values: Values, byMessage: boolean): Partial<Status> {
  const { statecode, statuscode } = values
  if (typeof statecode !== 'number' && typeof statuscode !== 'number') return {}
  const state = typeof statecode === 'number' ? statecode : Number(valueOf(row, 'statecode'))
  const reason = typeof statuscode === 'number' ? statuscode : defaultReason(row.entity, state)
  const next = requirePair(row.entity, { statecode: state, statuscode: reason }, row.id)
  if (!byMessage && typeof statecode === 'number') requirePlainState(row, state)
  requireTransition(row, reason)
  return next
}
