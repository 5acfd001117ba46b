import { type Context, Stop } from '../run/context.ts'
import { required } from '../run/environment.ts'
import { accessToken, objectIdOf } from '../tools/azure-cli.ts'
import { type Vault, openVault } from './vault.ts'

/** The resource of a Key Vault token, and the address that its host must end in. */
const RESOURCE = 'https://vault.azure.net'
const HOST = /^https:\/\/[a-z0-9-]{3,24}\.vault\.azure\.net\/?$/i

/** An object id of whoever is signed in to `az`, as Azure's role assignments know it. */
export const ownObjectId = async (context: Context): Promise<string> =>
  objectIdOf(await accessToken(context, { resource: RESOURCE })).toLowerCase()

/**
 * The environment's vault, opened as whoever is signed in to `az`, and who that is.
 * @throws Stop when nobody is signed in, or the vault's address is none of Key Vault: the token goes nowhere else
 */
export const openAsMyself = async (context: Context): Promise<{ readonly vault: Vault; readonly me: string }> => {
  const url = required(context, 'KEY_VAULT_URL')
  if (!HOST.test(url))
    throw new Stop(`KEY_VAULT_URL is not an address of Key Vault: ${url}`, ['azd provision platform --no-state'])
  let token = accessToken(context, { resource: RESOURCE })
  const me = objectIdOf(await token).toLowerCase()
  const openedAt = context.now()
  let takenAt = openedAt
  const fresh = (): Promise<string> => {
    // A token may end while a role is waited for.
    if (context.now() - takenAt > 120_000) {
      takenAt = context.now()
      token = accessToken(context, { resource: RESOURCE })
    }
    return token
  }
  return { vault: openVault({ url, token: fresh, fetch: context.fetch }), me }
}
