import { ArmError } from '../errors.ts'
import { isArray, isObject, type ObjectValue, type Value, toText } from '../expression/values.ts'
import { differences, type Change } from '../resources/write.ts'

export type GraphAnswer = { readonly status: number; readonly body: ObjectValue }
/** Microsoft Graph v1.0 with the deployer's own token; the path begins with `/`. */
export type GraphClient = (
  method: string,
  path: string,
  body?: ObjectValue,
  headers?: Readonly<Record<string, string>>,
) => Promise<GraphAnswer>

/** Where a resource of the extension is found, made and changed. */
type Address = {
  readonly find: (graph: GraphClient) => Promise<ObjectValue | undefined>
  /** Made by an upsert at its own address, where Graph offers that; else by a POST to the collection. */
  readonly upsert?: string
  readonly create: string
  readonly update: (existing: ObjectValue) => string
  /** Members that decide which object it is: they are not changed. */
  readonly keys: readonly string[]
}

const quote = (value: Value | undefined): string => encodeURIComponent(toText(value ?? '').replaceAll("'", "''"))

const refuse = ({ status, body }: GraphAnswer): ArmError => {
  const error = body['error']
  const code = error !== undefined && isObject(error) ? error['code'] : undefined
  const message = error !== undefined && isObject(error) ? error['message'] : undefined
  return new ArmError(toText(code ?? 'BadRequest'), toText(message ?? `Microsoft Graph answered ${status}.`), {
    status,
  })
}

const getOne = async (graph: GraphClient, path: string): Promise<ObjectValue | undefined> => {
  const answer = await graph('GET', path)
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw refuse(answer)
  return answer.body
}

const getFirst = async (
  graph: GraphClient,
  path: string,
  matches: (object: ObjectValue) => boolean,
): Promise<ObjectValue | undefined> => {
  const list = (await getOne(graph, path))?.['value']
  return list !== undefined && isArray(list) ? list.filter(isObject).find(matches) : undefined
}

const byKey = (path: string, collection: string, keys: readonly string[]): Address => ({
  find: (graph) => getOne(graph, path),
  upsert: path,
  create: collection,
  update: () => path,
  keys,
})

const federatedCredential = ({ name }: ObjectValue): Address => {
  const [application = '', own = ''] = toText(name).split('/')
  const collection = `/applications(uniqueName='${quote(application)}')/federatedIdentityCredentials`
  return byKey(`${collection}(name='${quote(own)}')`, collection, ['name'])
}

const permissionGrant = ({ clientId, resourceId, consentType, principalId }: ObjectValue): Address => ({
  find: (graph) =>
    getFirst(
      graph,
      `/oauth2PermissionGrants?$filter=${encodeURIComponent(`clientId eq '${toText(clientId)}'`)}`,
      (grant) =>
        grant['resourceId'] === resourceId &&
        grant['consentType'] === consentType &&
        (grant['principalId'] ?? null) === (principalId ?? null),
    ),
  create: '/oauth2PermissionGrants',
  update: ({ id }) => `/oauth2PermissionGrants/${quote(id)}`,
  keys: ['clientId', 'resourceId', 'consentType', 'principalId'],
})

const appRoleAssignment = ({ resourceId, principalId, appRoleId }: ObjectValue): Address => {
  const collection = `/servicePrincipals/${quote(resourceId)}/appRoleAssignedTo`
  return {
    find: (graph) =>
      getFirst(graph, collection, (one) => one['principalId'] === principalId && one['appRoleId'] === appRoleId),
    create: collection,
    update: () => '',
    keys: ['resourceId', 'principalId', 'appRoleId'],
  }
}

/** @see https://learn.microsoft.com/graph/templates/bicep/reference/overview: each type and the key that it is found by */
const addressOf = (type: string, properties: ObjectValue): Address => {
  const [kind = ''] = type.toLowerCase().split('@')
  switch (kind) {
    case 'microsoft.graph/applications':
      return byKey(`/applications(uniqueName='${quote(properties['uniqueName'])}')`, '/applications', ['uniqueName'])
    case 'microsoft.graph/serviceprincipals':
      return byKey(`/servicePrincipals(appId='${quote(properties['appId'])}')`, '/servicePrincipals', ['appId'])
    case 'microsoft.graph/groups':
      return byKey(`/groups(uniqueName='${quote(properties['uniqueName'])}')`, '/groups', ['uniqueName'])
    case 'microsoft.graph/users':
      return byKey(`/users/${quote(properties['userPrincipalName'])}`, '/users', ['userPrincipalName'])
    case 'microsoft.graph/applications/federatedidentitycredentials':
      return federatedCredential(properties)
    case 'microsoft.graph/oauth2permissiongrants':
      return permissionGrant(properties)
    case 'microsoft.graph/approleassignedto':
      return appRoleAssignment(properties)
    default:
      throw new Error(`The stand-in for the Microsoft Graph extension does not know ${type}`)
  }
}

const nameOf = (properties: ObjectValue): string =>
  toText(
    properties['uniqueName'] ??
      properties['name'] ??
      properties['appId'] ??
      properties['clientId'] ??
      properties['principalId'] ??
      '',
  )

/** @throws ArmError ResourceNotFound: an `existing` resource of the extension must exist */
export const readGraphResource = async (
  graph: GraphClient,
  type: string,
  properties: ObjectValue,
): Promise<ObjectValue> => {
  const found = await addressOf(type, properties).find(graph)
  if (found !== undefined) return found
  throw new ArmError('NotFound', `The ${type} resource '${nameOf(properties)}' was not found in Microsoft Graph.`, {
    status: 404,
  })
}

/** https://learn.microsoft.com/graph/api/application-upsert: PATCH at the client's own key, made where it is missing */
const UPSERT = { prefer: 'create-if-missing' }

const write = async (
  graph: GraphClient,
  address: Address,
  before: ObjectValue | undefined,
  own: ObjectValue,
): Promise<void> => {
  const rest = Object.fromEntries(Object.entries(own).filter(([member]) => !address.keys.includes(member)))
  const send = (): Promise<GraphAnswer> | undefined => {
    if (address.upsert !== undefined) return graph('PATCH', address.upsert, rest, UPSERT)
    if (before === undefined) return graph('POST', address.create, own)
    const path = address.update(before)
    return path === '' || Object.keys(rest).length === 0 ? undefined : graph('PATCH', path, rest)
  }
  const answer = await send()
  if (answer !== undefined && answer.status >= 300) throw refuse(answer)
}

/**
 * Creates or updates as the extension does: by an upsert at its key, where Graph offers one.
 * @throws ArmError with Graph's own code, such as Authorization_RequestDenied
 */
export const writeGraphResource = async (
  graph: GraphClient,
  type: string,
  properties: ObjectValue,
  dryRun: boolean,
): Promise<{ readonly object: ObjectValue; readonly change: Change }> => {
  const address = addressOf(type, properties)
  const name = nameOf(properties)
  const before = await address.find(graph)
  const own = {
    ...properties,
    ...(type.toLowerCase().includes('/applications/') ? { name: name.split('/')[1] ?? '' } : {}),
  }
  if (!dryRun) await write(graph, address, before, own)
  const unknown = { ...own, id: '00000000-0000-0000-0000-000000000000', appId: '00000000-0000-0000-0000-000000000000' }
  const object = dryRun ? (before ?? unknown) : await readGraphResource(graph, type, properties)
  const delta = before === undefined ? [] : differences(before, object)
  const kind = before === undefined ? 'Create' : delta.length === 0 ? 'NoChange' : 'Modify'
  return { object, change: { kind, id: `${type}/${name}`, type, name, delta } }
}
