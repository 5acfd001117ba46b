import * as z from 'zod'
import type { Config } from '../../config/config.ts'
import type { RuleWatch } from '../../dataverse/hiding/hiders.ts'
import type { Authority } from '../../entra/authority.ts'
import { tokenExchangeScope } from '../../entra/client-credential.ts'
import type { ProveApplication } from '../../entra/prove-application.ts'
import type { StorageProbe } from '../../storage/ports.ts'
import type { Keys } from '../../tokens/keys.ts'
import type { Random } from '../../tokens/token.ts'
import type { SecretStore } from '../../tokens/vault-keys.ts'
import { type Answered, ask } from '../ask.ts'
import { clockCheck } from '../checks/clock.ts'
import { dataverseCheck } from '../checks/dataverse.ts'
import { entraCredentialCheck } from '../checks/entra-credential.ts'
import { ownEntriesCheck } from '../checks/own-entries.ts'
import { settingsCheck } from '../checks/settings.ts'
import { storageCheck } from '../checks/storage.ts'
import { vaultCheck } from '../checks/vault.ts'
import { type Command, defineCommand } from '../command.ts'
import type { Check, Finding } from '../finding.ts'
import { ownKinds, type OwnStores } from '../own-kinds.ts'
import { runChecks } from '../run-checks.ts'

export type CheckDeps = OwnStores & {
  readonly config: Config
  readonly authority: Authority
  readonly probe: StorageProbe
  readonly vault: SecretStore | undefined
  readonly keys: Keys
  /** Absent where models get everything. */
  readonly hiders?: Pick<RuleWatch, 'unmatched'> | undefined
  readonly proveApplication: ProveApplication
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly random: Random
}

const TIMEOUT_MS = 8_000

/** `{"command":"check"}`: whether everything that a sign-in and a question need is there, and what mends what is not. */
export const createCheckCommand = (deps: CheckDeps): Command =>
  defineCommand('check', z.strictObject({}), async () => {
    const broken: string[] = []
    const onBroken = (name: string, reason: string) => void broken.push(`${name}: ${reason}`)
    const checks = await runChecks(checksOf(deps), { timeoutMs: TIMEOUT_MS, onBroken })
    const failures = checks.filter(({ status }) => status === 'failed')
    return {
      answer: { passed: failures.length === 0, checks },
      noted: { outcome: 'ok', count: failures.length, ...reasonFor(failures, broken) },
    }
  })

function reasonFor(failures: readonly Finding[], broken: readonly string[]): { reason?: string } {
  const said = failures.map((failure) => `${failure.name} ${'code' in failure ? failure.code : ''}`)
  return failures.length > 0 ? { reason: [...said, ...broken].join('; ') } : {}
}

function checksOf(deps: CheckDeps): readonly Check[] {
  const { config, probe, vault, keys, now, random } = deps
  const { dataverseUrl, entra } = config
  const { sealingKeyName, indexKeyName, vaultUrl } = config.keys
  const { entraAnswer, dataverseAnswer } = answersOf(deps)
  return [
    storageCheck({ probe, now, random }),
    vaultCheck({ vault, vaultUrl, keys, sealingKeyName, indexKeyName, now }),
    entraCredentialCheck({
      prove: deps.proveApplication,
      credential: entra.credential.kind,
      deployment: deploymentOf(deps),
    }),
    dataverseCheck({ dataverseUrl, tenantId: entra.tenantId, ask: dataverseAnswer }),
    clockCheck({ clocks: { Entra: entraAnswer, 'Dynamics 365': dataverseAnswer } }),
    ...ownKinds(deps).map(ownEntriesCheck),
    settingsCheck(config, deps.hiders),
  ]
}

/** Two checks look at one answer. */
function answersOf({ config, authority, fetch, now }: CheckDeps) {
  let flight: Promise<Answered> | undefined
  return {
    entraAnswer: () => ask(authority.jwksUri, fetch, now),
    dataverseAnswer: () => (flight ??= ask(`${config.dataverseUrl}/api/data/v9.2/`, fetch, now)),
  }
}

function deploymentOf({ config: { entra, dataverseUrl }, authority }: CheckDeps) {
  const { tenantId, clientId, authorityHost } = entra
  const exchangeAudience = tokenExchangeScope(authorityHost).replace('/.default', '')
  return { tenantId, clientId, dataverseUrl, issuer: authority.issuer, exchangeAudience }
}
