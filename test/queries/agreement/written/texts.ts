import { compare, oneOf, type Comparison } from '../comparison.ts'
import { like, text, textPart } from '../operands.ts'
import { among, behind, type Case } from '../place.ts'
import type { World } from '../world.ts'
import { conditions, type Row } from './tables.ts'

const PARTS = ['contains', 'startswith', 'endswith'] as const
const parts = (...texts: readonly string[]): Comparison[] =>
  texts.flatMap((one) => PARTS.flatMap((part) => [textPart(part, one), textPart(`not ${part}`, one)]))
const equal = (...texts: readonly string[]): Comparison[] =>
  texts.flatMap((one) => [compare('eq', text(one)), compare('ne', text(one))])

const unaccented = (name: string): string => name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss')

/** Names with accents, as people type them without. */
function accented(world: World): Row[] {
  const names = (entity: string, column: string): string[] =>
    world
      .values(entity, column)
      .map(String)
      .filter((name) => unaccented(name) !== name)
      .slice(0, 4)
  return (
    [
      ['account', 'name'],
      ['contact', 'fullname'],
      ['contact', 'lastname'],
      ['systemuser', 'fullname'],
    ] as const
  ).map(([entity, column]) => {
    const found = names(entity, column)
    const written = [...found, ...found.map(unaccented), ...found.map((name) => name.toUpperCase())]
    return [
      entity,
      column,
      ...equal(...new Set(written)),
      ...parts(...new Set(found.map((name) => unaccented(name).slice(0, 5)))),
    ]
  })
}

const own: readonly Row[] = [
  [
    'account',
    'name',
    ...parts('%', '_', '[', '100%', 'under_score', '[North]', 'TIDE', "'n", '<North>', '^', 'ltd', '-'),
  ],
  [
    'account',
    'name',
    ...equal(
      '100% Oak',
      'Under_score Interiors',
      "o'mara & o'neill yachts",
      '"Quoted" Decks <North>',
      'ALLSMALL TIMBER',
    ),
  ],
  [
    'account',
    'name',
    oneOf('in', [text('100% oak'), text("St Brannock's")]),
    oneOf('not in', [text('100% oak'), text("St Brannock's")]),
  ],
  ['account', 'description', ...parts('%', '50% off', "owner's"), ...equal("the owner's choice")],
  ['account', 'websiteurl', ...parts('a_b', '%20')],
  ['account', 'address1_city', ...equal('bristol', 'KÖLN'), ...parts('ö', 'Br')],
  ['account', 'accountnumber', ...equal('V-1004'), ...parts('V-100')],
  ['contact', 'jobtitle', ...parts('head', 'er', 'Owner'), ...equal('owner')],
  ['contact', 'lastname', ...parts('50%', '_la_', "O'")],
  ['email', 'subject', ...parts('50% deposit', "O'Mara", 'Re:')],
  ['quote', 'name', ...parts('Quote: ', '1')],
  ['incident', 'ticketnumber', ...parts('CAS-V', 'P')],
  [
    'account',
    'name',
    ...(['like', 'not-like'] as const).flatMap((op) => [
      like(op, 'tide%'),
      like(op, 'under_score%'),
      like(op, 'under[_]score%', 'under!_score%'),
      like(op, '100[%]%', '100!%%'),
      like(op, '%[[]north]%', '%[north]%'),
    ]),
  ],
]

const elsewhere: readonly Row[] = [
  [behind('account', 'parentaccountid'), 'name', ...parts('Tide', 'under_', '%'), ...equal('Tidewater UK')],
  [behind('account', 'primarycontactid'), 'fullname', ...parts('a', 'O')],
  [behind('opportunity', 'owninguser'), 'fullname', ...equal('priya nair', 'Callum Fraser'), ...parts('Fraser')],
  ...(['any', 'all', 'not any'] as const).flatMap((one): Row[] => [
    [among('account', 'contact_customer_accounts', one), 'jobtitle', ...parts('head'), ...equal('Owner')],
    [among('account', 'account_parent_account', one), 'name', ...parts('Tidewater', '_')],
  ]),
]

export const textCases = (world: World): Case[] => conditions([...own, ...elsewhere, ...accented(world)], world)
