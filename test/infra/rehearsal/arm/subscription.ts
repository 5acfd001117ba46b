import { createArm, type Arm, type ArmOptions } from '../../../sandbox/azure/arm/arm.ts'
import type { PrincipalType } from '../../../sandbox/azure/arm/access/role-assignments.ts'

export const TENANT = 'ab1f708d-50f6-404c-a006-d71b2ac7a606'
export const SUBSCRIPTION = 'ab1f708d-50f6-404c-a006-d71b2ac7a601'
export const DEPLOYER = { objectId: 'd0d0d0d0-0000-4000-8000-000000000001', name: 'olga@contoso.example' }
export const START = Date.parse('2026-11-28T08:00:00Z')

export type Subscription = {
  readonly arm: Arm
  readonly principals: Map<string, PrincipalType>
  /** Moves the clock. */
  readonly wait: (milliseconds: number) => void
}

/** Ids that are the same on every run. */
const counted = (): (() => string) => {
  let count = 0
  return () => {
    count += 1
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
  }
}

/** An empty subscription whose owner deploys. */
export const startSubscription = (options: Partial<ArmOptions> = {}): Subscription => {
  const principals = new Map<string, PrincipalType>([[DEPLOYER.objectId, 'User']])
  let now = START
  const arm = createArm({
    tenantId: TENANT,
    subscriptionId: SUBSCRIPTION,
    principals: {
      typeOf: (id) => principals.get(id),
      addManagedIdentity: ({ principalId }) => principals.set(principalId, 'ServicePrincipal'),
      removeManagedIdentity: (principalId) => principals.delete(principalId),
    },
    rights: [{ principalId: DEPLOYER.objectId, role: 'owner' }],
    now: () => now,
    newGuid: counted(),
    ...options,
  })
  return {
    arm,
    principals,
    wait: (milliseconds) => {
      now += milliseconds
    },
  }
}

/** A template of a subscription in the language with symbolic names. */
export const template = (resources: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown => ({
  $schema: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
  languageVersion: '2.0',
  contentVersion: '1.0.0.0',
  ...rest,
  resources,
})

export const GROUP = {
  type: 'Microsoft.Resources/resourceGroups',
  apiVersion: '2025-04-01',
  name: 'rg-dev',
  location: 'westeurope',
}

/** A nested deployment into the group of GROUP. */
export const nested = (resources: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown => ({
  type: 'Microsoft.Resources/deployments',
  apiVersion: '2025-04-01',
  name: 'inner',
  resourceGroup: 'rg-dev',
  dependsOn: ['group'],
  properties: {
    expressionEvaluationOptions: { scope: 'inner' },
    mode: 'Incremental',
    template: {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      languageVersion: '2.0',
      contentVersion: '1.0.0.0',
      ...rest,
      resources,
    },
  },
})

/** A group and, in it, these resources. */
export const inGroup = (resources: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown =>
  template({ group: GROUP, inner: nested(resources, rest) })

export const deploy = (arm: Arm, body: unknown, parameters: Record<string, never> | object = {}, caller = DEPLOYER) =>
  arm.deploy({
    name: 'dev-1',
    location: 'westeurope',
    template: body,
    parameters: parameters as Record<string, string>,
    caller,
  })
