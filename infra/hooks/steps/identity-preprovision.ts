import { ownObjectId } from '../keys/open.ts'
import { namedOfficer } from '../keys/key-officer.ts'
import { checkParameters } from '../parameters/check-parameters.ts'
import type { Context } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'
import { setValue } from '../tools/azd.ts'
import { signedIn } from '../tools/azure-cli.ts'
import { checkTools } from '../tools/required-tools.ts'

/** `azd down` forgets every output but not what hooks set: keys count only while their vault is known. */
const keysExist = (context: Context): boolean =>
  optional(context, 'KEYS_CREATED') === 'true' && optional(context, 'KEY_VAULT_NAME') !== undefined

const chooseOfficer = async (context: Context): Promise<void> => {
  const officer = namedOfficer(context)
  if (officer !== undefined) {
    context.say(`  ok       key officer: ${officer}`)
    return
  }
  if (keysExist(context)) {
    context.say('  ok       key officer: nobody; both keys exist')
    return
  }
  const me = await ownObjectId(context)
  await setValue(context, 'KEY_OFFICER_PRINCIPAL_ID', me)
  context.say(`  ok       key officer: you (${me}), until the keys are made; you are told how to give the right back`)
}

/** Before layer identity: all that can be known to go wrong later is found out now. */
export const identityPreprovision = async (context: Context): Promise<void> => {
  context.say('Checking this machine and the settings:')
  await checkTools(context)
  const dataverse = required(context, 'DATAVERSE_URL')
  checkParameters(context, 'identity')
  context.say(`  ok       Dynamics: ${dataverse}`)
  const { user, subscription, subscriptionId, tenantId } = await signedIn(context)
  context.say(`  ok       Azure: ${user}, tenant ${tenantId}, subscription ${subscription} (${subscriptionId})`)
  await chooseOfficer(context)
}
