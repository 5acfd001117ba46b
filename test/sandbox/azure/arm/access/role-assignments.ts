import { ArmError } from '../errors.ts'
import { type Attributes, conditionHolds } from './conditions.ts'
import { type Role, ROLES, roleAllows } from './roles.ts'

export type PrincipalType = 'User' | 'ServicePrincipal' | 'Group'

/** A right of a principal on a scope and all below it. */
export type RoleAssignment = {
  readonly scope: string
  readonly principalId: string
  readonly principalType: PrincipalType
  /** The GUID alone. */
  readonly roleDefinitionId: string
  /** Milliseconds. */
  readonly since: number
  readonly condition?: string
}
export type NamedAssignment = RoleAssignment & {
  readonly id: string
  readonly name: string
  readonly description?: string
}

/** Whose tokens an identity takes. */
export type FederatedTrust = {
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
}

/** The directory, as far as Azure asks it. */
export type Principals = {
  /** Undefined: there is no such principal. */
  readonly typeOf: (principalId: string) => PrincipalType | undefined
  /** Groups that a principal is in. */
  readonly memberOf?: (principalId: string) => readonly string[]
  /** A managed identity brings its own service principal. */
  readonly addManagedIdentity: (identity: { name: string; clientId: string; principalId: string }) => void
  readonly removeManagedIdentity: (principalId: string) => void
  readonly addFederatedCredential?: (principalId: string, credential: FederatedTrust) => void
}

export type AssignmentRequest = {
  readonly scope: string
  readonly name: string
  readonly principalId: string
  readonly principalType: string | undefined
  readonly roleDefinitionId: string
  readonly description?: string
  readonly condition?: string
}

const isBelow = (scope: string, above: string): boolean =>
  above === '/' ||
  scope.toLowerCase() === above.toLowerCase() ||
  scope.toLowerCase().startsWith(`${above.toLowerCase()}/`)

const guidIn = (id: string): string => (id.split('/').at(-1) ?? '').toLowerCase()

/** The Graph of a new principal may lag: without principalType, Azure looks it up and may not find it yet. */
const REPLICATION_MS = 60_000

/** All role assignments of one subscription, with the rules for changing them. */
export class RoleAssignments {
  private readonly byId = new Map<string, NamedAssignment>()
  private readonly principals: Principals
  private readonly now: () => number
  private readonly created = new Map<string, number>()
  private readonly custom = new Map<string, Role>()

  constructor(principals: Principals, now: () => number) {
    this.principals = principals
    this.now = now
  }

  list(): readonly NamedAssignment[] {
    return [...this.byId.values()]
  }

  get(id: string): NamedAssignment | undefined {
    return this.byId.get(id.toLowerCase())
  }

  /** Remembers when a principal came to be. */
  noteNewPrincipal(principalId: string): void {
    this.created.set(principalId, this.now())
  }

  /** Adds a custom role of the tenant, or changes it. */
  define(roleDefinitionId: string, role: Role): void {
    this.custom.set(roleDefinitionId.toLowerCase(), role)
  }

  /**
   * Whether a principal, or a group it is in, may do something to a resource. Without the attributes of the role
   * assignment that is written or deleted, a condition is not known to be broken.
   */
  allows(principalId: string, action: string, scope: string, attributes?: Attributes): boolean {
    const subjects = new Set([principalId, ...(this.principals.memberOf?.(principalId) ?? [])])
    const unknown = attributes === undefined && /\/roleAssignments\/(write|delete)$/i.test(action)
    return this.list().some(
      ({ condition, roleDefinitionId, ...one }) =>
        subjects.has(one.principalId) &&
        isBelow(scope, one.scope) &&
        roleAllows(this.roleOf(roleDefinitionId), action) &&
        (condition === undefined || unknown || conditionHolds(condition, action, attributes ?? {})),
    )
  }

  private roleOf(roleDefinitionId: string): Role | undefined {
    return ROLES.get(roleDefinitionId) ?? this.custom.get(roleDefinitionId)
  }

  /** Looks whether this may be written, and what it would change. */
  check(request: AssignmentRequest): { readonly before: NamedAssignment | undefined; readonly after: NamedAssignment } {
    const roleDefinitionId = guidIn(request.roleDefinitionId)
    const { scope, name, principalId } = request
    const id = `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`
    if (this.roleOf(roleDefinitionId) === undefined)
      throw new ArmError(
        'RoleDefinitionDoesNotExist',
        `The specified role definition with ID '${roleDefinitionId}' does not exist.`,
      )
    const principalType = this.checkPrincipal(request)
    const before = this.get(id)
    const same = before?.principalId === principalId && before.roleDefinitionId === roleDefinitionId
    if (before !== undefined && !same)
      // https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
      throw new ArmError(
        'RoleAssignmentUpdateNotPermitted',
        'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
      )
    const twin = this.list().find(
      (one) =>
        one.id.toLowerCase() !== id.toLowerCase() &&
        one.scope.toLowerCase() === scope.toLowerCase() &&
        one.principalId === principalId &&
        one.roleDefinitionId === roleDefinitionId,
    )
    if (twin !== undefined)
      throw new ArmError(
        'RoleAssignmentExists',
        `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll('-', '')}.`,
        { status: 409 },
      )
    const since = before?.since ?? this.now()
    const after = { id, name, scope, principalId, principalType, roleDefinitionId, since }
    const { description, condition } = request
    return {
      before,
      after: {
        ...after,
        ...(description === undefined ? {} : { description }),
        ...(condition === undefined ? {} : { condition }),
      },
    }
  }

  put(request: AssignmentRequest): NamedAssignment {
    const { after } = this.check(request)
    this.byId.set(after.id.toLowerCase(), after)
    return after
  }

  remove(id: string): NamedAssignment | undefined {
    const before = this.get(id)
    this.byId.delete(id.toLowerCase())
    return before
  }

  /** With a resource go the rights on it and on all below it. */
  removeBelow(scope: string): void {
    for (const one of this.list()) if (isBelow(one.scope, scope)) this.byId.delete(one.id.toLowerCase())
  }

  private checkPrincipal({ principalId, principalType }: AssignmentRequest): PrincipalType {
    const actual = this.principals.typeOf(principalId)
    const isNew = this.now() - (this.created.get(principalId) ?? -Infinity) < REPLICATION_MS
    if (actual === undefined || (principalType === undefined && isNew))
      throw new ArmError(
        'PrincipalNotFound',
        `Principal ${principalId.replaceAll('-', '')} does not exist in the directory. Check that you have the correct ` +
          'principal ID. If you are creating this principal and then immediately assigning a role, this error might be ' +
          'related to a replication delay. In this case, set the role assignment principalType property to a value, such ' +
          'as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype',
      )
    if (principalType !== undefined && principalType !== actual)
      throw new ArmError(
        'UnmatchedPrincipalType',
        `The PrincipalId '${principalId.replaceAll('-', '')}' has type '${actual}' , which is different from specified PrinciaplType '${principalType}'.`,
      )
    return actual
  }
}
