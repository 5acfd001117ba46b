import { describe, expect, test } from '@jest/globals'
import { decodeCursor, encodeCursor } from '../../../shared/dataverse/cursor.ts'
import { COLUMNS, OPPORTUNITY } from './fixtures.ts'

const LIMITS = { entity: OPPORTUNITY, columns: COLUMNS, maxPageSize: 500 }
const PATH =
  'opportunities?$select=name,_ownerid_value&$filter=name%20eq%20%27R%26D%27&$orderby=name%20desc,_ownerid_value' +
  '&$expand=primarycontactid($select=fullname),owninguser($select=fullname)&$count=true' +
  '&$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%22%20istracking=%22False%22%20/%3E'

test('a cursor comes back as it went', () => {
  const cursor = { path: PATH, pageSize: 50, skip: 12 }
  expect(decodeCursor(encodeCursor(cursor), LIMITS)).toEqual(cursor)
})

describe('a forged or changed cursor is refused', () => {
  test.each([
    ['another entity', 'accounts?$select=name'],
    ['another entity behind a dot segment', 'opportunities/../accounts?$select=name'],
    ['an encoded dot segment', 'opportunities/%2e%2e/accounts?$select=name'],
    ['a navigation', 'opportunities(1)/primarycontactid?$select=name'],
    ['an absolute address', 'https://evil.example/opportunities?$select=name'],
    ['another host', '//evil.example/opportunities?'],
    ['a function', 'WhoAmI()?'],
    ['an entity that only begins alike', 'opportunitiesx?$select=name'],
    ['FetchXML', 'opportunities?fetchXml=%3Cfetch/%3E'],
    ['$apply', 'opportunities?$apply=groupby((name))'],
    ['$top', 'opportunities?$top=5000'],
    ['a saved query', 'opportunities?savedQuery=1'],
    ['a parameter twice', 'opportunities?$select=name&$select=ownerid'],
    ['a parameter twice, encoded', 'opportunities?$select=name&%24select=ownerid'],
    ['an encoded ampersand in the filter', 'opportunities?$filter=a%20eq%201%26b'],
    ['an unbalanced filter', 'opportunities?$filter=(a%20eq%201'],
    ['a select that is no list of names', 'opportunities?$select=name,(x)'],
    ['an unknown expansion', 'opportunities?$expand=secrets($select=name)'],
    ['a nested expansion', 'opportunities?$expand=primarycontactid($expand=ownerid)'],
    ['an expansion with a filter', 'opportunities?$expand=primarycontactid($select=a;$filter=b)'],
    ['an expansion of everything', 'opportunities?$expand=*'],
    ['an order by a path', 'opportunities?$orderby=a/b'],
    ['a fragment', 'opportunities?$select=name#x'],
    ['a second question mark', 'opportunities?$select=name?x'],
    ['a line break', 'opportunities?$select=name\r\nHost: evil'],
    ['a backslash', 'opportunities?$select=name\\x'],
  ])('%s', (_what, path) => {
    const cursor = encodeCursor({ path, pageSize: 50, skip: 0 })
    expect(() => decodeCursor(cursor, LIMITS)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^invalid_(?:cursor|filter)$/) }),
    )
  })

  test.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['other JSON', Buffer.from('{"path":"opportunities?"}').toString('base64url')],
    ['a future version', Buffer.from('[2,"opportunities?",50,0]').toString('base64url')],
    ['a page over the limit', encodeCursor({ path: 'opportunities?', pageSize: 501, skip: 0 })],
    ['no page at all', encodeCursor({ path: 'opportunities?', pageSize: 0, skip: 0 })],
    ['a negative skip', encodeCursor({ path: 'opportunities?', pageSize: 50, skip: -1 })],
    ['a skip beyond the page', encodeCursor({ path: 'opportunities?', pageSize: 50, skip: 50 })],
    ['an endless one', encodeCursor({ path: `opportunities?$skiptoken=${'x'.repeat(40_000)}`, pageSize: 50, skip: 0 })],
  ])('%s', (_what, text) => {
    expect(() => decodeCursor(text, LIMITS)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
  })
})
