import { readChoice, readChoices, readYes } from '../../../../shared/dataverse/change/values/choice.ts'
import { readDate, readMoment, readWallTime } from '../../../../shared/dataverse/change/values/dates.ts'
import { findRow } from '../../../../shared/dataverse/change/values/lookup.ts'
import { readNumber } from '../../../../shared/dataverse/change/values/number.ts'
import { readText } from '../../../../shared/dataverse/change/values/text.ts'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { createAskedChanges } from '../../../../shared/mcp/writes/confirm/asked-changes.ts'
import { refusalOf } from '../../../../shared/mcp/tools/write/commit/change-refusal.ts'
import { clockIn, columnOf, outcomeOf } from '../../dataverse/change/values/support.ts'
import { ACCOUNT, METADATA } from '../../dataverse/support/tables.ts'
import type { Taker } from './foreign-text.ts'

const OPTIONS = ['Hot', 'Warm', 'Cold'].map((label, value) => ({ value, label }))
const [CHOICE, CHOICES] = [columnOf('Picklist', OPTIONS), columnOf('MultiSelectPicklist', OPTIONS)]
const CLOCK = clockIn('Europe/Berlin')
const place = { column: 'col', label: 'Column', note: () => undefined }
/** Nobody is called by any text. */
const nobody = {
  dataverseUrl: 'https://crm.example',
  metadata: { ...METADATA, entities: () => Promise.resolve({ all: [], byName: new Map() }) },
  dataverse: { batch: () => Promise.resolve([{ ok: true, value: { value: [] } }]) } as never,
}

const asked = createAskedChanges(() => Promise.resolve(new Uint8Array(32)), {
  userId: 'priya',
  clientId: 'a-client',
  organizationId: 'harbour',
  resource: 'https://crm.example/mcp',
})
const REFUSED = {
  tool: 'update_record',
  args: { entity: 'account', changes: [] },
  table: ACCOUNT,
  correlationId: 'c0ffee',
} as const
const ruleSaying = (text: string) => new DataverseError({ kind: 'refused', status: 400, code: '0x80040265', text })

/** Values of a change, each by the reader of its column. */
export const CHANGE_TAKERS: readonly Taker[] = [
  ['a text that is written', (text) => outcomeOf((at) => readText(text, { isMarkup: true }, at))],
  ['an address that is written', (text) => outcomeOf((at) => readText(text, { format: 'Email' }, at))],
  ['a link that is written', (text) => outcomeOf((at) => readText(text, { format: 'Url' }, at))],
  ['a number that is written', (text) => outcomeOf((at) => readNumber(text, { isWhole: false }, at))],
  ['a choice that is written', (text) => outcomeOf((at) => readChoice(text, CHOICE, at))],
  ['choices that are written', (text) => outcomeOf((at) => readChoices(text, CHOICES, at))],
  ['a yes that is written', (text) => outcomeOf((at) => readYes(text, CHOICE, at))],
  ['a day that is written', (text) => outcomeOf((at) => readDate(text, at, CLOCK))],
  ['a time that is written', (text) => outcomeOf((at) => readMoment(text, at, CLOCK))],
  ['a clock that is written', (text) => outcomeOf((at) => readWallTime(text, at, CLOCK))],
  ['the state of a question', (text) => asked.changeOf(text, {} as never)],
  ['the words of a rule that refuses a change', (text) => refusalOf(ruleSaying(text), REFUSED)],
  ['a row that is named', (text) => findRow(text, [ACCOUNT.entity], place, nobody).catch(() => undefined)],
]
