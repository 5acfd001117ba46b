import { randomBytes } from 'node:crypto'
import { CredentialUnavailableError } from '@azure/identity'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { storageCheck } from '../../../shared/manage/checks/storage.ts'
import { createTableProbe } from '../../../shared/storage/table/probe.ts'
import { NOW } from './entra-tokens.ts'
import { type Refusal, TableService } from './table-service.ts'

let service: TableService
beforeEach(() => {
  service = new TableService()
  service.message = 'secret of priya@harbourpine.example'
})
const check = (client = service.client()) =>
  storageCheck({ probe: createTableProbe(client), now: () => NOW, random: randomBytes }).run()

describe('storage', () => {
  test('is well: a row was there, and is gone', async () => {
    expect(await check()).toEqual([{ status: 'ok', found: expect.stringContaining('written') as unknown }])
    expect(service.rows.size).toBe(0)
  })

  test('a row that cannot be deleted ends soon, and is no new kind of row', async () => {
    service.refuse = { DELETE: { status: 403, code: 'AuthorizationPermissionMismatch' } }
    expect(await check()).toMatchObject([
      { code: 'storage-forbidden', found: expect.stringContaining('delete') as unknown },
    ])
    const [row = ''] = [...service.rows.values()]
    expect(JSON.parse(row)).toMatchObject({
      PartitionKey: 'manage-check',
      count: 1,
      expiresAt: '2026-11-28T09:10:00.000Z',
    })
  })

  test('what cannot be read back is deleted all the same', async () => {
    service.refuse = { GET: { status: 403, code: 'AuthorizationPermissionMismatch' } }
    expect(await check()).toMatchObject([{ status: 'failed', found: expect.stringContaining('read') as unknown }])
    expect(service.rows.size).toBe(0)
  })

  test.each<[string, Refusal, string, RegExp]>([
    [
      'the role is missing',
      { status: 403, code: 'AuthorizationPermissionMismatch' },
      'storage-forbidden',
      /azd provision platform --no-state.*ten minutes/,
    ],
    ['the firewall', { status: 403, code: 'AuthorizationFailure' }, 'storage-closed', /Networking/],
    ['a token that is not taken', { status: 401, code: 'InvalidAuthenticationInfo' }, 'storage-forbidden', /azd/],
    ['the account is gone', 'no connection', 'storage-unreachable', /TABLES_ENDPOINT/],
    ['busy', { status: 503, code: 'ServerBusy' }, 'storage-unreachable', /again/],
    ['what nobody foresaw', { status: 409, code: 'Conflicting' }, 'storage-failed', /code/],
  ])('%s', async (_, refusal, code, fix) => {
    service.refuse = code === 'storage-failed' ? { GET: refusal } : { POST: refusal }
    const [verdict] = await check()
    expect(verdict).toMatchObject({ status: 'failed', code, fix: expect.stringMatching(fix) as unknown })
    expect(JSON.stringify(verdict)).not.toMatch(/secret|priya/)
  })

  test('no managed identity', async () => {
    const client = service.client({ getToken: () => Promise.reject(new CredentialUnavailableError('secret of priya')) })
    const [verdict] = await check(client)
    expect(verdict).toMatchObject({ status: 'failed', code: 'identity-missing' })
    expect(JSON.stringify(verdict)).not.toContain('priya')
  })
})
