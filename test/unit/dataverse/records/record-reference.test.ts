import { describe, expect, test } from '@jest/globals'
import { formatReference, readReference } from '../../../../shared/dataverse/records/record-reference.ts'

const ORG = 'https://contoso.crm11.dynamics.com'
const ID = '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01'
const link = (query: string): string => `${ORG}/main.aspx?appid=1&pagetype=entityrecord&${query}`

describe('what names a record', () => {
  test.each([
    `account/${ID}`,
    ` account/${ID.toUpperCase()} `,
    `account({${ID}})`,
    `account, ${ID}`,
    link(`etn=account&id=${ID}`),
    link(`etn=account&id=%7B${ID.toUpperCase()}%7D`),
    link(`id=${ID}&etn=account#x`),
  ])('%s', (text) => {
    expect(formatReference(readReference(text, ORG))).toBe(`account/${ID}`)
  })

  test.each([
    ['', 'invalid_id'],
    [ID, 'invalid_id'],
    ['account/1', 'invalid_id'],
    [`account/${ID}/contact_customer_accounts`, 'invalid_id'],
    [`account/${ID}?$select=name`, 'invalid_id'],
    [`../../$metadata/${ID}`, 'invalid_id'],
    [link('etn=account'), 'invalid_id'],
    [link(`etc=1&id=${ID}`), 'invalid_id'],
    [`https://contoso.crm11.dynamics.com.evil.example/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    [`http://contoso.crm11.dynamics.com/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    ['https://', 'foreign_link'],
    [`account/${'x'.repeat(10_000)}`, 'invalid_id'],
  ])('%s names none', (text, code) => {
    expect(() => readReference(text, ORG)).toThrow(expect.objectContaining({ code }))
  })
})
