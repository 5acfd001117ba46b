import { describe, expect, test } from '@jest/globals'
import {
  findReference,
  formatReference,
  readId,
  readReference,
} from '../../../../shared/dataverse/records/record-reference.ts'

const ORG = 'https://contoso.crm11.dynamics.com'
const ID = '7c1d2e01-0001-4a6b-8c2d-10a3c1a86f01'
const BARE = ID.replaceAll('-', '')
const API = 'https://contoso.api.crm11.dynamics.com/api/data'
const encoded = (query: string): string => encodeURIComponent(query)
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
    link(`etn=account&amp;id=${ID}`),
    link(`etn=ACCOUNT&id=${BARE}`),
    link(`etc=1&etn=account&id={${ID}}`),
    `account/${BARE.toUpperCase()}`,
    `account {${BARE}}`,
    `[account/${ID}]`,
    `\`account/${ID}\``,
    `account/${ID}.`,
    `account/${ID.toUpperCase()},`,
    `"account/${ID}"`,
    `'account/${BARE}';`,
    `(account/${ID})`,
    `“account/${ID}”…`,
    `**[Adventure Works](${link(`etn=account&id=${ID}`)})**.`,
    `[\`account/${ID}\`](account/${ID})`,
    `${link(`etn=account&id=${ID}`)}.`,
    `(${link(`etn=account&id={${ID}}`)})!`,
    `${ORG}/apps/uci/main.aspx?appid=${ID.replace('7', '9')}&forceUCI=1&pagetype=entityrecord&etn=account&id=${ID}`,
    `[Adventure [x](y) Works](${link(`etn=account&id=${ID}`)})`,
    `[Adventure Works](<${link(`etn=account&id={${ID}}`)}> "a title")`,
    `<${link(`etn=account&id=${ID}`)}>`,
    `${ORG}/main.aspx?etn=account&extraqs=${encoded(`?id={${ID}}&etn=account`)}&pagetype=entityrecord`,
    `${ORG}/main.aspx?etn=account&extraqs=${encoded(`id=${encoded(`{${ID}}`)}`)}`,
  ])('%s', (text) => {
    expect(formatReference(readReference(text, ORG))).toBe(`account/${ID}`)
  })

  test.each([
    `${ORG}/api/data/v9.2/accounts(${ID})`,
    `${ORG}/api/data/v9.2/accounts(%7B${ID.toUpperCase()}%7D)?$select=name`,
    `${API}/v9.1/accounts(${BARE})`,
  ])('%s, an address in the Web API', (text) => {
    expect(formatReference(readReference(text, ORG))).toBe(`accounts/${ID}`)
  })

  test.each([
    ['', 'invalid_id'],
    [ID, 'invalid_id'],
    ['account/1', 'invalid_id'],
    [`account/${ID}/contact_customer_accounts`, 'invalid_id'],
    [`account/${ID}?$select=name`, 'invalid_id'],
    [`../../$metadata/${ID}`, 'invalid_id'],
    [link('etn=account'), 'invalid_id'],
    [link(`etc=x&id=${ID}`), 'invalid_id'],
    [link(`etc=${'1'.repeat(9)}&id=${ID}`), 'invalid_id'],
    [link(`etc=1&etc=2&id=${ID}`), 'invalid_id'],
    [link(`etc=1&etn=account&extraqs=${encoded('etn=contact')}&id=${ID}`), 'invalid_id'],
    [`https://contoso.crm11.dynamics.com.evil.example/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    [`http://contoso.crm11.dynamics.com/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    ['https://', 'foreign_link'],
    [`${ORG}@evil.example/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    [`https://evil.example/${link(`etn=account&id=${ID}`)}`, 'foreign_link'],
    [`https://fabrikam.crm11.dynamics.com/api/data/v9.2/accounts(${ID})`, 'foreign_link'],
    [`https://contoso.crm4.dynamics.com/main.aspx?etn=account&id=${ID}`, 'foreign_link'],
    [`https://contoso.api.evil.example/api/data/v9.2/accounts(${ID})`, 'foreign_link'],
    [`[${link(`etn=account&id=${ID}`)}](https://evil.example/main.aspx?etn=account&id=${ID})`, 'foreign_link'],
    [`${API}/v9.2/accounts(${ID})/primarycontactid`, 'invalid_id'],
    [`${API}/v9.2/accounts(accountnumber='1')`, 'invalid_id'],
    [`${API}/v9.2/../../accounts(${ID})`, 'invalid_id'],
    [link(`etn=account&id=${ID}&id=${ID.replace('7', '8')}`), 'invalid_id'],
    [link(`etn=account&id=${ID}&extraqs=${encoded('etn=contact')}`), 'invalid_id'],
    [link(`etn=account)/x&id=${ID}`), 'invalid_id'],
    [`${ORG}/main.aspx?pagetype=entitylist&etn=account&id=${ID}`, 'invalid_id'],
    [`account/${ID.slice(0, -1)}`, 'invalid_id'],
    [`account/${BARE.slice(0, 16)}-${BARE.slice(16)}`, 'invalid_id'],
    ['me', 'invalid_id'],
    [`"[x](https://fabrikam.crm11.dynamics.com/main.aspx?etn=account&id=${ID})".`, 'foreign_link'],
    [`${'('.repeat(10_000)}account/${ID}${')'.repeat(10_000)}`, 'invalid_id'],
    [`account/${ID}${'.'.repeat(10_000)}`, 'invalid_id'],
    [`account/${'x'.repeat(10_000)}`, 'invalid_id'],
  ])('%s names none', (text, code) => {
    expect(() => readReference(text, ORG)).toThrow(expect.objectContaining({ code }))
  })
  test.each([
    link(`etc=1&id=${ID}`),
    `${ORG}/main.aspx?etc=1&extraqs=${encoded(`?etc=1&id=${encoded(`{${ID}}`)}`)}&pagetype=entityrecord`,
  ])('%s names its entity by a number', (text) => {
    expect(readReference(text, ORG)).toEqual({ entity: 'etc=1', id: ID })
  })

  test.each(['Adventure Works', 'me', ID, 'account/1', '[Adventure](Works)', '[]', '<'])('%s may be a name', (text) => {
    expect(findReference(text, ORG)).toBeUndefined()
  })

  test.each([
    [' Me ', 'systemuser', 'f0000000-0000-4000-8000-000000000001'],
    ['me', 'team', undefined],
    [`{${BARE.toUpperCase()}}`, 'account', ID],
    ['you', 'systemuser', undefined],
  ])('the id %j of %s is %s', (text, name, id) => {
    expect(readId(text, { name }, 'F0000000-0000-4000-8000-000000000001')).toBe(id)
  })
})
