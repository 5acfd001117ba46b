import type { RemoteJWKSetOptions } from 'jose'
import { createRemoteJWKSet, jwtVerify } from 'jose'

import type { Person } from '../people.ts'
import { DataverseFault } from './errors.ts'
import type { Caller } from './security.ts'
import type { Row, Store } from './store.ts'
import { keyOf, textOf, valueOf } from './store.ts'

export type AuthOptions = {
  readonly issuer: string
  readonly jwksUri: string
  /** This server's URL: the audience that a token must have. */
  readonly audience: string
  readonly now: () => Date
}

/** A token's person: the Entra object id and, for counting, the user principal name. */
export type Identity = { readonly oid: string; readonly upn: string }

function unauthorized({ issuer, audience }: AuthOptions): DataverseFault {
  const authorizationUri = `${issuer.replace(/\/v2\.0$/, '')}/oauth2/authorize`
  return new DataverseFault(401, '0x80044302', 'Request is not authenticated.', {
    'www-authenticate': `Bearer authorization_uri="${authorizationUri}", resource_id="${audience}/"`,
  })
}

const JWKS: RemoteJWKSetOptions = { cooldownDuration: 1000 }

/** Checks signature, issuer, audience, lifetime and scope. @throws DataverseFault 401 */
export function createAuthenticator(options: AuthOptions): (authorization: string) => Promise<Identity> {
  const keys = createRemoteJWKSet(new URL(options.jwksUri), JWKS)
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1]
    if (token === undefined) throw unauthorized(options)
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      issuer: options.issuer,
      audience: [options.audience, `${options.audience}/`],
      requiredClaims: ['exp', 'oid', 'scp'],
      currentDate: options.now(),
    }).catch(() => {
      throw unauthorized(options)
    })
    const scopes = typeof payload['scp'] === 'string' ? payload['scp'].split(' ') : []
    if (!scopes.includes('user_impersonation')) throw unauthorized(options)
    return {
      oid: String(payload['oid']),
      upn: String(payload['upn'] ?? payload['preferred_username'] ?? payload['oid']),
    }
  }
}

function unitsBelow(store: Store, unit: string): Set<string> {
  const children = store.rows('businessunit').filter((row) => keyOf(valueOf(row, 'parentbusinessunitid')) === unit)
  return new Set([unit, ...children.flatMap((row) => [...unitsBelow(store, row.id)])])
}

function teamsOf(store: Store, userId: string): Set<string> {
  const memberships = store.rows('teammembership').filter((row) => valueOf(row, 'systemuserid') === userId)
  return new Set(memberships.map((row) => textOf(valueOf(row, 'teamid'))))
}

function notAMember(): DataverseFault {
  return new DataverseFault(403, '0x80072560', 'The user is not a member of the organization.')
}

function disabled(user: Row): DataverseFault {
  const text = `The specified user(Id = ${user.id}) is disabled. Consider enabling this user. Additional Details: {0}`
  return new DataverseFault(403, '0x80040225', text)
}

const TIME_ZONES: Readonly<Record<number, string>> = { 85: 'Europe/London', 110: 'Europe/Berlin' }

/** The Dataverse user behind a token. @throws DataverseFault 403 for no user, a disabled one or one without roles */
export function callerOf(store: Store, people: readonly Person[], { oid }: Identity): Caller {
  const user = store.rows('systemuser').find((row) => valueOf(row, 'azureactivedirectoryobjectid') === oid)
  if (!user) throw notAMember()
  if (valueOf(user, 'isdisabled') === true) throw disabled(user)
  const roles = people.find((one) => one.systemUserId === user.id)?.roles ?? []
  if (roles.length === 0) {
    throw new DataverseFault(403, '0x80042f09', 'The user has not been assigned any roles.')
  }
  const businessUnitId = keyOf(valueOf(user, 'businessunitid')) ?? ''
  const settings = store.get('usersettings', user.id)
  const zone = TIME_ZONES[Number(settings && valueOf(settings, 'timezonecode'))] ?? 'Europe/London'
  return {
    user,
    businessUnitId,
    teamIds: teamsOf(store, user.id),
    roles,
    unitsBelow: unitsBelow(store, businessUnitId),
    timeZone: zone,
  }
}
