import { between, compare, NEGATED, oneOf, SIX, type Comparison, type Op, type Operand } from '../comparison.ts'
import * as value from '../operands.ts'
import { among, behind, type Case } from '../place.ts'
import type { World } from '../world.ts'
import { conditions, type Row } from './tables.ts'

const each = (ops: readonly Op[], ...operands: readonly Operand[]): Comparison[] =>
  operands.flatMap((operand) => ops.map((op) => compare(op, operand)))
const EQUALITY: readonly Op[] = ['eq', 'ne']
const ORDER: readonly Op[] = ['ge', 'lt']

/** An amount as people write it: alike in both languages. */
const AMOUNTS: readonly Operand[] = [
  value.spelledNumber('50k', 50_000),
  value.spelledNumber('1.5m', 1_500_000),
  value.spelledNumber('2bn', 2_000_000_000),
  value.spelledNumber('50,000', 50_000),
  value.spelledNumber('5e4', 50_000, true),
  value.spelledNumber('50_000', 50_000),
  value.spelledNumber('£ 50 000', 50_000),
  value.spelledNumber('£ 50000', 50_000),
  value.spelledNumber('£50k', 50_000),
  value.spelledNumber('€1,234.50', 1234.5),
  value.spelledNumber('1,234', 1234),
  value.spelledNumber('12.50', 12.5, true),
]
/** Thousands or thousandths, and decimal commas. */
const AMBIGUOUS: readonly Operand[] = ['50.000', '1.234', '12,50', '1.234,56', 'many'].map(value.refused)

const numbers: readonly Row[] = [
  ['opportunity', 'estimatedvalue', ...each(ORDER, ...AMOUNTS), ...each(['ge'], ...AMBIGUOUS)],
  [
    'opportunity',
    'estimatedvalue',
    ...each([...SIX, ...NEGATED], value.number(12_000)),
    ...each(EQUALITY, value.NOTHING),
  ],
  ['opportunity', 'closeprobability', ...each([...SIX, ...NEGATED], value.spelledNumber('50%', 50), value.number(35))],
  ['account', 'numberofemployees', ...each([...SIX, ...NEGATED], value.number(0), value.number(34))],
  [
    'account',
    'numberofemployees',
    ...each(EQUALITY, value.NOTHING),
    ...each(ORDER, value.spelledNumber('1,000', 1000)),
  ],
  ['account', 'revenue', ...each(SIX, value.number(114_700.5), value.spelledNumber('0.1m', 100_000))],
  [
    'account',
    'revenue',
    between('between', value.number(110_000), value.number(400_000)),
    between('not between', value.number(110_000), value.number(400_000)),
    between('between', value.spelledNumber('110k', 110_000), value.spelledNumber('£400,000', 400_000)),
    oneOf('in', [value.number(114_700.5), value.number(100_000)]),
    oneOf('not in', [value.number(114_700.5), value.number(100_000)]),
  ],
  [
    'account',
    'creditlimit',
    ...each([...SIX, ...NEGATED], value.spelledNumber('20k', 20_000)),
    ...each(EQUALITY, value.NOTHING),
  ],
  [
    behind('contact', 'parentcustomerid_account'),
    'revenue',
    ...each([...SIX, ...NEGATED], value.spelledNumber('150k', 150_000)),
  ],
  [
    behind('opportunity', 'parentaccountid'),
    'numberofemployees',
    ...each(SIX, value.number(34)),
    ...each(EQUALITY, value.NOTHING),
  ],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'opportunity_parent_account', one),
    'estimatedvalue',
    ...each([...SIX, ...NEGATED], value.spelledNumber('20k', 20_000)),
    ...each(EQUALITY, value.NOTHING),
    between('not between', value.number(5000), value.number(40_000)),
    oneOf('in', [value.number(12_000), value.number(20_000)]),
  ]),
]

const choices: readonly Row[] = [
  ['opportunity', 'statecode', ...each(EQUALITY, value.option(0), value.option(0, 'Open'), value.option(1, 'won'))],
  ['opportunity', 'statecode', ...each(['gt', 'ge', 'lt', 'le'], value.option(0), value.option(1, 'Won'))],
  ['opportunity', 'statuscode', ...each(EQUALITY, value.option(4, 'Canceled'), value.option(5, 'out-sold'))],
  ['opportunity', 'statuscode', ...each(['eq'], value.refused('7'), value.refused('Abandoned'))],
  [
    'opportunity',
    'salesstage',
    ...each(SIX, value.option(2), value.option(2, 'Propose')),
    ...each(EQUALITY, value.NOTHING),
  ],
  [
    'account',
    'industrycode',
    ...each(SIX, value.option(5), value.option(1, 'ACCOUNTING')),
    ...each(EQUALITY, value.NOTHING),
  ],
  [
    'account',
    'industrycode',
    oneOf('in', [value.option(5), value.option(6)]),
    oneOf('not in', [value.option(5), value.option(9)]),
    oneOf('in', [value.option(1, 'Accounting'), value.option(5)]),
    between('between', value.option(5), value.option(7)),
    between('not between', value.option(5), value.option(7)),
  ],
  ['lead', 'leadsourcecode', ...each(EQUALITY, value.option(8), value.NOTHING)],
  ['incident', 'prioritycode', ...each(EQUALITY, value.option(1), value.option(1, 'High'), value.NOTHING)],
  [
    'contact',
    'hp_interests',
    ...each(EQUALITY, value.exactly([1, 2]), value.exactly([12]), value.exactly([21, 2]), value.NOTHING),
  ],
  [
    'contact',
    'hp_interests',
    value.holdsAny('contain-values', [2]),
    value.holdsAny('contain-values', [12, 2]),
    value.holdsAny('not-contain-values', [1, 3]),
  ],
  [
    behind('contact', 'parentcustomerid_account'),
    'industrycode',
    ...each(EQUALITY, value.option(5), value.option(1, 'Accounting')),
  ],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'opportunity_parent_account', one),
    'statecode',
    ...each(EQUALITY, value.option(0, 'Open'), value.option(1)),
  ]),
]

const YES = ['y', 'Yes', 'true', 'on', 'YES']
const NO = ['n', 'no', 'false', 'off']
const yesNo: readonly Row[] = [
  [
    'account',
    'creditonhold',
    ...each(EQUALITY, ...YES.map((word) => value.option(1, word)), ...NO.map((word) => value.option(0, word))),
  ],
  [
    'account',
    'creditonhold',
    ...each(EQUALITY, value.option(1), value.option(0), value.NOTHING),
    ...each(['eq'], value.refused('perhaps')),
  ],
  [
    'account',
    'donotemail',
    ...each(EQUALITY, value.option(0, 'Allow'), value.option(1, 'do not allow'), value.option(1, 'yes')),
  ],
  ['phonecall', 'directioncode', ...each(EQUALITY, value.option(1, 'yes'), value.option(0, 'No'), value.option(1))],
  // Its labels say the opposite of its values: 0 is called "Yes".
  [
    'opportunity',
    'captureproposalfeedback',
    ...each(
      EQUALITY,
      value.option(0, 'Yes'),
      value.option(1, 'No'),
      value.option(1, 'true'),
      value.option(1),
      value.option(0),
    ),
  ],
  [
    behind('contact', 'parentcustomerid_account'),
    'creditonhold',
    ...each(EQUALITY, value.option(1, 'Yes'), value.option(0, 'n')),
  ],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'incident_customer_accounts', one),
    'isescalated',
    ...each(EQUALITY, value.option(1, 'yes')),
  ]),
]

const ACTIVITY_TYPES = [
  ['phonecall', 'phonecall'],
  ['Phone Call', 'phonecall'],
  ['phone call', 'phonecall'],
  ['4210', 'phonecall'],
  ['Appointment', 'appointment'],
  ['4201', 'appointment'],
  ['Task', 'task'],
  ['Email', 'email'],
  ['4202', 'email'],
] as const
const types: readonly Row[] = [
  [
    'activitypointer',
    'activitytypecode',
    ...each(EQUALITY, ...ACTIVITY_TYPES.map(([written, type]) => value.activityType(written, type))),
    ...each(['eq'], value.refused('Carrier pigeon')),
    oneOf('in', [value.activityType('Phone Call', 'phonecall'), value.activityType('4201', 'appointment')]),
    oneOf('not in', [value.activityType('phonecall', 'phonecall'), value.activityType('Task', 'task')]),
  ],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'Account_ActivityPointers', one),
    'activitytypecode',
    ...each(EQUALITY, value.activityType('Phone Call', 'phonecall')),
  ]),
]

/** Of each kind of column some that are empty at times. */
const empty: readonly Row[] = [
  ['account', 'description', ...each(EQUALITY, value.NOTHING, value.text('null'))],
  ['account', 'name', ...each(EQUALITY, value.NOTHING)],
  ['account', 'parentaccountid', ...each(EQUALITY, value.NOTHING)],
  ['opportunity', 'estimatedclosedate', ...each(EQUALITY, value.NOTHING)],
  ['opportunity', 'createdon', ...each(EQUALITY, value.NOTHING)],
  ['contact', 'birthdate', ...each(EQUALITY, value.NOTHING)],
  [behind('account', 'parentaccountid'), 'name', ...each(EQUALITY, value.NOTHING)],
  [behind('contact', 'parentcustomerid_account'), 'description', ...each(EQUALITY, value.NOTHING)],
  [behind('account', 'primarycontactid'), 'jobtitle', ...each(EQUALITY, value.NOTHING)],
  ...(['any', 'all', 'not any'] as const).map((one): Row => [
    among('account', 'contact_customer_accounts', one),
    'emailaddress1',
    ...each(EQUALITY, value.NOTHING),
  ]),
]

export const valueCases = (world: World): Case[] =>
  conditions([...numbers, ...choices, ...yesNo, ...types, ...empty], world)
