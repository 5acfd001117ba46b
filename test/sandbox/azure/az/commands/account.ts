import { flag, list, required, value } from '../command-line.ts'
import type { Commands, Context } from '../command.ts'
import { AzError } from '../errors.ts'
import { RESOURCES } from '../rest.ts'
import type { Account, CloudEndpoints } from '../session.ts'

/** az's older word for a choice of resources; only those that this project could need. */
const RESOURCE_TYPES = { arm: RESOURCES.arm, 'ms-graph': RESOURCES['ms-graph'] } as const

const shown = ({ subscriptionId, subscriptionName, tenantId, user }: Account) => ({
  environmentName: 'AzureCloud',
  homeTenantId: tenantId,
  id: subscriptionId,
  isDefault: true,
  managedByTenants: [],
  name: subscriptionName,
  state: 'Enabled',
  tenantId,
  user: { name: user.name, type: user.type },
})

/** Local time without a zone, the way that az has always printed it. */
const localTime = (seconds: number) => {
  const date = new Date(seconds * 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}.000000`
}

function resourceOf({ get, values }: Context): { scope: string } | { resource: string } {
  const given = ['resource', 'type', 'scope'].filter((name) => values[name])
  if (given.length > 1) throw new AzError("Please specify only one of '--resource', '--resource-type' and '--scope'.")
  const { scope } = values
  if (scope) return { scope: scope.join(' ') }
  const type = get('type')
  if (type) return { resource: RESOURCE_TYPES[type as keyof typeof RESOURCE_TYPES] }
  return { resource: get('resource') ?? RESOURCES.arm }
}

async function getAccessToken(context: Context) {
  const { session, get } = context
  const [tenant, subscription] = [get('tenant'), get('subscription')]
  if (tenant !== undefined && subscription !== undefined)
    throw new AzError('Please specify only one of subscription and tenant, not both')
  const account = await session.account(subscription)
  const ask = { ...resourceOf(context), tenant: tenant ?? account.tenantId }
  const { accessToken, expiresOn } = await session.token(ask)
  return {
    accessToken,
    expiresOn: localTime(expiresOn),
    expires_on: expiresOn,
    ...(tenant === undefined && { subscription: account.subscriptionId }),
    tenant: ask.tenant,
    tokenType: 'Bearer',
  }
}

/** @see https://learn.microsoft.com/cli/azure/cloud#az-cloud-show */
const cloudOf = ({ graph = RESOURCES['ms-graph'], logAnalytics = 'https://api.loganalytics.io' }: CloudEndpoints) => ({
  endpoints: {
    activeDirectory: 'https://login.microsoftonline.com',
    activeDirectoryResourceId: RESOURCES.arm,
    logAnalyticsResourceId: logAnalytics,
    microsoftGraphResourceId: graph,
    resourceManager: 'https://management.azure.com/',
  },
  isActive: true,
  name: 'AzureCloud',
  profile: 'latest',
  suffixes: { keyvaultDns: '.vault.azure.net', storageEndpoint: 'core.windows.net' },
})

export const accountCommands: Commands = {
  version: {
    options: {},
    run: () =>
      Promise.resolve({
        'azure-cli': '2.88.0',
        'azure-cli-core': '2.88.0',
        'azure-cli-telemetry': '1.1.0',
        extensions: {},
      }),
  },
  login: {
    options: { tenant: value('--tenant -t'), scope: list('--scope'), device: flag('--use-device-code') },
    run: async ({ session, get }) => [shown(await session.signIn(get('tenant')))],
  },
  logout: { options: {}, run: ({ session }) => session.signOut() },
  'account show': {
    options: {},
    subscription: true,
    run: async ({ session, get }) => shown(await session.account(get('subscription'))),
  },
  'account list': {
    options: { all: flag('--all'), refresh: flag('--refresh') },
    run: async ({ session }) => [shown(await session.account())],
  },
  'account set': {
    options: { name: required('--subscription -s --name -n') },
    run: async ({ session, must }) => {
      await session.account(must('name'))
    },
  },
  'account get-access-token': {
    options: {
      resource: value('--resource'),
      type: value('--resource-type', { choices: Object.keys(RESOURCE_TYPES) }),
      scope: list('--scope'),
      tenant: value('--tenant -t'),
    },
    subscription: true,
    run: getAccessToken,
  },
  'cloud show': {
    options: { name: value('--name -n', { choices: ['azurecloud'] }) },
    run: async ({ session }) => cloudOf(await session.cloud()),
  },
}
