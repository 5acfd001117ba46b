import { describe, expect, test } from '@jest/globals'
import { cellsOf, searchedColumnsOf } from '../../../../shared/dataverse/metadata/read/view-xml.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

describe('the columns of a view', () => {
  test.each([
    [
      '<grid><row><cell name="fullname" width="1"/><cell width="2" name=\'telephone1\'></cell></row></grid>',
      'fullname,telephone1',
    ],
    ['<cell name = "a" /><cell name="b"/>', 'a,b'],
    ['<cell name="a"/><cell name="a"/>', 'a'],
    ['<cell name="link.a"/><cell name="b"/>', 'b'],
    ['<cell name="a" ishidden="1"/><cell name="b" ishidden="0"/>', 'b'],
    ['<cell label="x > y" name="a"/>', 'a'],
    ['<cell name="a&quot;b"/><cell name="../x"/><cell name=""/><cell/>', ''],
    ['<cells name="a"/><xcell name="b"/>', ''],
    ['<cell name="a"', ''],
    ['', ''],
    ['no xml', ''],
  ])('%s', (xml, columns) => expect(cellsOf(xml).join()).toBe(columns))

  test.each([`<cell ${'a="'.repeat(20_000)}`, '<cell '.repeat(20_000)])(
    'a hostile text takes no time',
    async (text) => {
      expect(await leastMs(() => cellsOf(text), 500)).toBeLessThan(500)
    },
  )
})

describe('the columns that quick find searches in', () => {
  const quick = (inside: string): string =>
    `<fetch><entity name="contact"><filter type="and"><condition attribute="statecode" operator="eq" value="0"/></filter>${inside}</entity></fetch>`

  test.each([
    [
      '<filter type="or" isquickfindfields="1"><condition attribute="a"/><condition attribute="b"></condition></filter>',
      'a,b',
    ],
    [
      '<filter isquickfindfields="true"><filter type="or"><condition attribute="a"/></filter><condition attribute="b"/></filter><condition attribute="c"/>',
      'a,b',
    ],
    ['<filter isquickfindfields="0"><condition attribute="a"/></filter>', ''],
    ['<link-entity name="account"><filter isquickfindfields="1"><condition attribute="a"/></filter></link-entity>', ''],
    [
      '<link-entity name="account"/><filter isquickfindfields="1"><condition attribute="a"/><condition entityname="l" attribute="b"/></filter>',
      'a',
    ],
    ['<filter isquickfindfields="1"/><condition attribute="a"/>', ''],
  ])('%s', (inside, columns) => expect(searchedColumnsOf(quick(inside)).join()).toBe(columns))
})
