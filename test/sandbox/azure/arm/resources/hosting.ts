import { ArmError } from '../errors.ts'
import { isObject, type ObjectValue, type Value, toText } from '../expression/values.ts'
import type { Kind } from './kinds.ts'
import { takesCertificates, verificationIdOf } from './names/host-names.ts'
import { refuseTakenName } from './names/taken-name.ts'
import { hasZones } from './storage.ts'
import { checkAppSubnet } from './network.ts'
import { findResource, type Wanted, type World } from './world.ts'

const member = (value: Value | undefined, ...path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((at, name) => (at !== undefined && isObject(at) ? at[name] : undefined), value)

const MEMORY = [512, 2048, 4096]

/** @see https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes and #always-ready-instances */
const checkFlex = (config: ObjectValue): void => {
  const memory = member(config, 'scaleAndConcurrency', 'instanceMemoryMB')
  if (!MEMORY.includes(Number(memory)))
    throw new ArmError(
      'BadRequest',
      `Site.FunctionAppConfig.ScaleAndConcurrency.InstanceMemoryMB is invalid: ${toText(memory)}.`,
    )
  const most = Number(member(config, 'scaleAndConcurrency', 'maximumInstanceCount'))
  if (!(most >= 1 && most <= 1000))
    throw new ArmError(
      'BadRequest',
      `Site.FunctionAppConfig.ScaleAndConcurrency.MaximumInstanceCount is invalid: ${most}.`,
    )
  if (typeof member(config, 'deployment', 'storage', 'value') !== 'string')
    throw new ArmError(
      'BadRequest',
      'Site.FunctionAppConfig.Deployment.Storage is required for a Flex Consumption plan.',
    )
}

const checkIdentities = (wanted: Wanted, world: World): void => {
  const assigned = member(wanted.identity, 'userAssignedIdentities') ?? {}
  const needed = [
    ...Object.keys(assigned),
    member(
      wanted.declared,
      'functionAppConfig',
      'deployment',
      'storage',
      'authentication',
      'userAssignedIdentityResourceId',
    ),
  ].filter((id) => typeof id === 'string')
  for (const id of needed) {
    if (findResource(world, id) !== undefined) continue
    throw new ArmError(
      'FailedIdentityOperation',
      `Identity operation for resource '${wanted.id}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: 'Resource '${id}' was not found.'.`,
    )
  }
}

const site: Kind = {
  check: (wanted, world) => {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])$/i.test(wanted.name))
      throw new ArmError('BadRequest', `The parameter name has an invalid value: ${wanted.name}.`)
    refuseTakenName(
      wanted,
      world,
      () => new ArmError('Conflict', `Website with given name ${wanted.name} already exists.`, { status: 409 }),
    )
    const planId = toText(wanted.declared['serverFarmId'])
    const plan = findResource(world, planId)
    if (plan === undefined)
      throw new ArmError('NotFound', `Cannot find ServerFarm with name ${planId}.`, { status: 404 })
    const config = wanted.declared['functionAppConfig']
    if (member(plan.sku, 'name') === 'FC1') checkFlex(config !== undefined && isObject(config) ? config : {})
    checkIdentities(wanted, world)
    // The subnet is delegated to Microsoft.App, which no resource of the template names, so nothing registers it:
    // https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#create-with-virtual-network-integration
    if (wanted.declared['virtualNetworkSubnetId'] !== undefined && !world.providers.has('microsoft.app'))
      throw new ArmError(
        'MissingSubscriptionRegistration',
        "The subscription is not registered to use namespace 'Microsoft.App'. See https://aka.ms/rps-not-found for how to register subscriptions.",
        { status: 409 },
      )
    checkAppSubnet(wanted, world)
  },
  runTime: ({ name, declared }, world, before) => ({
    customDomainVerificationId: verificationIdOf(world),
    siteScopedCertificatesEnabled: takesCertificates(declared['siteScopedCertificatesEnabled'], before),
    defaultHostName: `${name.toLowerCase()}.azurewebsites.net`,
    state: 'Running',
    hostNames: [`${name.toLowerCase()}.azurewebsites.net`],
  }),
}

/**
 * Of the regions that offer the plan these do not offer it in zones; the answer is that of a plan with too few workers:
 * github.com/Azure/terraform-azurerm-avm-res-web-serverfarm/issues/133 and pull request 134.
 */
const plan: Kind = {
  check: ({ declared, sku, location }) => {
    if (declared['zoneRedundant'] !== true || hasZones(location)) return
    if (member(sku, 'name') === 'FC1')
      throw new ArmError(
        'BadRequest',
        'App Service Plans with fewer than 2 workers are not allowed for zone redundancy. Requested number of workers: 0.',
      )
  },
  runTime: () => ({ status: 'Ready' }),
}

export const HOSTING: Readonly<Record<string, Kind>> = {
  'Microsoft.Web/serverfarms': plan,
  'Microsoft.Web/sites': site,
  'Microsoft.Web/sites/config': {
    check: ({ declared, name }) => {
      if (!name.toLowerCase().endsWith('/appsettings')) return
      // App settings are strings; another type is refused by the service.
      const wrong = Object.entries(declared).find(([, value]) => typeof value !== 'string')
      if (wrong !== undefined) throw new ArmError('BadRequest', `The app setting '${wrong[0]}' must be a string.`)
      // https://learn.microsoft.com/azure/azure-functions/functions-app-settings: on Linux letters, digits, "." and "_".
      const misnamed = Object.keys(declared).find((setting) => !/^[\w.]+$/.test(setting))
      if (misnamed !== undefined) throw new ArmError('BadRequest', `AppSetting with name '${misnamed}' is not allowed.`)
    },
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': {},
}
