import { MASKS, modelHides } from '../../../../shared/config/model-hides.ts'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { cleanAnswer, type Shape } from '../../../../shared/dataverse/hiding/clean-rows.ts'
import { guardRead } from '../../../../shared/dataverse/hiding/reads/guard-read.ts'
import { hidesIn } from '../../../../shared/dataverse/hiding/hides.ts'
import { maskValue } from '../../../../shared/dataverse/hiding/mask-value.ts'
import { withoutWords } from '../../../../shared/dataverse/hiding/without-words.ts'
import { indexEntities } from '../../../../shared/dataverse/metadata/read/entity-index.ts'
import { withOptions } from '../../../../shared/dataverse/web-api/url.ts'
import { OPPORTUNITY } from '../../dataverse/support/tables.ts'

const index = indexEntities([OPPORTUNITY.entity])
const hides = hidesIn(index, modelHides.parse('opportunity.name, *.emailaddress1=mask:domain'))
const metadata = { entities: () => Promise.resolve(index), tables: () => Promise.resolve([OPPORTUNITY]) }
const SHAPE: Shape = { within: new Map(), hidingOf: (key) => hides.hidingOf('opportunity', key) }

/** A refusal is an answer as well. */
const read = async (base: string, options: Record<string, string>): Promise<unknown> => {
  try {
    return await guardRead(withOptions(base, options), { metadata, index, hides })
  } catch (error) {
    return error
  }
}

const { entitySet } = OPPORTUNITY.entity

/** What takes texts where an administrator keeps something from models. */
export const HIDING_TAKERS: readonly (readonly [name: string, take: (text: string) => unknown])[] = [
  ['a key of a read that is guarded', (text) => read(`${entitySet}(name=${text})`, {})],
  ['a condition of one', (text) => read(entitySet, { $filter: text, $orderby: text })],
  ['columns of one', (text) => read(entitySet, { $select: text, $expand: `${text}($select=${text}),a($select=b)` })],
  ['FetchXML of one', (text) => read(entitySet, { fetchXml: `<fetch><entity name="opportunity">${text}` })],
  [
    'a row that is cleaned',
    (text) =>
      cleanAnswer(
        { value: [{ [text]: text, 'a@OData.Community.Display.V1.FormattedValue': text, a: text }] },
        SHAPE,
        hides,
      ),
  ],
  [
    'an error without its words',
    (text) => withoutWords(new DataverseError({ kind: 'refused', status: 403, code: '0x80040265', text })),
  ],
  ['a value that is masked', (text) => MASKS.map((mask) => maskValue(mask, text.slice(0, 400)))],
]
