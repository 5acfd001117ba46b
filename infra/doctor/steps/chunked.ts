import { foreignCause } from '../wire/foreign-cause.ts'
import { ask, describe, lineOf, unexpected, type Visit } from '../visit.ts'
import type { DoctorsClient } from './registration.ts'
import type { ServerMetadata } from './server-metadata.ts'
import { madeUpRevocation } from './token.ts'

/**
 * Step 11: whether a body in chunks arrives, which is how the host's mode shows outside. A made-up token is given back,
 * which harms nobody and is no failure either. @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export async function checkChunked(visit: Visit, { revoke }: ServerMetadata, client: DoctorsClient): Promise<void> {
  const page = visit.notebook.page('chunked')
  if (revoke === undefined) {
    page.skipped('there is no address to which one could be sent without harm')
    return
  }
  const request = { ...madeUpRevocation(revoke, client), chunked: true }
  const answer = await ask(visit, page, request)
  if (!answer) return
  if (answer.status === 200) {
    visit.notebook.note({ chunkedBodies: 'taken' })
    page.ok('they arrive (HTTP_STREAMS=true, or something in front that gathers them)')
  } else if (answer.status === 411 && foreignCause(answer) === undefined) {
    visit.notebook.note({ chunkedBodies: 'refused' })
    page.write({ status: 'ok', found: REFUSED, fix: ADMIT })
  } else if (visit.notebook.hasFailed('token')) page.skipped(`${lineOf(request)} does not answer as it should`)
  else if (foreignCause(answer) === undefined) page.warning('chunked-failed', `in chunks: ${describe(answer)}`)
  else unexpected(page, request, answer, 'chunked-failed')
}

const REFUSED =
  'they are refused (411), as the host’s buffered mode has it; a client that sends its bodies so (the C# SDK) cannot connect'
const ADMIT = `If you need such a client:
  azd env set HTTP_STREAMS true
  azd provision platform`
