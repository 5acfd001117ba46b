/* oxlint-disable regexp/no-super-linear-backtracking, regexp/no-super-linear-move -- what it reads are our own short sentences */
const TEXT = "'(?:[^']|'')*'"
const LITERAL = String.raw`(?:${TEXT}|[\w:+-]+(?:\.\w+)*)`
const NAME = String.raw`[A-Za-z_]\w*(?:\/\w+)*`
const ONE = [
  String.raw`${NAME}\/(?:any|all)\((?:${TEXT}|[^()'…])*\)`,
  String.raw`(?:not )?(?:contains|startswith|endswith)\(${NAME},${TEXT}\)`,
  String.raw`Microsoft\.Dynamics\.CRM\.\w+\((?:${TEXT}|"[^"…]*"|[^()'"…])*\)`,
  String.raw`${NAME} (?:not )?in \((?:${LITERAL}(?:, )?)+\)`,
  String.raw`${NAME} (?:eq|ne|gt|ge|lt|le|like|not like) ${LITERAL}`,
].join('|')
const ODATA = new RegExp(String.raw`(?:${ONE})(?: and (?:${ONE}))*`, 'g')
const TAG = String.raw`<condition\b(?:[^">]|"[^"]*")*`
const FETCH = new RegExp(String.raw`${TAG}\/>|${TAG}>(?:<value>[^<]*<\/value>)+<\/condition>`, 'g')

/** The conditions that a next step or a note prints: they stand behind a colon, and what is to be filled in has an ellipsis. */
export function printedIn(hint: string, language: 'odata' | 'fetchxml'): readonly string[] {
  const behind = hint.includes(': ') ? hint.slice(hint.indexOf(': ')) : ''
  const found = behind.match(language === 'odata' ? ODATA : FETCH) ?? []
  return found.filter((one) => !one.includes('…'))
}

/** Names that a next step offers in the place of a wrong one. */
export function namesIn(hint: string): readonly string[] {
  const listed = /^(?:Did you mean|Write one of|Use one of|Expand one of): (.+)[?.]$/.exec(hint)?.[1] ?? ''
  return listed
    .split(', ')
    .map((item) => item.replace(/ \(.*\)$/, ''))
    .filter((item) => item !== '')
}

/** Words of one language that mean nothing to whoever asks in the other. */
export const FOREIGN = {
  odata:
    /<condition|link-entity|operator="|valueof|<filter|attribute="|link-type|FetchXML|<value>|entityname|\b(?:last|next|olderthan)-x-|\b(?:eq|ne|eq-or)-(?:user|business|above|under)|\b(?:begins-with|ends-with|contain-values|like-)|\bnot-(?:null|in|like|contain|begin|end|between|under)/i,
  fetchxml:
    /\b\w+ (?:eq|ne|gt|ge|lt|le) (?:null|'|\d)|\/(?:any|all)\(|\b(?:contains|startswith|endswith)\(|Microsoft\.Dynamics|PropertyName|\$filter|\b(?:startswith|endswith)\b|''|\bin \(/,
} as const
