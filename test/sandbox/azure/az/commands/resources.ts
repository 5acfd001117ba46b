import { setTimeout as sleep } from 'node:timers/promises'
import { flag, list, required, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError } from '../errors.ts'
import { all, armUrl, type Json, request, RESOURCES } from '../rest.ts'

const VAULTS = '2024-11-01'
const SITES = '2024-11-01'
const RESOURCE_GROUPS = '2025-04-01'
const PAUSE_MS = 200
const MOST_PAUSES = 300

const arm = ({ session }: Context, method: string, url: string, body?: unknown): Promise<Json> =>
  request(session, { method, url, resource: RESOURCES.arm, ...(body !== undefined && { body }) })

async function subscriptionOf({ session, get }: Context): Promise<string> {
  return `/subscriptions/${(await session.account(get('subscription'))).subscriptionId}`
}

type Wanted = {
  readonly group?: string | undefined
  readonly type?: string | undefined
  readonly name?: string | undefined
}

async function listResources(context: Context, { group, type, name }: Wanted): Promise<Json[]> {
  const conditions = [type && `resourceType eq '${type}'`, name && `name eq '${name}'`].filter(
    (one) => one !== undefined,
  )
  const filter: Record<string, string> = conditions.length > 0 ? { $filter: conditions.join(' and ') } : {}
  const place = `${await subscriptionOf(context)}${group === undefined ? '' : `/resourceGroups/${group}`}`
  return all(context.session, { url: armUrl(`${place}/resources`, RESOURCE_GROUPS, filter), resource: RESOURCES.arm })
}

const groupOf = (id: unknown) => /\/resourceGroups\/([^/]+)/i.exec(String(id))?.[1]

/** az looks a vault up in the whole subscription when it is not told the group. */
async function showVault(context: Context): Promise<Json> {
  const name = context.must('name')
  const group = context.get('group')
  const found =
    group === undefined
      ? (await listResources(context, { type: 'Microsoft.KeyVault/vaults' })).find((one) => one['name'] === name)?.[
          'id'
        ]
      : `${await subscriptionOf(context)}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${name}`
  if (typeof found !== 'string')
    throw new AzError(`The Resource 'Microsoft.KeyVault/vaults/${name}' not found within subscription.`, 3)
  const vault = await arm(context, 'GET', armUrl(found, VAULTS))
  return { ...vault, resourceGroup: groupOf(vault['id']) }
}

type DeletedVault = Json & {
  readonly name: string
  readonly properties: { readonly vaultId: string; readonly location: string }
}

async function deletedVault(context: Context): Promise<DeletedVault> {
  const url = armUrl(`${await subscriptionOf(context)}/providers/Microsoft.KeyVault/deletedVaults`, VAULTS)
  const name = context.must('name')
  const found = (await all(context.session, { url, resource: RESOURCES.arm })).find((one) => one['name'] === name)
  if (!found) throw new AzError(`No deleted Vault or HSM was found with name ${name}`, 3)
  return found as DeletedVault
}

async function recoverVault(context: Context): Promise<Json> {
  const { properties } = await deletedVault(context)
  const { tenantId } = await context.session.account()
  const body = {
    location: properties.location,
    properties: { createMode: 'recover', tenantId, sku: { family: 'A', name: 'standard' } },
  }
  return arm(context, 'PUT', armUrl(properties.vaultId, VAULTS), body)
}

async function purgeVault(context: Context): Promise<void> {
  const { name, properties } = await deletedVault(context)
  const place = `${await subscriptionOf(context)}/providers/Microsoft.KeyVault/locations/${properties.location}`
  await arm(context, 'POST', armUrl(`${place}/deletedVaults/${name}/purge`, VAULTS))
}

const providerUrl = async (context: Context, action = '') =>
  armUrl(`${await subscriptionOf(context)}/providers/${context.must('namespace')}${action}`, RESOURCE_GROUPS)

async function registerProvider(context: Context): Promise<void> {
  let state = (await arm(context, 'POST', await providerUrl(context, '/register')))['registrationState']
  if (!context.get('wait')) {
    const namespace = context.must('namespace')
    context.warn(`Registering is still on-going. You can monitor using 'az provider show -n ${namespace}'`)
    return
  }
  for (let pauses = 0; state !== 'Registered' && pauses < MOST_PAUSES; pauses += 1) {
    await sleep(PAUSE_MS)
    state = (await arm(context, 'GET', await providerUrl(context)))['registrationState']
  }
}

const siteUrl = async (context: Context, action: string) => {
  const { must } = context
  const group = `${await subscriptionOf(context)}/resourceGroups/${must('group')}`
  return armUrl(`${group}/providers/Microsoft.Web/sites/${must('name')}${action}`, SITES)
}

const named = { name: required('--name -n'), group: value('--resource-group -g') }
const site = { name: required('--name -n'), group: required('--resource-group -g') }
const namespace = required('--namespace -n')

export const resourceCommands: Commands = {
  'group show': {
    options: { name: required('--name --resource-group -n -g') },
    subscription: true,
    run: async (context) =>
      arm(
        context,
        'GET',
        armUrl(`${await subscriptionOf(context)}/resourcegroups/${context.must('name')}`, RESOURCE_GROUPS),
      ),
  },
  'resource list': {
    options: { group: value('--resource-group -g'), type: value('--resource-type'), name: value('--name -n') },
    subscription: true,
    run: async (context) => {
      const { get } = context
      const found = await listResources(context, { group: get('group'), type: get('type'), name: get('name') })
      return found.map((one) => ({ ...one, resourceGroup: groupOf(one['id']) }))
    },
  },
  'provider show': {
    options: { namespace },
    subscription: true,
    run: async (context) => arm(context, 'GET', await providerUrl(context)),
  },
  'provider register': { options: { namespace, wait: flag('--wait') }, subscription: true, run: registerProvider },
  'keyvault show': { options: named, subscription: true, run: showVault },
  'keyvault list-deleted': {
    options: { type: value('--resource-type') },
    subscription: true,
    run: async (context) => {
      const url = armUrl(`${await subscriptionOf(context)}/providers/Microsoft.KeyVault/deletedVaults`, VAULTS)
      return all(context.session, { url, resource: RESOURCES.arm })
    },
  },
  'keyvault recover': {
    options: { ...named, location: value('--location -l') },
    subscription: true,
    run: recoverVault,
  },
  'keyvault purge': {
    options: { name: required('--name -n'), location: value('--location -l') },
    subscription: true,
    run: purgeVault,
  },
  'functionapp list-flexconsumption-locations': {
    options: { zones: list('--zone-redundant'), details: flag('--show-details') },
    subscription: true,
    run: async (context) => {
      const url = armUrl(`${await subscriptionOf(context)}/providers/Microsoft.Web/geoRegions`, SITES, {
        sku: 'FlexConsumption',
      })
      const regions = await all(context.session, { url, resource: RESOURCES.arm })
      return regions.map(({ name }) => ({ name: String(name).toLowerCase().replaceAll(' ', '') }))
    },
  },
  'functionapp show': {
    options: site,
    subscription: true,
    run: async (context) => arm(context, 'GET', await siteUrl(context, '')),
  },
  'functionapp restart': {
    options: site,
    subscription: true,
    run: async (context) => {
      await arm(context, 'POST', await siteUrl(context, '/restart'))
    },
  },
  'functionapp function list': {
    options: site,
    subscription: true,
    run: async (context) =>
      all(context.session, { url: await siteUrl(context, '/functions'), resource: RESOURCES.arm }),
  },
}
