import type { Caller } from '../access/authorise.ts'
import type { ObjectValue, Value } from '../expression/values.ts'
import type { Change } from '../resources/write.ts'
import type { World } from '../resources/world.ts'
import type { GraphClient } from './graph-resources.ts'

/** What one deployment, with all nested ones, works on. */
export type Context = {
  readonly world: World
  readonly caller: Caller
  readonly graph: GraphClient | undefined
  readonly environment: ObjectValue
  readonly subscriptionName: string
  /** Filled while it runs; what was done stays done when a later resource fails. */
  readonly changes: Change[]
}

export type Output = { readonly type: string; readonly value: Value }
export type Outputs = Readonly<Record<string, Output>>
