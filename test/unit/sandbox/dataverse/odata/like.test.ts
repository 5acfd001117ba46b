import { expect, test } from '@jest/globals'

import { likeTest } from '../../../../sandbox/dataverse/query/text.ts'

test.each([
  ['%', 'anything', true],
  ['a%', 'Ashcombe', true],
  ['a_h%', 'ashcombe', true],
  ['a_h%', 'ah', false],
  ['%two lines%', 'first\ntwo lines', true],
  ['[a-c]%', 'Brückner', true],
  ['[a-c]%', 'Saltmarsh', false],
  ['[^a-c]%', 'Saltmarsh', true],
  ['[^a-c]%', 'ashcombe', false],
  ['[abc]x', 'cx', true],
  ['50[%]', '50%', true],
  ['50[%]', '505', false],
  ['a[_]b', 'a_b', true],
  ['a[_]b', 'axb', false],
  ['[[]x]', '[x]', true],
  ['[z-a]%', 'm', false],
  ['[-a]', '-', true],
  ['[^]', '^', true],
  ['a]b', 'a]b', true],
  ['(a.b)*+?|{1}^$\\', '(a.b)*+?|{1}^$\\', true],
  ['a.b', 'axb', false],
  ['[\\d]', '5', false],
  ['[a', '[a', true],
])('%j and %j: %j', (pattern, text, fits) => {
  expect(likeTest(pattern)(text)).toBe(fits)
})
