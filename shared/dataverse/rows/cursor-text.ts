import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Whoever changes a phrase or a word below gives this another number: what was written with the old ones cannot be
 * read with the new.
 */
export const CURSOR_VERSION = 3

/** What FetchXML of ours is made of, longest first where one holds another; each becomes one character. */
const PHRASES = [
  '"/><filter type="and"><condition attribute="',
  '" descending="true"/><order attribute="',
  '"/></filter></entity></fetch>',
  '"/></filter><link-entity name="',
  '"/><link-entity name="',
  '"><filter type="and"><condition attribute="',
  '<filter type="or"><condition attribute="',
  '"/></link-entity></entity></fetch>',
  '"/><condition attribute="',
  '"/><order attribute="',
  '"><attribute name="',
  '"/><attribute name="',
  '"/></entity></fetch>',
  '<fetch useraworderby="true"><entity name="',
  '<fetch><entity name="',
  '</value></condition>',
  '</value><value>',
  '"><value>',
  '" operator="eq" value="',
  '" operator="',
  '" value="',
  '" from="',
  '" link-type="outer',
  '" first="',
  ' last="',
  '" /></cookie>',
] as const

/** Names that many queries have, the likeliest last: what stands nearer to the text is cheaper to point at. */
const DICTIONARY = Buffer.from(
  `<fetch aggregate="true" distinct="true"" aggregate="count" alias="" groupby="true" dategrouping="month"<order alias="
link-entity name="/></filter></link-entity>" link-type="not any" entityname="" valueof="" to="" alias="</filter>
neqnot-innot-likenot-nullleltgtlikeinnullbetweencontain-valueseq-useridlast-x-dayson-or-beforeon-or-afterthis-month
descriptionactivityidregardingobjectidactivitytypecodescheduledendscheduledstartactualendprioritycodetitleticketnumber
incidentidcasetypecodeleadsourcecodesubjectcompanynamejobtitleemailaddress1telephone1mobilephoneaddress1_cityaddress1_country
primarycontactidparentcustomeridparentaccountidparentcontactidindustrycoderevenuenumberofemployeesaccountnumberwebsiteurl
systemuseridfullnamebusinessunitidowningteamowninguserowningbusinessunittransactioncurrencyid_customerid_value_ownerid_value
leadidquoteidcontactidaccountidactualvalue_baseactualclosedatecloseprobabilityestimatedclosedateestimatedvalue_basesalesstage
opportunityidcustomeridestimatedvaluemodifiedoncreatedonownerid2026-statuscodestatecodename"/></filter><order attribute="<cookie page="2"><`
    .split('\n')
    .join(''),
)

/** No text of a cursor holds them: XML cannot, and names do not. */
const CONTROL = /\p{Cc}/u
const FIRST_PHRASE = 1
const BRACED_ID = '\u001d'
const BARE_ID = '\u001e'
const NEXT_FIELD = '\u001f'
const ID =
  /\{[\dA-F]{8}(?:-[\dA-F]{4}){3}-[\dA-F]{12}\}|(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])/g
const ID_BYTES = 16
const MOST_IDS = 255
const MOST_BYTES = 400_000
const DEFLATE = { dictionary: DICTIONARY, level: 9, memLevel: 9 }
/** Made in a fraction of the time: for a text that fits into its window beside the dictionary, as most do. */
const SMALL = { ...DEFLATE, windowBits: 12, memLevel: 5 }
/** zlib points back no further than its window less the longest match and the bytes beside it. */
const REACH = 2 ** SMALL.windowBits - 262

/** Whether a text can be a field of a cursor. */
export function isPlain(field: string): boolean {
  return !CONTROL.test(field)
}

/** A field without its ids, which stand apart. */
export type ShortField = { readonly text: string; readonly ids: readonly Buffer[] }

/**
 * Fields as few bytes: what FetchXML is made of becomes one character each, ids their sixteen bytes, and the rest is
 * deflated with words that most queries have.
 * @see RFC 1951
 */
export function packFields(fields: readonly ShortField[]): Buffer {
  const ids = fields.flatMap((field) => field.ids)
  const text = Buffer.from(fields.map((field) => field.text).join(NEXT_FIELD))
  const options = DICTIONARY.length + text.length <= REACH ? SMALL : DEFLATE
  return Buffer.concat([Buffer.from([ids.length]), ...ids, deflateRawSync(text, options)])
}

/** @throws for bytes that {@link packFields} did not make */
export function unpackFields(bytes: Uint8Array): string[] {
  const packed = Buffer.from(bytes)
  const start = 1 + (packed[0] ?? 0) * ID_BYTES
  const ids = packed.subarray(1, start)
  const inflated = inflateRawSync(packed.subarray(start), { dictionary: DICTIONARY, maxOutputLength: MOST_BYTES })
  let used = 0
  const nextId = (): string => {
    const hex = ids.subarray(used, (used += ID_BYTES)).toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
  const long = inflated.toString().replaceAll(/\p{Cc}/gu, (character) => {
    if (character === BRACED_ID) return `{${nextId().toUpperCase()}}`
    if (character === BARE_ID) return nextId()
    return PHRASES[character.charCodeAt(0) - FIRST_PHRASE] ?? character
  })
  return long.split(NEXT_FIELD)
}

function shorten(field: string, room: number): ShortField {
  const ids: Buffer[] = []
  const withoutIds = field.replaceAll(ID, (id) => {
    if (ids.length >= room) return id
    ids.push(Buffer.from(id.replaceAll(/[^\da-fA-F]/g, ''), 'hex'))
    return id.startsWith('{') ? BRACED_ID : BARE_ID
  })
  const short = PHRASES.reduce(
    (text, phrase, at) => text.replaceAll(phrase, String.fromCharCode(FIRST_PHRASE + at)),
    withoutIds,
  )
  return { text: short, ids }
}

/**
 * Fields with what FetchXML is made of as single characters.
 * @param before what stands before them, and has its own share of the room for ids
 */
export function shortFields(fields: readonly string[], before: readonly ShortField[] = []): readonly ShortField[] {
  const all = [...before]
  for (const field of fields) all.push(shorten(field, MOST_IDS - all.reduce((sum, { ids }) => sum + ids.length, 0)))
  return all.slice(before.length)
}
