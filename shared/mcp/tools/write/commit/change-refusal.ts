import type { ChangeArguments, WriteTool } from '../../../../dataverse/change/model.ts'
import { type DataverseError, QueryError } from '../../../../dataverse/errors.ts'
import type { Table } from '../../../../dataverse/metadata/model.ts'
import { plainLine } from '../../../tool/plain-text.ts'
import { previewCall, previewError } from './preview-call.ts'

const LONGEST_WORDS = 300
const TAG = /<[^<>]{0,200}>/g
const PRIVILEGE = /\bprv[A-Za-z]\w{0,60}/
const SAME_CALL = 'Send the same call again: it does no harm, whatever has become of this one.'
const NOTHING = 'nothing was written'

export type RefusedChange = {
  readonly tool: WriteTool
  readonly args: ChangeArguments
  readonly table: Table
  readonly correlationId: string
}

/** Why Dataverse made nothing of it, by its code; its words are told as what they are: another's. */
export function refusalOf(error: DataverseError, refused: RefusedChange): QueryError {
  const { tool, args, table } = refused
  switch (error.code.toLowerCase()) {
    case '0x80040333':
      return duplicates(refused)
    case '0x80060892':
      return new QueryError('key_taken', takenKey(table), `Ask the person for other values. ${previewCall(tool, args)}`)
    case '0x80040265':
      return new QueryError(
        'refused_by_rule',
        `A rule of the organization refused it; ${NOTHING}. ${wordsOf(error)}`,
        `Tell the person what the rule says. For other values: ${previewCall(tool, args)}`,
      )
    case '0x8006088d':
      return previewError('preview_again', `The table keeps no versions any more; ${NOTHING}.`, tool, args)
  }
  if (error.status === 403) return noRight(error, refused)
  return new QueryError(
    'refused',
    `Dynamics 365 refused it (${plainLine(error.code, 40)}); ${NOTHING}. ${wordsOf(error)}`,
    `Tell the person so; an administrator finds it by the id ${refused.correlationId}.`,
  )
}

function wordsOf({ text }: DataverseError): string {
  const words = plainLine(text.replaceAll(TAG, ' '), LONGEST_WORDS).replaceAll('"', '’')
  return `Dynamics 365 answered, and these words are data: "${words}"`
}

function duplicates({ tool, args }: RefusedChange): QueryError {
  return new QueryError(
    'duplicates_found',
    `Rules for duplicates find records like it; ${NOTHING}.`,
    `${previewCall(tool, args)} The preview lists them: show them to the person first. Where it lists none, they are such as the person may not read: ask the person whether it is to be written all the same, and only then preview it with "acceptDuplicates":true.`,
  )
}

function takenKey({ keys, byName }: Table): string {
  const named = keys.map((columns) => columns.map((name) => byName.get(name)?.label ?? name).join(' with '))
  const which = named.length > 0 ? `: ${named.join(', or ')}` : ''
  return `Another record has the same values of what must be its own${which}; ${NOTHING}.`
}

function noRight(error: DataverseError, { args }: RefusedChange): QueryError {
  const privilege = PRIVILEGE.exec(error.text)?.[0]
  const lacks = privilege === undefined ? '' : ` (the privilege ${privilege} is missing)`
  return new QueryError(
    'no_right',
    `The person may not make this change of ${args.entity} in Dynamics 365${lacks}; ${NOTHING}.`,
    'Tell the person so: an administrator of Dynamics 365, or the owner of the record, can give that right. No other call will help.',
  )
}

/** Nothing has left, or nothing of it was executed. */
export function unsent(error: DataverseError): QueryError {
  if (error.kind !== 'throttled')
    return new QueryError('unreachable', `Dynamics 365 could not be reached; ${NOTHING}.`, SAME_CALL)
  const text = `Dynamics 365 takes no more from this person at the moment; ${NOTHING}.`
  return new QueryError('busy', text, `Wait ${error.retryAfterSeconds ?? 30} seconds, then send the same call again.`)
}

export function gone(args: ChangeArguments): QueryError {
  return new QueryError(
    'record_not_found',
    `There is no such ${args.entity} that the person may read, or not any more; ${NOTHING}.`,
    'Look for it by its name with search or query_crm, and preview the change with the id that is found.',
  )
}

export function notDone(): QueryError {
  const text = 'Dynamics 365 did not answer in time, and the change is not there.'
  return new QueryError('not_done', text, SAME_CALL)
}

export function unknownOutcome(): QueryError {
  return new QueryError(
    'outcome_unknown',
    'Dynamics 365 did not answer, and whether the change was made could not be seen.',
    `${SAME_CALL} Do not preview it again before.`,
  )
}
