import type { VerifyAccessToken } from '../entra/access-token.ts'
import type { AccessTokens } from '../grants/open-access-token.ts'
import type { GrantDeps } from '../grants/types.ts'
import type { Endpoint } from '../http/message.ts'
import type { ClientStore, LimitStore } from '../storage/ports.ts'
import type { Command } from './command.ts'
import { type CheckDeps, createCheckCommand } from './commands/check.ts'
import { createClientsCommand } from './commands/clients.ts'
import { createEndCommand } from './commands/end.ts'
import { createKeysCommand } from './commands/keys.ts'
import { createPurgeCommand } from './commands/purge.ts'
import { createOwnEntriesCommand } from './commands/own-entries.ts'
import { createSessionsCommand } from './commands/sessions.ts'
import { createSwitchCommand, type SwitchDeps } from './commands/switch.ts'
import { createSwitchesCommand } from './commands/switches.ts'
import type { EndingDeps } from './ending/ending.ts'
import { createManageEndpoint } from './manage-endpoint.ts'
import { ownKinds } from './own-kinds.ts'

export type ManageServices = CheckDeps &
  SwitchDeps & {
    readonly grantDeps: Pick<GrantDeps, 'store' | 'users'>
    readonly accessTokens: Pick<AccessTokens, 'forgetGrant'>
    readonly clients: ClientStore
    readonly limitStore: Pick<LimitStore, 'remove'>
    readonly verifyAccessToken: VerifyAccessToken
    readonly version: string
  }

/** The administrator's endpoint with every command that it knows. */
export function createManage(services: ManageServices): Endpoint {
  const { config, verifyAccessToken: verify, version, now } = services
  const commands = commandsOf(services)
  return createManageEndpoint({ commands, verify, version, now, apiScope: config.entra.apiScope })
}

function commandsOf(services: ManageServices): readonly Command[] {
  const { config, grantDeps, accessTokens, clients, switches, keys, limitStore, vault, now } = services
  const { store, users } = grantDeps
  const { forgetGrant } = accessTokens
  const ending: EndingDeps = { store, users, keys, forgetGrant, now, tenantId: config.entra.tenantId }
  return [
    createCheckCommand(services),
    createSessionsCommand({ ...ending, clients }),
    createEndCommand(ending),
    createPurgeCommand({ ...ending, elsewhere: [{ table: 'limits', remove: limitStore.remove }] }),
    createClientsCommand({ users, now, clients, switches }),
    createKeysCommand({ config, vault, now }),
    ...ownKinds(services).map(createOwnEntriesCommand),
    createSwitchesCommand(services),
    createSwitchCommand(services),
  ]
}
