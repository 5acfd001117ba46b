import { ArmError } from '../errors.ts'
import { toText } from '../expression/values.ts'
import type { Kind } from './kinds.ts'
import { refuseTakenName } from './names/taken-name.ts'
import type { Resource, Wanted } from './world.ts'

/** Three of the regions without availability zones. @see https://learn.microsoft.com/azure/reliability/regions-list */
const WITHOUT = new Set(['northcentralus', 'ukwest', 'westus'])

/** Whether a region, in lower case and without blanks, has availability zones. */
export const hasZones = (location: string | undefined): boolean => !WITHOUT.has(location ?? '')

const skuOf = (of: Wanted | Resource | undefined): string => toText(of?.sku?.['name'] ?? '')
const isZonal = (sku: string): boolean => sku.endsWith('ZRS')

/**
 * An account is converted by a request of its own (`az storage account migration start`), never by writing it anew.
 * @see https://learn.microsoft.com/azure/storage/common/redundancy-migration and, for the codes,
 * github.com/hashicorp/terraform-provider-azurerm/issues/6526, github.com/Azure-Samples/microsoft-foundry-baseline/issues/66
 */
const checkSku = (wanted: Wanted, before: Resource | undefined): void => {
  const sku = skuOf(wanted)
  if (isZonal(sku) && !hasZones(wanted.location))
    throw new ArmError(
      'RedundancyConfigurationNotAvailableInRegion',
      `The storage account failed to create due to redundancy configuration - Sku: ${sku}, Kind: StorageV2 - not available in selected Region - ${wanted.location ?? ''}.`,
    )
  if (before !== undefined && isZonal(skuOf(before)) !== isZonal(sku))
    throw new ArmError(
      'StorageAccountTypeConversionNotAllowed',
      `Storage account type conversion from ${skuOf(before)} to ${sku} is not allowed.`,
      { status: 409 },
    )
}

/** @see https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
const account: Kind = {
  check: (wanted, world, before) => {
    checkSku(wanted, before)
    if (!/^[a-z0-9]{3,24}$/.test(wanted.name))
      throw new ArmError(
        'AccountNameInvalid',
        `${wanted.name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
      )
    refuseTakenName(
      wanted,
      world,
      () =>
        new ArmError('StorageAccountAlreadyTaken', `The storage account named ${wanted.name} is already taken.`, {
          status: 409,
        }),
    )
  },
  runTime: ({ name }) => ({
    provisioningState: 'Succeeded',
    primaryEndpoints: Object.fromEntries(
      ['blob', 'queue', 'table', 'file', 'dfs', 'web'].map((service) => [
        service,
        `https://${name}.${service}.core.windows.net/`,
      ]),
    ),
  }),
}

const table: Kind = {
  check: ({ name }) => {
    const own = name.split('/').at(-1) ?? ''
    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#table-names
    if (!/^[A-Za-z][A-Za-z0-9]{2,62}$/.test(own))
      throw new ArmError('InvalidResourceName', `The specified resource name contains invalid characters: '${own}'.`)
  },
}

export const STORAGE: Readonly<Record<string, Kind>> = {
  'Microsoft.Storage/storageAccounts': account,
  'Microsoft.Storage/storageAccounts/blobServices': {},
  'Microsoft.Storage/storageAccounts/blobServices/containers': {},
  'Microsoft.Storage/storageAccounts/queueServices': {},
  'Microsoft.Storage/storageAccounts/tableServices': {},
  'Microsoft.Storage/storageAccounts/tableServices/tables': table,
  'Microsoft.Storage/storageAccounts/managementPolicies': {},
}
