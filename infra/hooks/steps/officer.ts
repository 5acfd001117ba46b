import { namedOfficer, officerAssignments } from '../keys/key-officer.ts'
import { ownObjectId } from '../keys/open.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional } from '../run/environment.ts'
import { setValue, withAzdValues } from '../tools/azd.ts'
import { deleteRoleAssignment, signedIn } from '../tools/azure-cli.ts'

const take = async (context: Context): Promise<void> => {
  const me = await ownObjectId(context)
  const officer = namedOfficer(context)
  if (officer !== undefined && officer !== me)
    throw new Stop(`${officer} is key officer. First take the right back from them, then take it yourself:`, [
      'npm run officer -- give-back',
      'npm run officer -- take',
    ])
  if (officer === undefined) await setValue(context, 'KEY_OFFICER_PRINCIPAL_ID', me)
  context.say(`You (${me}) are named key officer. This gives you the role (it may take ten minutes to act):`)
  context.say('  azd provision platform --no-state')
}

const giveBack = async (context: Context): Promise<void> => {
  const officer = namedOfficer(context)
  const provisioned = optional(context, 'KEY_VAULT_NAME') !== undefined
  const assignments = provisioned ? await officerAssignments(context, officer ?? (await ownObjectId(context))) : []
  for (const { id, principalId } of assignments) {
    await deleteRoleAssignment(context, id)
    context.say(`The role "Key Vault Secrets Officer" of ${principalId} is taken away.`)
  }
  if (assignments.length === 0) context.say('Nobody to take the role from: it is not assigned on this vault.')
  if (officer !== undefined) await setValue(context, 'KEY_OFFICER_PRINCIPAL_ID', '')
  context.say('Nobody is key officer now. Nothing else has to be run; `azd provision` and `azd up` go on to work.')
  if (provisioned && optional(context, 'KEYS_CREATED') !== 'true')
    context.say('But this environment does not know of keys: `azd up` makes you key officer again and looks for them.')
}

/** How it is called. */
export const USAGE = [
  'npm run officer -- take        you become key officer of the selected azd environment',
  'npm run officer -- give-back   nobody is, and the role is taken away',
]

/** `npm run officer -- take|give-back`: who may write keys. */
export const officer = async (context: Context): Promise<void> => {
  const work = new Map([
    ['take', take],
    ['give-back', giveBack],
  ]).get(context.args[0] ?? '')
  if (work === undefined || context.args.length !== 1) throw new Stop('Say which:', USAGE)
  const environment = await withAzdValues(context)
  await signedIn(environment)
  await work(environment)
}
