import type { ObjectValue, Value } from './values.ts'

/** What `[namespace.name(…)]` is declared to do: an expression over its own parameters only. */
export type UserFunction = {
  readonly parameters: readonly string[]
  readonly output: unknown
}

/** All that an expression may look at. */
export type Scope = {
  readonly parameter: (name: string) => Value
  readonly variable: (name: string) => Value
  readonly userFunctions: ReadonlyMap<string, UserFunction>
  /** Where the loops stand, by their names; '' is the innermost one. */
  readonly copyIndexes: ReadonlyMap<string, number>
  readonly lambdaVariables: ReadonlyMap<string, Value>
  /** `reference('symbol' | id, apiVersion?, 'Full'?)` */
  readonly reference: (target: string, full: boolean) => Value
  /** `resourceInfo('symbol')`: id, name, type, apiVersion of a resource of this template. */
  readonly resourceInfo: (symbol: string) => Value
  readonly place: Place
}

/** Where and by whom a template is deployed. */
export type Place = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly subscriptionName: string
  /** Undefined: the deployment is one of the subscription. */
  readonly resourceGroup: { readonly name: string; readonly location: string } | undefined
  readonly deployment: { readonly name: string; readonly location: string | undefined }
  readonly deployer: { readonly objectId: string; readonly userPrincipalName: string }
  /** `environment()` of the cloud. */
  readonly environment: ObjectValue
  /** `utcNow()`: ISO 8601. */
  readonly now: string
}
