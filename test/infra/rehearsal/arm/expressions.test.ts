import { describe, expect, test } from '@jest/globals'
import { ArmError } from '../../../sandbox/azure/arm/errors.ts'
import { evaluateDeep, evaluateText } from '../../../sandbox/azure/arm/expression/evaluate.ts'
import type { Scope } from '../../../sandbox/azure/arm/expression/scope.ts'
import type { Value } from '../../../sandbox/azure/arm/expression/values.ts'

const values: Record<string, Value> = {
  text: 'Hello',
  list: ['b', 'a', 'b'],
  numbers: [1, 2, 3],
  nothing: '',
  none: null,
  thing: { Name: 'x', inner: { a: 1 } },
}

const scope: Scope = {
  parameter: (name) => values[name] ?? null,
  variable: (name) => values[name] ?? null,
  userFunctions: new Map([
    ['own.twice', { parameters: ['what'], output: "[concat(parameters('what'), parameters('what'))]" }],
  ]),
  copyIndexes: new Map([
    ['', 2],
    ['outer', 5],
  ]),
  lambdaVariables: new Map(),
  reference: (target, full) => (full ? { id: target } : { host: target }),
  resourceInfo: (symbol) => ({ id: `/id/${symbol}` }),
  place: {
    tenantId: 'tenant',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    subscriptionName: 'Contoso',
    resourceGroup: { name: 'rg', location: 'westeurope' },
    deployment: { name: 'dep', location: 'westeurope' },
    deployer: { objectId: 'o', userPrincipalName: 'u' },
    environment: { authentication: { loginEndpoint: 'https://login.microsoftonline.com/' } },
    now: '2026-11-28T08:00:00.000Z',
  },
}

const evaluate = (expression: string): Value => evaluateText(`[${expression}]`, scope)
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'

describe('the language of expressions', () => {
  test.each<[string, Value]>([
    ["'it''s'", "it's"],
    ['-3', -3],
    ["parameters('thing').name", 'x'],
    ["parameters('list')[1]", 'a'],
    ["parameters('thing')['inner'].a", 1],
    ["own.twice('ab')", 'abab'],
    ["  concat( 'a' , 'b' )  ", 'ab'],
  ])('[%s]', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected)
  })

  test('a text that begins with [[ stands for itself, and names of members are worked out, too', () => {
    expect(evaluateDeep({ "[concat('a', 'b')]": '[[not()]', plain: ['[true()]', 1] }, scope)).toEqual({
      ab: '[not()]',
      plain: [true, 1],
    })
  })

  test.each(["concat('a'", "concat('a',)", 'concat(a)', "'open", "parameters('thing').", "toLower('A') 'B'", '%', ''])(
    'refuses [%s]',
    (expression) => {
      expect(() => evaluate(expression)).toThrow(ArmError)
    },
  )

  test.each([
    ["loadJsonContent('x')", /function 'loadJsonContent' is not valid/],
    ["parameters('thing').missing", /property 'missing' doesn't exist, available properties are 'Name, inner'/],
    ["parameters('list')[7]", /out of bounds/],
    ['toLower(1)', /'String'.*'Integer'/],
    ["lambda('a', 1)", /lambda/],
    ["filter(parameters('list'), 'x')", /lambda is expected/],
    ["format('{1}', 'a')", /not given/],
    ["format('{0:N2}', 1)", /not known to this stand-in/],
    ["substring('abc', 2, 2)", /location within the string/],
    ["resourceId('Microsoft.Web/sites')", /requires '1'/],
  ])('says why it refuses %s', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message)
  })
})

describe('the functions', () => {
  // The values of the first block were printed by `bicep console` 0.49.2.
  test.each<[string, Value]>([
    ["uniqueString('a')", 'eveiun73364hy'],
    ["uniqueString('')", 'aaaaaaaaaaaaa'],
    ["uniqueString('abcd', 'efgh', 'x')", 'yu5z2tubsah6g'],
    ["guid('a', 'b')", '2d796349-8c7e-55ec-9624-54ece82ed031'],
    ["format('{0:D3}|{1}|{2}', 5, true(), createArray(1, 2))", '005|True|[1,2]'],
    [
      "union(createObject('a', createObject('b', 1), 'c', 1), createObject('a', createObject('d', 2), 'c', 2))",
      { a: { b: 1, d: 2 }, c: 2 },
    ],
    [
      "items(createObject('b', 1, 'A', 2))",
      [
        { key: 'A', value: 2 },
        { key: 'b', value: 1 },
      ],
    ],
  ])('%s as Bicep itself', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected)
  })

  test.each<[string, Value]>([
    ["concat('a', 1, true())", 'a1True'],
    ['concat(createArray(1), createArray(2))', [1, 2]],
    ["format('{0}-{{x}}', 'a')", 'a-{x}'],
    ["toLower('AbC')", 'abc'],
    ["toUpper('abc')", 'ABC'],
    ["trim('  a ')", 'a'],
    ["replace('a.b.c', '.', '-')", 'a-b-c'],
    ["split('https://x/y/', '/')", ['https:', '', 'x', 'y', '']],
    ["split('a;b,c', createArray(';', ','))", ['a', 'b', 'c']],
    ["join(take(split('https://x/y/', '/'), 3), '/')", 'https://x'],
    ["substring('abcdef', 2, 3)", 'cde'],
    ["startsWith('Hello', 'he')", true],
    ["endsWith('Hello', 'LO')", true],
    ["indexOf('Hello', 'L')", 2],
    ['string(true())', 'True'],
    ["base64('abc')", 'YWJj'],
    ["uriComponent('a b')", 'a%20b'],
    ["contains('Hello', 'ell')", true],
    ["contains(parameters('thing'), 'NAME')", true],
    ["contains(parameters('list'), 'A')", false],
    ["empty('')", true],
    ["empty(parameters('none'))", true],
    ['empty(createObject())', true],
    ["length(parameters('list'))", 3],
    ["take('abc', 2)", 'ab'],
    ["skip(parameters('numbers'), 1)", [2, 3]],
    ["first('abc')", 'a'],
    ["last(parameters('numbers'))", 3],
    ['range(3, 2)', [3, 4]],
    ['flatten(createArray(createArray(1), createArray(2)))', [1, 2]],
    ["union(parameters('list'), createArray('c'))", ['b', 'a', 'c']],
    ["array('a')", ['a']],
    ["objectKeys(createObject('b', 1, 'a', 2))", ['a', 'b']],
    ["shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))", { a: 2 }],
    ["tryGet(parameters('thing'), 'inner', 'b')", null],
    ["tryGet(parameters('thing'), 'inner', 'a')", 1],
    ["json('[1,2]')", [1, 2]],
    ["equals(createArray(1, 'a'), createArray(1, 'a'))", true],
    ["equals('a', 'A')", false],
    ['and(true(), not(false()))', true],
    ['or(false(), false())', false],
    ["if(true(), 'yes', reference())", 'yes'],
    ["coalesce(parameters('none'), 'x', reference())", 'x'],
    ["bool('TRUE')", true],
    ["int('42')", 42],
    ['less(1, 2)', true],
    ["greaterOrEquals('b', 'a')", true],
    ['add(mul(2, 3), mod(7, 4))', 9],
    ['div(-7, 2)', -3],
    ["filter(parameters('numbers'), lambda('n', greater(lambdaVariables('n'), 1)))", [2, 3]],
    ["filter(parameters('list'), lambda('x', 'i', equals(lambdaVariables('i'), 0)))", ['b']],
    ["map(parameters('numbers'), lambda('n', add(lambdaVariables('n'), 1)))", [2, 3, 4]],
    ["sort(parameters('numbers'), lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))", [3, 2, 1]],
    ["reduce(parameters('numbers'), 0, lambda('sum', 'n', add(lambdaVariables('sum'), lambdaVariables('n'))))", 6],
    [
      "toObject(items(createObject('a', 1)), lambda('e', lambdaVariables('e').key), lambda('e', lambdaVariables('e').value))",
      { a: 1 },
    ],
    [
      "map(createArray(1, 2), lambda('a', map(createArray(10), lambda('b', add(lambdaVariables('a'), lambdaVariables('b'))))))",
      [[11], [12]],
    ],
    ['copyIndex()', 2],
    ["copyIndex('outer', 1)", 6],
    ["resourceId('Microsoft.Web/sites', 'x')", `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Web/sites/x`],
    [
      "resourceId('other', 'Microsoft.Web/sites/config', 'x', 'y')",
      `${SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.Web/sites/x/config/y`,
    ],
    [
      "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')",
      `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r`,
    ],
    ["extensionResourceId('/a', 'Microsoft.Authorization/locks', 'l')", '/a/providers/Microsoft.Authorization/locks/l'],
    [
      "tenantResourceId('Microsoft.Management/managementGroups', 'm')",
      '/providers/Microsoft.Management/managementGroups/m',
    ],
    ["reference('site').host", 'site'],
    ["reference('site', '2025-03-01', 'Full').id", 'site'],
    ["resourceInfo('site').id", '/id/site'],
    ['tenant().tenantId', 'tenant'],
    ['subscription().subscriptionId', '00000000-0000-0000-0000-000000000001'],
    ['resourceGroup().location', 'westeurope'],
    ['deployment().name', 'dep'],
    ['deployer().objectId', 'o'],
    ['environment().authentication.loginEndpoint', 'https://login.microsoftonline.com/'],
    ['utcNow()', '20261128T080000Z'],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected)
  })

  test('resourceGroup() has no place in a deployment of the subscription', () => {
    const atSubscription = { ...scope, place: { ...scope.place, resourceGroup: undefined } }
    expect(() => evaluateText('[resourceGroup().name]', atSubscription)).toThrow(/not expected at this location/)
  })
})
