import { describe, expect, test } from '@jest/globals'
import { read } from './print-tree.ts'

const ID = '11111111-2222-4333-8444-555555555555'

describe('other languages, where what is meant is plain', () => {
  test.each([
    ['a = 0 AND b <> 1 && c != null', 'a eq <0> & b ne <1> & c not-null', ''],
    ['a == 0 || b >= 5', 'a eq <0> | b ge <5>', ''],
    ['a === 0', 'a eq <0>', ''],
    ['a !== 0', 'a ne <0>', ''],
    ['a neq 0', 'a ne <0>', ''],
    ['a EQ 0', 'a eq <0>', ''],
    ['a gte 0 and b lte 1', 'a ge <0> & b le <1>', ''],
    ['createdon after 2026-01-31', 'createdon gt <2026-01-31>', ''],
    ['!(a eq 1)', 'not(a eq <1>)', ''],
    ['a not eq 1', 'not(a eq <1>)', ''],
    ['WHERE name IS NOT NULL', 'name not-null', ''],
    ['name is null', 'name null', ''],
    ['name is not empty', 'name not-null', ''],
    ['decisionmaker is not true', 'decisionmaker ne <true>', ''],
    ['statecode is Open', 'statecode eq ?Open', ''],
    ["name LIKE 'x%'", 'name begins-with <x>', ''],
    ["name like '*x'", 'name ends-with <x>', 'was read as endswith.'],
    ["name not like '%x%'", 'not(name contains <x>)', ''],
    ["name like 'x'", 'name eq <x>', '"like" without % was read as eq.'],
    ["name like ''", 'name eq <>', '"like" without % was read as eq.'],
    ["name like 'a*b'", 'name like <a%b>', `"like 'a*b'" was read as like 'a%b'.`],
    ["name like '%'", 'name like <%>', ''],
    ['x BETWEEN 5 AND 10', 'x between <5><10>', ''],
    ['x not between 5 and 10', 'not(x between <5><10>)', ''],
    ['x IN [1, 2]', 'x in <1><2>', ''],
    ['x NOT IN (1, 2)', 'x not-in <1><2>', ''],
    ["name contains 'x'", 'name contains <x>', ''],
    ["name beginswith 'x'", 'name begins-with <x>', ''],
    ["substringof('x',name)", 'name contains <x>', ''],
    ["startswith('x',name)", 'name begins-with <x>', ''],
    ['name eq "it\'s"', "name eq <it's>", ''],
    [String.raw`name eq "a\"b"`, 'name eq <a"b>', ''],
    ["contains(tolower(name),'x') eq true", 'name contains <x>', ''],
    ["tolower(name) eq toupper('x')", 'name eq <x>', ''],
    ['a/any(t:t/b eq 1) ne true', 'not(any a{b eq <1>})', ''],
    ["parentaccountid.name eq 'x'", 'parentaccountid/name eq <x>', ''],
    ["tasks/any(t:t.subject eq 'x')", 'any tasks{subject eq <x>}', ''],
    ['?$filter=statecode eq 0', 'statecode eq <0>', ''],
    ['filter = where a eq 1', 'a eq <1>', ''],
    [`ownerid eq guid'${ID}'`, `ownerid eq <${ID}>`, ''],
    ["createdon ge datetime'2026-01-31T10:00:00Z'", 'createdon ge <2026-01-31T10:00:00Z>', ''],
    ['ThisMonth(CreatedOn)', 'CreatedOn this-month', ''],
    ["lastxdays(propertyname='createdon',propertyvalue='30')", 'createdon last-x-days <30>', ''],
    ["In(statuscode,['Won', 2])", 'statuscode in <Won><2>', ''],
    ['Between(x,[1k,2026-9-1])', 'x between <1k><2026-9-1>', ''],
  ])('%s', (text, tree, note) => {
    const { tree: found, said } = read(text)
    expect(found).toBe(tree)
    expect(said).toContain(note)
    expect(said === '').toBe(note === '')
  })
})
