import { expect } from '@jest/globals'
import type { Taker } from './foreign-text.ts'
import { CHARACTERS, filled, LONG, superLinear } from './timing.ts'

/** Openings without an end, separators in pairs, and words that a grammar of ours repeats. */
const PIECES = [
  ...[
    "'a",
    "a'",
    "''a",
    '"a',
    '(a',
    '((',
    'a)',
    'a,',
    'a;',
    'a=',
    '=a',
    'a&',
    'a/',
    '/a',
    'a:',
    'a.',
    '.a',
    'a b',
    ' \n',
  ],
  ...[
    '<a',
    '<a ',
    '<a>',
    '</a>',
    '<a b="',
    "<a b='",
    '<style>',
    '<style',
    '<br',
    '&amp;',
    '&lt',
    '<!--',
    '<![CDATA[',
    'a="b" ',
  ],
  ...[
    'not ',
    'not (',
    'a and ',
    'a or ',
    'name eq 1 and ',
    '1,',
    '1-',
    '1.1',
    '2026-01-01 ',
    '%20',
    '[a',
    '{a',
    '{{a}}',
    '\n at ',
  ],
  ...['TraceText', '-->', 'dynamics.read ', 'a_b', 'Bearer ', '--', '--b\r\n', 'A: b\r\n', 'AADSTS', '😀a', 'é\u0301'],
]

/**
 * That what takes a text from outside takes a time that grows no faster than the text.
 * @param isMine which of the texts it is given, by their numbers; default: all
 */
export async function expectLinear(take: Taker[1], isMine: (at: number) => boolean = () => true): Promise<void> {
  const characters = CHARACTERS.filter((_, at) => isMine(at))
  const pieces = PIECES.filter((_, at) => isMine(at))
  const slow = [
    ...(await superLinear(take, characters, filled)),
    ...(await superLinear(take, pieces, filled, { longest: LONG / 4 })),
  ]
  expect(slow).toEqual([])
}
