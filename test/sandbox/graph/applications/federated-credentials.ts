import { z } from 'zod'
import type { Application, FederatedCredential } from '../../entra/directory/types.ts'
import { readBody } from '../wire/body.ts'
import type { GraphCall, Reply, Segment } from '../wire/call.ts'
import { NO_CONTENT, context, created, ok } from '../wire/call.ts'
import { mustChangeApplication, mustRead } from '../caller.ts'
import { badRequest, notFound, sameKey } from '../wire/errors.ts'
import { list } from '../wire/query.ts'

/** @see https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/),
  issuer: z.url().max(600),
  subject: z.string().min(1).max(600),
  audiences: z.array(z.string().min(1).max(600)).length(1),
  description: z.string().max(600).nullable().optional(),
})
const LIMIT = 20
const RESOURCE = 'FederatedIdentityCredential'
const FILTERABLE = { type: 'federatedIdentityCredential', equals: ['name', 'subject', 'issuer'] }

const others = (application: Application, id: string) =>
  application.federatedIdentityCredentials.filter((one) => one.id !== id)

function store(application: Application, credential: FederatedCredential): void {
  const rest = others(application, credential.id)
  if (rest.some(({ name }) => name === credential.name)) {
    throw sameKey(`${RESOURCE} with name ${credential.name} already exists.`)
  }
  if (rest.some(({ issuer, subject }) => issuer === credential.issuer && subject === credential.subject)) {
    throw sameKey(`${RESOURCE} with the same issuer and subject already exists on the application.`)
  }
  if (rest.length >= LIMIT) throw badRequest(`An application can have at most ${LIMIT} federated identity credentials.`)
  application.federatedIdentityCredentials = [...rest, credential]
}

function create(call: GraphCall, application: Application, body: z.output<typeof schema>): Reply {
  const { description, ...rest } = body
  const credential = { id: call.directory.newId(), description: description ?? null, ...rest }
  store(application, credential)
  return created({
    ...context(`applications('${application.id}')/federatedIdentityCredentials/$entity`),
    ...credential,
  })
}

function update(call: GraphCall, application: Application, before: FederatedCredential): Reply {
  const { name, ...body } = readBody(call, schema.partial(), RESOURCE)
  if (name !== undefined && name !== before.name)
    throw badRequest("Property 'name' is immutable and cannot be changed.")
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  store(application, { ...before, ...given })
  return NO_CONTENT
}

/** @see https://learn.microsoft.com/graph/api/federatedidentitycredential-upsert */
function upsert(call: GraphCall, application: Application, name: string): Reply {
  const existing = application.federatedIdentityCredentials.find((one) => one.name === name)
  if (existing) return update(call, application, existing)
  if (call.prefer !== 'create-if-missing') throw notFound(name)
  const body = readBody(call, schema.partial({ name: true }), RESOURCE)
  return create(call, application, schema.parse({ ...body, name }))
}

function collection(call: GraphCall, application: Application): Reply | undefined {
  if (call.method === 'POST') {
    mustChangeApplication(call.caller, application)
    return create(call, application, readBody(call, schema, RESOURCE))
  }
  if (call.method !== 'GET') return undefined
  mustRead(call.caller)
  const path = `applications('${application.id}')/federatedIdentityCredentials`
  return list(call, path, application.federatedIdentityCredentials, FILTERABLE)
}

/** `/applications/{id}/federatedIdentityCredentials` and one of them, by id or by name. */
export function federatedCredentials(
  call: GraphCall,
  application: Application,
  { key }: Segment,
  id: string | undefined,
): Reply | undefined {
  if (key === undefined && id === undefined) return collection(call, application)
  const isWanted = (one: FederatedCredential) =>
    key?.name === 'name' ? one.name === key.value : one.id === id || one.name === id
  if (call.method !== 'GET') mustChangeApplication(call.caller, application)
  if (call.method === 'PATCH' && key?.name === 'name') return upsert(call, application, key.value)
  const credential = application.federatedIdentityCredentials.find(isWanted)
  if (!credential) throw notFound(key?.value ?? id ?? '')
  if (call.method === 'PATCH') return update(call, application, credential)
  if (call.method === 'DELETE') {
    application.federatedIdentityCredentials = others(application, credential.id)
    return NO_CONTENT
  }
  mustRead(call.caller)
  return call.method === 'GET' ? ok({ ...context('federatedIdentityCredentials/$entity'), ...credential }) : undefined
}
