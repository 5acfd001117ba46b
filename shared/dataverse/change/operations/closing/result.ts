import { quoted } from '../../../query/say/refusals.ts'
import type { AskedChange, ChangeArguments, Problem } from '../../model.ts'
import { said, squashed, type Argument } from '../given-arguments.ts'
import { previewAgain } from '../../plan/body.ts'
import { STATE } from './closable.ts'
import type { ClosingName } from './closings.ts'

export const RESULT: Argument = { name: 'result', column: STATE }

/** What is asked for; the only result that there is needs not be said. */
export function findResult(asked: AskedChange | undefined, results: readonly ClosingName[]): ClosingName | Problem {
  const [only, ...others] = results
  if (!asked && only && others.length === 0) return only
  const word = squashed(String(asked?.to ?? ''))
  const found = results.find((one) => one === word)
  if (found) return found
  const choices = results.map((one) => said(RESULT.name, one)).join(' or ')
  if (!asked)
    return {
      code: 'required_missing',
      column: RESULT.name,
      text: 'Whether it was won or lost is not said.',
      nextStep: `Ask the person, then add to changes: ${choices}.`,
    }
  return {
    code: 'unknown_option',
    column: asked.column,
    text: `${quoted(String(asked.to))} is no result of it.`,
    nextStep: `Write: ${choices}.`,
  }
}

/** The result that the arguments of a call say. @throws QueryError `preview_again` */
export function resultIn({ changes }: ChangeArguments, results: readonly ClosingName[]): ClosingName {
  const said = changes.find(({ column }) => column === RESULT.name)?.to
  const found = results.find((one) => one === said)
  if (!found) throw previewAgain()
  return found
}
