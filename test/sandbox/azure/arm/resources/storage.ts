import { ArmError } from '../errors.ts'
import type { Kind } from './kinds.ts'
import { refuseTakenName } from './names.ts'

/** @see https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name */
const account: Kind = {
  check: (wanted, world) => {
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
