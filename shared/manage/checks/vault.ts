import { decodeKey, type Keys, WeakKey } from '../../tokens/keys.ts'
import type { SecretStore, SecretVersion } from '../../tokens/vault-keys.ts'
import { azureFailure } from '../azure-failure.ts'
import { type Check, failed, ok, type Verdict, warning } from '../finding.ts'

export type VaultDeps = {
  /** Absent where keys rest in a file. */
  readonly vault: SecretStore | undefined
  readonly vaultUrl: string | undefined
  readonly keys: Keys
  readonly sealingKeyName: string
  readonly indexKeyName: string
  readonly now: () => number
}

const DAY_MS = 86_400_000
const OLD_DAYS = 400
const OFFICER = 'npm run officer -- take, then azd provision platform --no-state'
const GIVE_BACK = 'Afterwards: npm run officer -- give-back.'
const MEANS = 'Nobody can sign in, and nobody who is connected can go on.'

/** Whether both keys can be read, how many versions there are, and how old the newest is. Never a value. */
export const vaultCheck = (deps: VaultDeps): Check => ({
  name: 'vault',
  run: async () => {
    const { vault, keys, sealingKeyName, indexKeyName } = deps
    if (vault) return Promise.all([sealingKeyName, indexKeyName].map((name) => checkKey(deps, vault, name)))
    await Promise.all([keys.current(), keys.index()])
    return [ok('Both keys are readable; they rest in a file, which Development alone may.')]
  },
})

async function checkKey(deps: VaultDeps, vault: SecretStore, name: string): Promise<Verdict> {
  try {
    const versions = (await vault.versions(name))
      .filter(({ enabled }) => enabled)
      .sort((left, right) => right.createdAt - left.createdAt)
    const [newest] = versions
    if (!newest) return missing(name)
    decodeKey(name, await vault.value(name, newest.id))
    return verdictOn(deps, name, versions, newest)
  } catch (error) {
    if (error instanceof WeakKey) return weak(deps, name)
    return unreadable(deps, name, await moreExactly(error, vault, name))
  }
}

/** Of a refused list the client keeps the outer code alone, which does not tell a network from a missing role. */
async function moreExactly(error: unknown, vault: SecretStore, name: string): Promise<unknown> {
  if (azureFailure(error).kind !== 'forbidden') return error
  return vault.value(name).then(
    () => error,
    (refusal: unknown) => refusal,
  )
}

function verdictOn(deps: VaultDeps, name: string, versions: readonly SecretVersion[], newest: SecretVersion): Verdict {
  const days = Math.max(0, Math.floor((deps.now() - newest.createdAt) / DAY_MS))
  const found = `${name} is readable: ${count(versions.length, 'enabled version')}, the newest ${count(days, 'day')} old.`
  if (name === deps.indexKeyName && versions.length > 1) return warning({ ...INDEX_REPLACED, found })
  return name === deps.sealingKeyName && days > OLD_DAYS ? warning({ ...OLD, found }) : ok(found)
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const OLD = {
  code: 'key-old',
  means: 'The sealing key has not been rotated for more than a year. Everything works.',
  fix: `Run: ${OFFICER}, then npm run rotate-key. People stay signed in. ${GIVE_BACK}`,
} as const
const INDEX_REPLACED = {
  code: 'index-key-replaced',
  means:
    'The index key never rotates: under a newer one no client that registered is known any more, and everybody must add the app anew; nor are the sessions of people found by person.',
  fix: 'If the newer version was made by mistake, disable it in the Azure portal (the key vault, Secrets, the version, Enabled: No), and restart the app.',
} as const

const missing = (name: string): Verdict =>
  failed({
    code: 'key-missing',
    found: `The vault holds no enabled version of ${name}.`,
    means: MEANS,
    fix: `Run: ${OFFICER}; its hook makes the keys that are missing, and no others. ${GIVE_BACK}`,
  })

const weak = ({ indexKeyName }: VaultDeps, name: string): Verdict =>
  failed({
    code: 'key-weak',
    found: `The newest version of ${name} is not 32 random bytes in base64url.`,
    means: MEANS,
    fix:
      name === indexKeyName
        ? `Disable that version in the Azure portal (the key vault, Secrets); then run: ${OFFICER}. ${GIVE_BACK}`
        : `Run: ${OFFICER}, then npm run rotate-key. ${GIVE_BACK}`,
  })

function unreadable({ vaultUrl = '' }: VaultDeps, name: string, error: unknown): Verdict {
  const { kind, said } = azureFailure(error)
  if (kind === 'missing' && /SecretNotFound/.test(said)) return missing(name)
  const found = `${name} could not be read from ${new URL(vaultUrl).host} (${said}).`
  if (kind === 'forbidden')
    return failed({
      code: 'vault-forbidden',
      found,
      means: `The app’s identity lacks the role Key Vault Secrets User on the vault, or that key is disabled. ${MEANS}`,
      fix: 'Run: azd provision platform --no-state. A role that was given only now acts after up to ten minutes: then run the check again.',
    })
  if (kind === 'closed')
    return failed({
      code: 'vault-closed',
      found,
      means: `The network of the vault keeps the app out: it is no missing role. With PRIVATE_NETWORK on, the app came by the public way, for its private endpoint, the DNS zone or the zone’s link is gone. ${MEANS}`,
      fix: 'Run: azd provision platform --no-state, which makes endpoint, zone and link anew, or without PRIVATE_NETWORK opens the vault. What it does not mend stands in the Azure portal: the key vault, Networking.',
    })
  if (kind === 'identity')
    return failed({
      code: 'identity-missing',
      found,
      means: `The app got no token of its managed identity. ${MEANS}`,
      fix: 'Run: azd provision platform --no-state. It attaches the identity that MANAGED_IDENTITY_CLIENT_ID names to the app.',
    })
  return failed({
    code: kind === 'other' ? 'vault-failed' : 'vault-unreachable',
    found,
    means: `The vault did not answer as it should. ${MEANS}`,
    fix: 'Check KEY_VAULT_URL (azd env get-value KEY_VAULT_URL) and that the vault exists and was not deleted (az keyvault list-deleted); then run the check again.',
  })
}
