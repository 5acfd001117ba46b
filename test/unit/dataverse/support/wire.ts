import { createDataverseClient, type DataverseOptions } from '../../../../shared/dataverse/web-api/client.ts'
import type { WebApi } from '../../../../shared/dataverse/web-api/web-api.ts'

/** A client that never waits by chance. */
export function clientOf(url: string, options: Partial<DataverseOptions> = {}): WebApi {
  return createDataverseClient({
    url,
    token: 'secret-token',
    fetch,
    deadline: Date.now() + 30_000,
    now: () => Date.now(),
    random: () => 0,
    ...options,
  })
}
