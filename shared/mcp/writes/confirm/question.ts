import type { ChangeArguments, PlannedChange, Scalar, WriteTool } from '../../../dataverse/change/model.ts'

const DOES: Readonly<Record<WriteTool, string>> = {
  create_record: 'Create',
  update_record: 'Change',
  log_activity: 'Log an activity with',
  close_opportunity: 'Close',
  resolve_case: 'Resolve',
  qualify_lead: 'Qualify',
}
/** What is cut is said to be: nobody agrees to a text whose end they were not told of. */
const MOST_OF_A_TEXT = 2_000

/**
 * The whole change in a question, made of the arguments that are written, each line of it one column: a text of a record
 * or of a model cannot look like another line of it.
 */
export function questionOf(tool: WriteTool, { entity, name, changes }: ChangeArguments): string {
  const what = name === undefined ? entity : `${entity} ${quoted(name)}`
  const lines = changes.map((change) => `• ${lineOf(change)}`)
  return [`${DOES[tool]} the ${what}?`, ...lines].join('\n')
}

function lineOf({ label, from, to, id }: PlannedChange): string {
  const before = from === undefined ? '' : `${shown(from)} → `
  return `${oneLine(label)}: ${before}${shown(to)}${id === undefined ? '' : ` (id ${oneLine(id)})`}`
}

function shown(value: Scalar): string {
  if (value === null || value === '') return '(empty)'
  return typeof value === 'string' ? quoted(value) : String(value)
}

const quoted = (text: string): string => `“${oneLine(text)}”`

function oneLine(text: string): string {
  const line = text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ⏎ ')
  if (line.length <= MOST_OF_A_TEXT) return line
  return `${line.slice(0, MOST_OF_A_TEXT).toWellFormed()}… and ${line.length - MOST_OF_A_TEXT} more characters`
}
