/** Built-in roles that decide about the control plane: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export type Role = {
  readonly name: string
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
}

const role = (name: string, actions: readonly string[], notActions: readonly string[] = []): Role => ({
  name,
  actions,
  notActions,
})

export const CONTROL_ROLES = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  userAccessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  rbacAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
} as const

const NOT_FOR_CONTRIBUTORS = [
  'Microsoft.Authorization/*/Delete',
  'Microsoft.Authorization/*/Write',
  'Microsoft.Authorization/elevateAccess/Action',
]

/** Those that the project's templates and hooks name, too: their rights on the control plane are few or none. */
export const ROLES: ReadonlyMap<string, Role> = new Map([
  [CONTROL_ROLES.owner, role('Owner', ['*'])],
  [CONTROL_ROLES.contributor, role('Contributor', ['*'], NOT_FOR_CONTRIBUTORS)],
  [CONTROL_ROLES.reader, role('Reader', ['*/read'])],
  [CONTROL_ROLES.userAccessAdministrator, role('User Access Administrator', ['*/read', 'Microsoft.Authorization/*'])],
  [
    CONTROL_ROLES.rbacAdministrator,
    role('Role Based Access Control Administrator', [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
    ]),
  ],
  ['b7e6dc6d-f1e8-4753-8033-0f276bb0955b', role('Storage Blob Data Owner', [])],
  ['ba92f5b4-2d11-453d-a403-e96b0029c9fe', role('Storage Blob Data Contributor', [])],
  ['974c5e8b-45b9-4653-ba55-5f855dd0fb88', role('Storage Queue Data Contributor', [])],
  ['0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', role('Storage Table Data Contributor', [])],
  ['76199698-9eea-4c19-bc75-cec21354c6b6', role('Storage Table Data Reader', [])],
  ['4633458b-17de-408a-b874-0445c86b69e6', role('Key Vault Secrets User', [])],
  ['b86a8fe4-44ce-4948-aee5-eccb2c155cd7', role('Key Vault Secrets Officer', ['Microsoft.KeyVault/vaults/*/read'])],
  ['00482a5a-887f-4fb3-b363-3b7fe8e74483', role('Key Vault Administrator', ['Microsoft.KeyVault/vaults/*/read'])],
  ['21090545-7ca7-4776-b22c-e363652d74d2', role('Key Vault Reader', ['Microsoft.KeyVault/*/read'])],
  [
    '3913510d-42f4-4e42-8a64-420c390055eb',
    role('Monitoring Metrics Publisher', ['Microsoft.Insights/Register/Action']),
  ],
  ['73c42c96-874c-492b-b04d-ab87d138a893', role('Log Analytics Reader', ['*/read'])],
])

/** `Microsoft.Authorization/*` covers what begins so; case does not count. */
const covers = (pattern: string, action: string): boolean => {
  const parts = pattern.toLowerCase().split('*')
  const wanted = action.toLowerCase()
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (wanted.startsWith(part) ? 0 : -1) : wanted.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return pattern.endsWith('*') || at === wanted.length
}

/** Whether a role holds an action; an unknown role holds none. */
export const roleAllows = (known: Role | undefined, action: string): boolean => {
  if (known === undefined) return false
  return known.actions.some((one) => covers(one, action)) && !known.notActions.some((one) => covers(one, action))
}
