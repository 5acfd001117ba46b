import { createDataverseClient, type DataverseOptions } from '../../../../shared/dataverse/web-api/client.ts'
import type { WebApi } from '../../../../shared/dataverse/web-api/web-api.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'

/** A client that never waits by chance; it asks a Dataverse of this process without a socket, and all else over one. */
export function clientOf(url: string, options: Partial<DataverseOptions> = {}): WebApi {
  return createDataverseClient({
    url,
    token: 'secret-token',
    fetch: askHere,
    deadline: Date.now() + 30_000,
    now: () => Date.now(),
    random: () => 0,
    ...options,
  })
}
