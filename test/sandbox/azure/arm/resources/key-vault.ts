import { ArmError } from '../errors.ts'
import type { Kind } from './kinds.ts'
import { refuseTakenName } from './names/taken-name.ts'
import type { DeletedVault, Resource, Wanted, World } from './world.ts'

const DAY = 86_400_000

const bad = (message: string): ArmError => new ArmError('BadRequest', message)

/** @see https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview: what is set once and cannot be taken back */
const checkLasting = ({ declared }: Wanted, before: Resource | undefined): void => {
  const { enablePurgeProtection, enableSoftDelete, softDeleteRetentionInDays: days } = declared
  if (enablePurgeProtection === false)
    throw bad(
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    )
  if (enableSoftDelete === false)
    throw bad(
      'The property "enableSoftDelete" can be set to false only for creating new vault. Enabling the \'soft delete\' functionality is an irreversible action.',
    )
  if (days !== undefined && (typeof days !== 'number' || days < 7 || days > 90))
    throw bad('The property "softDeleteRetentionInDays" must be between 7 and 90.')
  const held = before?.properties['softDeleteRetentionInDays']
  if (held !== undefined && days !== undefined && held !== days)
    throw bad('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.')
}

const vault: Kind = {
  check: (wanted, world, before) => {
    const { name } = wanted
    if (!/^(?=.{3,24}$)[a-z](?:-?[a-z0-9])*$/i.test(name))
      throw new ArmError(
        'VaultNameNotValid',
        `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
      )
    if (world.deletedVaults.has(name.toLowerCase()))
      throw new ArmError(
        'ConflictError',
        'A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.',
        { status: 409 },
      )
    refuseTakenName(
      wanted,
      world,
      () =>
        new ArmError(
          'VaultAlreadyExists',
          `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
          { status: 409 },
        ),
    )
    checkLasting(wanted, before)
  },
  // What is left out keeps its value: purge protection stays on.
  runTime: ({ name, declared }, world, before) => ({
    vaultUri: `https://${name.toLowerCase()}.vault.azure.net/`,
    tenantId: declared['tenantId'] ?? world.tenantId,
    enableSoftDelete: true,
    softDeleteRetentionInDays:
      declared['softDeleteRetentionInDays'] ?? before?.properties['softDeleteRetentionInDays'] ?? 90,
    enablePurgeProtection: declared['enablePurgeProtection'] ?? before?.properties['enablePurgeProtection'] ?? null,
    provisioningState: 'Succeeded',
  }),
}

/** Deleting a vault hides it until it is purged; its name stays taken. */
export const softDelete = (resource: Resource, world: World): void => {
  const days = Number(resource.properties['softDeleteRetentionInDays'])
  const deletedAt = world.now()
  world.deletedVaults.set(resource.name.toLowerCase(), {
    name: resource.name,
    id: resource.id,
    location: resource.location ?? '',
    purgeProtection: resource.properties['enablePurgeProtection'] === true,
    deletedAt,
    scheduledPurge: deletedAt + days * DAY,
  })
}

/** @throws ArmError MethodNotAllowed while purge protection holds it, ResourceNotFound */
export const purgeVault = (world: World, name: string): DeletedVault => {
  const deleted = world.deletedVaults.get(name.toLowerCase())
  if (deleted === undefined)
    throw new ArmError('ResourceNotFound', `The deleted vault '${name}' was not found.`, { status: 404 })
  if (deleted.purgeProtection && world.now() < deleted.scheduledPurge)
    throw new ArmError(
      'MethodNotAllowed',
      `Operation 'DeletedVaultPurge' is not allowed: the vault '${name}' has purge protection until ${new Date(deleted.scheduledPurge).toISOString()}.`,
      { status: 405 },
    )
  world.deletedVaults.delete(name.toLowerCase())
  return deleted
}

export const KEY_VAULT: Readonly<Record<string, Kind>> = { 'Microsoft.KeyVault/vaults': vault }
