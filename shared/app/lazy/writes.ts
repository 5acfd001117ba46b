import type { Config } from '../../config/config.ts'
import type { WriteDeps } from '../../mcp/writes/write-deps.ts'
import { WRITING_SCOPE } from '../../oauth/scope.ts'
import { derivedKeyOf } from '../../tokens/derived-key.ts'
import type { Services } from '../services.ts'

/** What `/mcp` writes with, of which nothing is loaded before a tool that writes is listed or called. */
export function writeDeps({ writes }: Config, { meter, keys, random }: Services): WriteDeps | undefined {
  if (!writes) return undefined
  const { policy, confirmation } = writes
  return {
    policy,
    confirmation,
    scope: WRITING_SCOPE,
    count: meter.write,
    changeKey: derivedKeyOf(keys, 'change'),
    random,
    tools: async () => (await import('../../mcp/tools/write/write-tools.ts')).writeTools,
  }
}
