import type { ToolOutcome } from '../../tool/tool.ts'

const SENTENCE = 'The person said no; nothing was changed. Do not ask again unless they do.'

type Declined = { readonly done: false; readonly declined: true; readonly notes: readonly string[] }

/** Of a person who said no: an answer, and no error. */
export function declinedOutcome(): ToolOutcome<Declined> {
  return { structured: { done: false, declined: true, notes: [SENTENCE] }, text: SENTENCE, records: [] }
}
