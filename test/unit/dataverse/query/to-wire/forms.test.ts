import { describe, expect, test } from '@jest/globals'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { checkForms, FORMS, type FormName } from '../../../../../shared/dataverse/query/to-wire/forms.ts'

const NONE = Object.fromEntries(Object.keys(FORMS).map((name) => [name, false])) as Record<FormName, boolean>
const queryOf = (inner: string, attributes = '') =>
  parseFetch(`<fetch ${attributes}><entity name="account">${inner}</entity></fetch>`).fetch
const any = (inner: string): string =>
  `<link-entity name="contact" from="parentcustomerid" to="accountid" link-type="any">${inner}</link-entity>`
const filter = (inner: string): string => `<filter>${inner}</filter>`
const condition = (attributes: string): string => `<condition attribute="name" ${attributes}/>`

const NEEDING: readonly (readonly [FormName, string, string?])[] = [
  ['anyFilterLinks', filter(any(''))],
  ['anyFilterLinks', any('')],
  ['nestedAny', filter(any(filter(any(''))))],
  ['outerConditions', any(filter(condition('operator="null"'))).replace('"any"', '"outer"')],
  ['entityNameConditions', filter(condition('entityname="c" operator="null"'))],
  ['rawOrder', '<order attribute="statecode"/>', 'useraworderby="true"'],
  ['crossValueOf', filter(condition('operator="eq" valueof="c.name"'))],
  ['existsLinks', any('').replace('"any"', '"exists"')],
  ['likeEscapes', filter(condition('operator="like" value="50[%]%"'))],
]

describe('a form that a release does not send is refused by its name', () => {
  test.each(NEEDING)('%s: %s', (...[name, inner, attributes]) => {
    const query = queryOf(inner, attributes)
    const refusal = {
      code: 'unsupported_form',
      message: expect.stringContaining(`(${name})`),
      nextStep: expect.stringMatching(/\.$/),
    }
    expect(() => checkForms(query, { ...FORMS, [name]: false })).toThrow(expect.objectContaining(refusal))
    expect(() => checkForms(query)).not.toThrow()
  })

  test('and nothing else is', () => {
    const plain = `<order attribute="name"/>${filter(condition('operator="like" value="a[b-c]%"') + condition('operator="eq" value="[%]"') + condition('operator="eq" valueof="accountnumber"'))}<link-entity name="contact" from="contactid" to="primarycontactid" link-type="outer"><attribute name="fullname"/></link-entity>`
    expect(() => checkForms(queryOf(plain), NONE)).not.toThrow()
    expect(() => checkForms(queryOf('', 'useraworderby="true"'), NONE)).not.toThrow()
  })
})
