import { randomUUID } from 'node:crypto'
import type { Core } from './worker/core-stub.ts'
import { invoke } from './worker/invoke.ts'

/**
 * Fires a timer trigger once, now; the schedule itself never runs here.
 * @throws Error when there is no timer function of that name, or what the function threw
 */
export async function runTimer(core: Core, name: string): Promise<void> {
  const fn = [...core.functions.values()].find((one) => one.metadata.name === name)
  const binding = Object.entries(fn?.metadata.bindings ?? {}).find(([, { type }]) => /^timertrigger$/i.test(type))
  if (!fn || !binding) throw new Error(`no timer function "${name}"`)
  const timer = { IsPastDue: false, Schedule: { AdjustForDST: true } }
  await invoke(core, fn, {
    invocationId: randomUUID(),
    functionId: fn.id,
    inputData: [{ name: binding[0], data: { json: JSON.stringify(timer) } }],
    triggerMetadata: {},
    traceContext: { traceParent: '', traceState: '', attributes: {} },
  })
}
