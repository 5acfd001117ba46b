import type { Entity } from '../../../metadata/model.ts'
import type { Problem, WriteTool } from '../../model.ts'
import { policyFor, type ChangeContext } from '../../operation.ts'
import { STATE } from './closable.ts'

const ADMINISTRATOR = 'Tell the person that an administrator decides what may be written here (WRITE_POLICY)'

/**
 * Whether the policy opens an operation: `statecode` by its name under `update` of the table, as to close a row is to
 * change that; and `create` of what the operation makes.
 * @param made logical names of tables
 */
export function openingProblems(
  tool: WriteTool,
  { name }: Entity,
  made: readonly string[],
  context: ChangeContext,
): readonly Problem[] {
  const update = policyFor(context, name)?.update ?? 'none'
  const isOpen = typeof update !== 'string' && update.includes(STATE)
  const closed = made.filter((table) => (policyFor(context, table)?.create ?? 'none') === 'none')
  return [
    ...(isOpen ? [] : [notOpen(tool, name)]),
    ...closed.map((table): Problem => ({
      code: 'table_not_writable',
      text: `${tool} makes a row of ${table}, and this server does not open creating one.`,
      nextStep: `${ADMINISTRATOR}: create of ${table} is closed.`,
    })),
  ]
}

function notOpen(tool: WriteTool, table: string): Problem {
  return {
    code: 'column_not_writable',
    text: `${tool} changes ${STATE} of ${table}, which this server does not open.`,
    nextStep: `${ADMINISTRATOR}: ${STATE} is not named under update of ${table}.`,
  }
}

/** Whether only a person can confirm it. */
export function isHuman(table: string, context: ChangeContext): boolean {
  return policyFor(context, table)?.human.includes(STATE) ?? false
}
