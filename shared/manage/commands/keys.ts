import * as z from 'zod'
import type { Config } from '../../config/config.ts'
import { credentialEnd } from '../../entra/credential-end.ts'
import { WireError } from '../../http/wire-error.ts'
import { readableAfterReplacement, type SecretStore, type SecretVersion } from '../../tokens/vault-keys.ts'
import { azureFailure } from '../azure-failure.ts'
import { type Command, defineCommand } from '../command.ts'
import { iso } from './members.ts'

export type KeysDeps = {
  readonly config: Pick<Config, 'keys' | 'entra' | 'lifetimes'>
  /** Absent where keys rest in a file. */
  readonly vault: SecretStore | undefined
  readonly now: () => number
}

const DAY_MS = 86_400_000
const MOST_VERSIONS = 100

/** `{"command":"keys"}`: versions, ages and ends; no value of a key or secret is read but to learn a certificate's end. */
export const createKeysCommand = (deps: KeysDeps): Command =>
  defineCommand('keys', z.strictObject({}), async () => {
    const answer = deps.vault ? await fromVault(deps, deps.vault) : inFile(deps)
    return { answer, noted: { outcome: 'ok', count: answer.sealing.length } }
  })

const inFile = ({ config }: KeysDeps) => ({
  kept: 'file',
  sealing: [],
  index: { present: true, versions: 1 },
  credential: { kind: config.entra.credential.kind },
})

async function fromVault({ config, now }: KeysDeps, vault: SecretStore) {
  const { keys, entra, lifetimes } = config
  try {
    const [sealing, index, end] = await Promise.all([
      vault.versions(keys.sealingKeyName),
      vault.versions(keys.indexKeyName),
      credentialEnd(entra.credential, vault),
    ])
    const present = index.filter(({ enabled }) => enabled).length
    return {
      kept: 'vault',
      sealing: shown(sealing, readableAfterReplacement(lifetimes.refreshIdle), now()),
      index: { present: present > 0, versions: present },
      credential: { kind: entra.credential.kind, ...(end !== undefined && { endsAt: iso(end) }) },
    }
  } catch (error) {
    const { said } = azureFailure(error)
    throw new WireError(503, 'temporarily_unavailable', 'Key Vault did not say which keys there are.', {
      cause: error instanceof Error ? error : said,
    })
  }
}

/** A disabled version replaces none: what an older one sealed is readable as if it had never been. */
function shown(versions: readonly SecretVersion[], readableFor: number, now: number) {
  const newestFirst = [...versions].sort((a, b) => b.createdAt - a.createdAt)
  const enabled = newestFirst.filter((version) => version.enabled)
  return newestFirst.slice(0, MOST_VERSIONS).map(({ id, createdAt, enabled: isEnabled }) => {
    const place = enabled.findIndex((one) => one.id === id)
    const replacedAt = enabled[place - 1]?.createdAt
    return {
      id,
      createdAt: iso(createdAt),
      ageDays: Math.max(0, Math.floor((now - createdAt) / DAY_MS)),
      isEnabled,
      isCurrent: place === 0,
      ...(isEnabled && replacedAt !== undefined && { readableUntil: iso(replacedAt + readableFor) }),
    }
  })
}
