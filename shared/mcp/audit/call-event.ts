import type { WebApi } from '../../dataverse/web-api/web-api.ts'
import type { Caller } from '../../grants/caller.ts'
import type { EventFields } from '../../telemetry/events.ts'

const MOST_REQUEST_IDS = 6

type Asking = { readonly caller: Caller; readonly correlationId: string }

/** Who asked, through which connection, in which request. Whether the sign-in name is written is for the audit. */
export function idsOf({ caller, correlationId }: Asking): EventFields {
  const { userId, clientId, grantId, username } = caller
  return { userId, clientId, grantId, correlationId, ...(username !== undefined && { upn: username }) }
}

type Effort = Pick<WebApi, 'requests' | 'requestIds' | 'throttled'>

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** What it cost Dataverse. */
export function effortOf(dataverse: Effort, writer?: Effort): EventFields {
  // What was written is what is looked for.
  const all = writer ? [writer, dataverse] : [dataverse]
  const ids = all
    .flatMap((one) => one.requestIds())
    .slice(0, MOST_REQUEST_IDS)
    .join(' ')
  const throttled = sum(all.map((one) => one.throttled()))
  return {
    dataverseRequests: sum(all.map((one) => one.requests())),
    ...(throttled > 0 && { dataverseThrottled: throttled }),
    ...(ids !== '' && { dataverseRequestIds: ids }),
  }
}
