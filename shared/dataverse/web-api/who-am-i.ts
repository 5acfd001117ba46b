import * as z from 'zod'
import type { WebApi } from './web-api.ts'

const Answer = z.object({ UserId: z.guid(), BusinessUnitId: z.guid(), OrganizationId: z.guid() })

/** Who a person is in this environment, by ids. */
export type DynamicsUser = {
  readonly systemUserId: string
  readonly businessUnitId: string
  readonly organizationId: string
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/whoami */
export async function whoAmI(client: Pick<WebApi, 'get'>): Promise<DynamicsUser> {
  const { UserId, BusinessUnitId, OrganizationId } = await client.get('WhoAmI', Answer)
  return { systemUserId: UserId, businessUnitId: BusinessUnitId, organizationId: OrganizationId }
}
