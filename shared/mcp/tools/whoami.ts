import * as z from 'zod'
import { withOptions } from '../../dataverse/query.ts'
import { defineTool } from '../tool.ts'

const SystemUser = z.object({
  fullname: z.string().nullish(),
  domainname: z.string().nullish(),
  businessunitid: z.object({ name: z.string().nullish() }).nullish(),
})

export const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Tells as whom Dynamics 365 is read: the signed-in person, their business unit and their roles in this app.',
  status: { invoking: 'Looking up the sign-in', invoked: 'Looked up the sign-in' },
  input: z.object({}),
  output: z.object({
    name: z.string(),
    signInName: z.string().optional(),
    systemUserId: z.string(),
    businessUnit: z.object({ id: z.string(), name: z.string().optional() }),
    roles: z.array(z.string()),
    organizationId: z.string(),
    environment: z.string(),
  }),
  run: async (_args, context) => {
    const { caller } = context
    const path = withOptions(`systemusers(${caller.systemUserId})`, {
      $select: 'fullname,domainname',
      $expand: 'businessunitid($select=name)',
    })
    const user = await context.dataverse.get(path, SystemUser)
    const name = user.fullname ?? caller.username ?? caller.systemUserId
    const unit = user.businessunitid?.name
    const signInName = user.domainname ?? caller.username
    const structured = {
      name,
      ...(signInName && { signInName }),
      systemUserId: caller.systemUserId,
      businessUnit: { id: caller.businessUnitId, ...(unit && { name: unit }) },
      roles: [...caller.roles],
      organizationId: caller.organizationId,
      environment: context.dataverseUrl,
    }
    const roles = caller.roles.length > 0 ? `, roles: ${caller.roles.join(', ')}` : ''
    return { structured, text: `Signed in as ${name}${unit ? ` of ${unit}` : ''}${roles}.` }
  },
})
