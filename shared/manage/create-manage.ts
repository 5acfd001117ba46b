import type { VerifyAccessToken } from '../entra/access-token.ts'
import type { Endpoint } from '../http/message.ts'
import { type CheckDeps, createCheckCommand } from './commands/check.ts'
import { createSwitchCommand, type SwitchDeps } from './commands/switch.ts'
import { createSwitchesCommand } from './commands/switches.ts'
import { createManageEndpoint } from './manage-endpoint.ts'

export type ManageServices = CheckDeps &
  SwitchDeps & { readonly verifyAccessToken: VerifyAccessToken; readonly version: string }

/** The administrator's endpoint with every command that it knows. */
export function createManage(services: ManageServices): Endpoint {
  const { config, verifyAccessToken: verify, version, now } = services
  const commands = [createCheckCommand(services), createSwitchesCommand(services), createSwitchCommand(services)]
  return createManageEndpoint({ commands, verify, version, now, apiScope: config.entra.apiScope })
}
