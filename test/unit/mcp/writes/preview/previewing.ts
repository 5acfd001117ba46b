import { createChangeTokens } from '../../../../../shared/dataverse/change/token/create-change-tokens.ts'
import type { ChangeTokens, Proof } from '../../../../../shared/dataverse/change/token/change-tokens.ts'
import { previewChange } from '../../../../../shared/mcp/tools/write/preview-change.ts'
import type { ToolContext, ToolOutcome } from '../../../../../shared/mcp/tool/tool.ts'
import type { Writes } from '../../../../../shared/mcp/writes/writes.ts'
import type { EventFields } from '../../../../../shared/telemetry/events.ts'
import { caller } from '../../support/harness.ts'
import { NOW } from '../../../sandbox/dataverse/harness.ts'
import type { Asking, Stage } from '../../../dataverse/change/stage.ts'

export type Told = { readonly name: string } & EventFields
export type Previewed = { readonly outcome: ToolOutcome; readonly told: readonly Told[]; readonly tokens: ChangeTokens }

const never = (): never => {
  throw new Error('a preview writes nothing')
}

/** What a preview gives one person through one client. @param proof none where the client has no way to ask a person */
export async function preview(
  stage: Stage,
  args: unknown,
  asking: Asking & { readonly proof?: Proof | 'none' } = {},
): Promise<Previewed> {
  const { proof = 'host' } = asking
  const { context: change } = await stage.call(asking)
  const told: Told[] = []
  const tokens = createChangeTokens({
    key: async () => new Uint8Array(32).fill(9),
    holder: caller('priya'),
    now: () => NOW.getTime(),
    random: (bytes) => Buffer.alloc(bytes, 3),
  })
  const writes: Writes = {
    change,
    tokens,
    writer: { send: never } as unknown as Writes['writer'],
    checkAfterMs: [],
    keepsSomething: asking.hides !== undefined,
    correlationId: '',
    requireRight: () => undefined,
    proofFor: () => (proof === 'none' ? undefined : proof),
    confirm: never,
    count: never,
    tell: (name, fields) => void told.push({ name, ...fields }),
  }
  const { dataverse, metadata, namedRows, dataverseUrl, now } = change
  const limits = { toolDeadlineMs: 5_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500 }
  const context = { dataverse, metadata, namedRows, dataverseUrl, now, limits, writes, caller: caller('priya') }
  const outcome = await previewChange.call(args, context as unknown as ToolContext)
  if ('ask' in outcome) throw new TypeError('a preview asks nobody')
  return { outcome, told, tokens }
}
