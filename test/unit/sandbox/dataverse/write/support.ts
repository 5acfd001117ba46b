import { expect } from '@jest/globals'

import { DOMAIN, PEOPLE, person, type Person } from '../../../../sandbox/people.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { ANALYST } from '../harness.ts'

export const REPRESENTATION = 'return=representation'
export const NOBODY = '00000000-0000-4000-8000-000000000001'
export const CRM = 'Microsoft.Dynamics.CRM.'

const extra = (persona: string, serial: string, role: 'System Administrator' | 'Field Sales'): Person => ({
  ...person(ANALYST),
  persona: persona as Person['persona'],
  upn: `${persona}@${DOMAIN}`,
  oid: `0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e${serial}`,
  systemUserId: `7c1d2e01-00${serial}-4a6b-8c2d-10a3c1a86f${serial}`,
  roles: [role],
})
export const ADMINISTRATOR = extra('administrator', '0a', 'System Administrator')
export const FIELD = extra('field', '0b', 'Field Sales')
export const CROWD = [...PEOPLE, ADMINISTRATOR, FIELD]

/** Status and code of a refusal. */
export const refusal = ({ status, body }: Reply): unknown[] => [status, body?.error?.code as unknown]

/** A new row with all that it came to be. */
export async function created(
  harness: Harness,
  persona: string,
  path: string,
  body: Loose,
  prefer = REPRESENTATION,
): Promise<Loose> {
  const reply = await harness.send(persona, 'POST', path, { body, prefer })
  expect([reply.status, reply.status === 201 ? '' : reply.text]).toEqual([201, ''])
  return reply.body
}

/** The first row of a set that a filter leaves. */
export async function first(harness: Harness, persona: string, set: string, filter: string): Promise<Loose> {
  const { body } = await harness.get(persona, `${set}?$filter=${encodeURIComponent(filter)}&$top=1`)
  expect(body.value).toHaveLength(1)
  return body.value[0]
}
