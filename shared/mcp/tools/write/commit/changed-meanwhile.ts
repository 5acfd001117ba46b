import type { ChangeArguments, WriteRequest, WriteTool } from '../../../../dataverse/change/model.ts'
import type { ChangeContext } from '../../../../dataverse/change/operation.ts'
import { personClock } from '../../../../dataverse/change/plan/writing.ts'
import { momentIn } from '../../../../dataverse/change/values/moment.ts'
import type { QueryError } from '../../../../dataverse/errors.ts'
import type { Row } from '../../../../dataverse/rows/rows.ts'
import { plainLine } from '../../../tool/plain-text.ts'
import { previewError } from './preview-call.ts'
import { shownNow, tellingOf } from './told-changes.ts'

type Changed = {
  readonly tool: WriteTool
  readonly args: ChangeArguments
  readonly request: WriteRequest
  readonly row: Row
}

const LONGEST_VALUE = 100

/** The record is no longer what the person was shown: who changed it, when, and what is there now. */
export async function changedMeanwhile(
  { tool, args, request, row }: Changed,
  context: ChangeContext,
): Promise<QueryError> {
  const telling = await tellingOf(request, context)
  const now = args.changes.flatMap(({ column, label }) => {
    const to = shownNow(column, row, telling)
    return to === undefined ? [] : [`${label} is ${plainLine(JSON.stringify(to), LONGEST_VALUE)}`]
  })
  const [who, when] = ['modifiedby', 'modifiedon'].map((column) => shownNow(column, row, telling))
  const at = Date.parse(String(when))
  const by = [
    ...(who ? [`by ${plainLine(String(who), LONGEST_VALUE)}`] : []),
    ...(Number.isNaN(at) ? [] : [`on ${momentIn(at, (await personClock(context)).zone)}`]),
  ]
  const last = by.length > 0 ? ` (last changed ${by.join(' ')})` : ''
  const values = now.length > 0 ? ` Now ${now.join(', ')}.` : ''
  const text = `The record was changed since the preview${last}; nothing was written.${values}`
  return previewError('changed_meanwhile', text, tool, args)
}
