import { createFairLine, type FairLine } from '../mcp/limits/fair-line.ts'
import { type Budgets, createMeter, type Meter } from '../mcp/limits/meter.ts'
import { EVERYBODY } from '../mcp/limits/person.ts'
import { createUsageSender } from '../mcp/limits/send-usage.ts'
import { createUsageCounts } from '../mcp/limits/usage.ts'
import { userIndexOf } from '../grants/sessions/user-index.ts'
import type { LimitStore } from '../storage/ports.ts'
import type { Keys } from '../tokens/keys.ts'
import { later } from '../telemetry/deadline.ts'

type LimitDeps = {
  readonly keys: Pick<Keys, 'index'>
  readonly now: () => number
  readonly store: LimitStore
}

/** What each person, and all together, may use of this deployment, and who of them is next in this worker. */
export function createLimits(
  budgets: Budgets,
  { keys, now, store }: LimitDeps,
): { readonly line: FairLine; readonly meter: Meter } {
  const counts = createUsageCounts(now)
  const nameOf = async (who: string): Promise<string> => {
    if (who === EVERYBODY) return EVERYBODY
    const [tenantId = '', userId = ''] = who.split('|')
    return userIndexOf({ tenantId, userId }, await keys.index())
  }
  const sender = createUsageSender({ store, counts, nameOf, later })
  return {
    line: createFairLine({ now, later, afterArrivals: (work) => void setImmediate(work) }),
    meter: createMeter({ budgets, counts, onCounted: sender.wake, now }),
  }
}
