import { quoted } from '../../doctor/wire/plain-text.ts'
import { ownObjectId } from '../keys/open.ts'
import { namedOfficer } from '../keys/key-officer.ts'
import { checkParameters } from '../parameters/check-parameters.ts'
import { type Context, Stop } from '../run/context.ts'
import { harmless } from '../run/harmless.ts'
import { optional, required } from '../run/environment.ts'
import { setValue } from '../tools/azd.ts'
import { isGuid, signedIn } from '../tools/azure-cli.ts'
import { checkTools } from '../tools/required-tools.ts'

/** What a shell would not read otherwise where a command that holds it is pasted: `$(x)` may stand in a URL's host. */
const HOST = /^[a-z0-9.-]+(:\d+)?$/i

const checkOrigin = (name: string, value: string): void => {
  const isOrigin = URL.canParse(value) && new URL(value).origin === value && value.startsWith('https://')
  if (isOrigin && HOST.test(new URL(value).host)) return
  const [host = ''] = value.replace(/^(\w+:)?\/*/, '').split(/[/?#]/, 1)
  const better = URL.canParse(value) ? new URL(value).host : host
  throw new Stop(
    `${name} is ${quoted(value)}; it must be https and a host, without path and without a slash at the end:`,
    [`azd env set ${name} https://${harmless(better, '<organisation>.crm4.dynamics.com')}`],
  )
}

const checkMode = (context: Context): void => {
  if (optional(context, 'ENTRA_APP_MODE') === 'existing' && !isGuid(context.env['ENTRA_EXISTING_CLIENT_ID'] ?? ''))
    throw new Stop(
      'ENTRA_APP_MODE is existing, so the app registration that the administrator made must be named by its client id:',
      ['azd env set ENTRA_EXISTING_CLIENT_ID <client id that the script printed>'],
    )
}

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
  // As azd hands them on, which trims nothing.
  checkOrigin('DATAVERSE_URL', context.env['DATAVERSE_URL'] ?? '')
  if (optional(context, 'CUSTOM_BASE_URL') !== undefined)
    checkOrigin('CUSTOM_BASE_URL', context.env['CUSTOM_BASE_URL'] ?? '')
  checkParameters(context)
  checkMode(context)
  context.say(`  ok       Dynamics: ${dataverse}`)
  const { user, subscription, subscriptionId, tenantId } = await signedIn(context)
  context.say(`  ok       Azure: ${user}, tenant ${tenantId}, subscription ${subscription} (${subscriptionId})`)
  await chooseOfficer(context)
}
