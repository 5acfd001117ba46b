import { conditionTexts } from '../../../../shared/dataverse/query/terms/bare-term.ts'
import { speaksOf } from '../../../../shared/reports/analysis/plan/speaks-of.ts'
import { parsePolicies } from '../../../../infra/doctor/wire/content-policy.ts'
import { parseChallenge } from '../../../../infra/doctor/wire/challenge-header.ts'
import { foreignCause } from '../../../../infra/doctor/wire/foreign-cause.ts'
import { plain, plainLines, quoted } from '../../../../infra/doctor/wire/plain-text.ts'
import { readBatch } from '../../../../shared/dataverse/web-api/batch-body.ts'
import { createCursors } from '../../../../shared/dataverse/rows/cursor.ts'
import { DataverseError, parseErrorBody, QueryError } from '../../../../shared/dataverse/errors.ts'
import { bareGuid } from '../../../../shared/dataverse/query/resolve/values/references/reference.ts'
import { whoOf, wordsForAsker } from '../../../../shared/dataverse/query/resolve/values/references/who.ts'
import { findColumn, unknownColumn } from '../../../../shared/dataverse/query/resolve/names/find-column.ts'
import { findOption, unknownOption } from '../../../../shared/dataverse/query/resolve/values/find-option.ts'
import { cellsOf, layoutOf, searchedColumnsOf } from '../../../../shared/dataverse/metadata/read/view-xml.ts'
import { causeOf, nextStepFor } from '../../../../shared/dataverse/advice/next-step.ts'
import type { QueryOptions } from '../../../../shared/dataverse/query/from-odata/read-options.ts'
import { isLike } from '../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import { writeFetch } from '../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { likeness, nearPatterns } from '../../../../shared/dataverse/search/near-names.ts'
import { bareNumber, readNumber } from '../../../../shared/dataverse/search/phone-number.ts'
import { quickFindQuery } from '../../../../shared/dataverse/search/quick-find-query.ts'
import { spellingKey, spellingsOf } from '../../../../shared/dataverse/search/spellings.ts'
import { keyPredicate } from '../../../../shared/dataverse/records/record-key.ts'
import { readReference } from '../../../../shared/dataverse/records/record-reference.ts'
import { denseRows } from '../../../../shared/dataverse/rows/dense-rows.ts'
import { compactRows } from '../../../../shared/dataverse/rows/rows.ts'
import { remainingOf } from '../../../../shared/dataverse/web-api/service-protection/remaining.ts'
import { retryAfterSeconds } from '../../../../shared/dataverse/web-api/service-protection/throttling.ts'
import { unknownNameIn } from '../../../../shared/dataverse/advice/unknown-name.ts'
import { readAnswer, readRedirect } from '../../../../shared/entra/refusals/entra-answer.ts'
import { cleanMessage } from '../../../../shared/grants/switches/message.ts'
import { readBearer } from '../../../../shared/http/headers/bearer.ts'
import { clientAddressOf, networkOf } from '../../../../shared/http/bounds/client-address.ts'
import { jsonExcess } from '../../../../shared/http/bounds/json-excess.ts'
import { MCP_JSON } from '../../../../shared/http/bounds/sizes.ts'
import { parseCookies } from '../../../../shared/http/headers/cookies.ts'
import { formParameters, jsonObject } from '../../../../shared/http/form.ts'
import { refuseHeaderReplacement } from '../../../../shared/http/headers/header-replacement.ts'
import { acceptedOf } from '../../../../shared/http/headers/accept.ts'
import { homeEndpoint } from '../../../../shared/http/pages/home.ts'
import { escapeHtml } from '../../../../shared/http/pages/html.ts'
import { azureFailure } from '../../../../shared/manage/azure-failure.ts'
import { parseJson } from '../../../../shared/dataverse/web-api/parse-json.ts'
import { asksForReports } from '../../../../shared/mcp/endpoint/asks-for-reports.ts'
import { askedPart } from '../../../../shared/mcp/endpoint/messages/asked-part.ts'
import { nextPaging } from '../../../../shared/dataverse/query/to-wire/paging.ts'
import { kindOfValue } from '../../../../shared/mcp/audit/value-kind.ts'
import { columnMatches, wordsOf } from '../../../../shared/mcp/tools/metadata/entity-description.ts'
import { knownArguments } from '../../../../shared/mcp/tool/arguments/known-arguments.ts'
import { plainArguments } from '../../../../shared/mcp/tool/arguments/plain-arguments.ts'
import { denseTable } from '../../../../shared/mcp/tool/readable-text.ts'
import { withoutMarkup } from '../../../../shared/mcp/tool/markup.ts'
import { plainLine, plainText } from '../../../../shared/mcp/tool/plain-text.ts'
import { visible, visibleTexts } from '../../../../shared/dataverse/records/visible-text.ts'
import { columnLines } from '../../../../shared/mcp/tools/fetch/record-text.ts'
import { relatedLines } from '../../../../shared/mcp/tools/fetch/related-text.ts'
import { tieNotes } from '../../../../shared/mcp/tools/query/ties.ts'
import { getRecord } from '../../../../shared/mcp/tools/get-record.ts'
import { searchWords } from '../../../../shared/mcp/tools/search/search-terms.ts'
import { batchProblem } from '../../../../shared/mcp/endpoint/messages/batch.ts'
import { finalMessages } from '../../../../shared/mcp/endpoint/messages/final-messages.ts'
import { plainError } from '../../../../shared/mcp/endpoint/messages/plain-error.ts'
import { refuseRequest } from '../../../../shared/mcp/endpoint/messages/refuse-request.ts'
import { shortRefusal } from '../../../../shared/mcp/endpoint/messages/short-refusal.ts'
import { isReportViewUri } from '../../../../shared/mcp/reports/report-view-uri.ts'
import { isChangeViewUri } from '../../../../shared/mcp/writes/card/change-view-uri.ts'
import { questionOf } from '../../../../shared/mcp/writes/confirm/question.ts'
import { addressesForLog, addressForPage } from '../../../../shared/http/foreign-address.ts'
import { asQueryText, stateAsSent } from '../../../../shared/oauth/authorize/state.ts'
import { redirectHostOf } from '../../../../shared/oauth/clients/redirect-receiver.ts'
import { parseHints } from '../../../../shared/oauth/authorize/hints.ts'
import { parsePrompt } from '../../../../shared/oauth/authorize/prompt.ts'
import { flowOf } from '../../../../shared/oauth/authorize/start-sign-in.ts'
import { isMetadataDocumentUrl } from '../../../../shared/oauth/clients/documents/client-id-metadata-document.ts'
import { cleanClientName } from '../../../../shared/oauth/clients/client-name.ts'
import { isInsideName } from '../../../../shared/oauth/clients/documents/document-hosts.ts'
import { isPublicAddress } from '../../../../shared/oauth/clients/documents/public-address.ts'
import { readMetadataDocument } from '../../../../shared/oauth/clients/documents/read-metadata-document.ts'
import { createAdvice } from '../../../../shared/oauth/clients/admission-advice.ts'
import { isAllowedRedirect, isRegisteredRedirect } from '../../../../shared/oauth/clients/redirect-uri.ts'
import { createClientIds } from '../../../../shared/oauth/clients/registration/client-ids.ts'
import { parseClientMetadata } from '../../../../shared/oauth/clients/registration/client-metadata.ts'
import { isCodeVerifier } from '../../../../shared/oauth/pkce/check-code-verifier.ts'
import { isCodeChallenge } from '../../../../shared/oauth/pkce/code-challenge.ts'
import { checkResource } from '../../../../shared/oauth/resource.ts'
import { grantedScope } from '../../../../shared/oauth/scope.ts'
import { bareSource } from '../../../../shared/dataverse/query/model/query.ts'
import { asColumn } from '../../../../shared/dataverse/query/terms/as-column.ts'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { checkMeasure } from '../../../../shared/reports/analysis/parse/check-measure.ts'
import type { WrittenAnalysis } from '../../../../shared/reports/analysis/parse/parse-analysis.ts'
import { readAnalysis } from '../../../../shared/reports/analysis/read-analysis.ts'
import { advised } from '../../../../shared/reports/analysis/plan/advised.ts'
import { checkReport } from '../../../../shared/reports/check/check-report.ts'
import { checkTemplate } from '../../../../shared/reports/check/check-template.ts'
import { mergeTerms } from '../../../../shared/reports/terms/merge-terms.ts'
import { formatEvent } from '../../../../shared/telemetry/format-event.ts'
import { parseToken } from '../../../../shared/tokens/token.ts'
import { resolve as resolveFetch } from '../../dataverse/query/from-fetchxml/fetch-resolve.ts'
import { inOData } from '../../dataverse/query/resolve/asking.ts'
import { METADATA } from '../../dataverse/query/from-fetchxml/fetch-tables.ts'
import { OPPORTUNITY } from '../../dataverse/support/tables.ts'
import { CHANGE_TAKERS } from './change-takers.ts'
import { TOLD_TAKERS } from './told-takers.ts'
import { HIDING_TAKERS } from './hiding-takers.ts'
import { incoming, posted } from '../../http/incoming.ts'

/** What a test does with a text from outside. */
export type Taker = readonly [name: string, take: (text: string) => unknown]

const BASE = 'https://crm.example'
const HOLDER = { userId: 'x', organizationId: 'x', resource: 'x' }
const page = () => ({ status: 200 })
const HOME = { name: 'x', version: '1', publicBaseUrl: BASE, signOutUrl: BASE, writes: false, page }
const home = homeEndpoint(HOME, () => page())
const rule = { patterns: [`${BASE}/a/*/b`], loopback: ['/callback'] }
const advise = createAdvice(['chatgpt'])
const clientIds = createClientIds({ index: () => Promise.resolve(new Uint8Array(32)) })
const refused = (text: string) => new DataverseError({ kind: 'refused', status: 403, code: '0x80060888', text })
const choice = OPPORTUNITY.byName.get('salesstage')!
const topic = OPPORTUNITY.byName.get('name')!
const SHOWN = { shown: { subject: 'about', notetext: '' }, openOnly: false, of: 'x', lists: [] }
const NOTES = { of: { ...SHOWN, entity: OPPORTUNITY.entity }, more: false, through: [] }
const error = (message: string) => JSON.stringify({ error: { code: '0x0', message } })
const xmlEscaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const odata = (options: QueryOptions) => inOData(options)
const analysis = (written: Partial<WrittenAnalysis>) => {
  const measures = ['count']
  const metadata = { ...METADATA, terms: () => Promise.resolve(BUILT_IN_TERMS) }
  return readAnalysis({ entity: 'opportunity', measures, ...written }, () => undefined, metadata)
}
const advice = (text: string) =>
  advised(new QueryError('invalid_measure', `"${text}"`, 'x'), { entity: 'opportunity', measures: [text] }, METADATA)
const asTerm = (text: string) => {
  const refused = new QueryError('unknown_column', `The entity opportunity has no column "${text}".`, 'x')
  const metadata = { ...METADATA, terms: () => Promise.resolve(BUILT_IN_TERMS) }
  return asColumn(refused, bareSource('opportunity'), { metadata, notation: 'odata' })
}
const ours = (term: { readonly name: string; readonly measure?: string }) =>
  checkMeasure({ slug: 'ours', aliases: [], meaning: 'x', entity: 'opportunity', ...term }, BUILT_IN_TERMS)
const TERM = { slug: 'ours', name: 'ours', meaning: 'x', entity: 'opportunity', filter: 'name ne null' }
/** Beside one alone: what the others cost is the same for every text. */
const BESIDE = BUILT_IN_TERMS.filter(({ slug }) => slug === 'open-pipeline')
const termOf = (definition: string) => mergeTerms(BESIDE, [{ slug: 'ours', hidden: false, definition }])
const fetchOf = (inner: string) => resolveFetch(`<fetch><entity name="opportunity">${inner}</entity></fetch>`)
const condition = (attribute: string, operator: string, text: string) =>
  fetchOf(`<filter><condition attribute="${attribute}" operator="${operator}" value="${xmlEscaped(text)}"/></filter>`)
const literal = (text: string) => text.replaceAll("'", "''")
const document = (members: object) =>
  readMetadataDocument(
    `${BASE}/c.json`,
    {
      client_id: `${BASE}/c.json`,
      client_name: 'x',
      redirect_uris: [BASE],
      ...members,
    },
    rule,
    advise,
  )

const STRANGERS: readonly Taker[] = [
  ['cookies', parseCookies],
  ['hops', (text) => networkOf(clientAddressOf(text, 1)) + clientAddressOf(`1.2.3.4, ${text}`, 2)],
  ['bytes before they are parsed', (text) => jsonExcess(Buffer.from(`{"a":"${text}","b":${text}`), MCP_JSON)],
  ['names of a body', (text) => refuseHeaderReplacement(new URLSearchParams({ [text]: text }), Buffer.from(text))],
  ['a prompt', (text) => parsePrompt(new Map([['prompt', text]]))],
  ['hints', (text) => parseHints(new Map(['login_hint', 'domain_hint'].map((name) => [name, text])))],
  ['a registration', (text) => parseClientMetadata({ client_name: text, redirect_uris: [text] })],
  ['an id that was registered', (text) => clientIds.open(`dmi2_${text}`)],
  ['a bearer', (text) => readBearer(new Headers({ authorization: `Bearer ${text}` }), 500)],
  ['a scheme', (text) => readBearer(new Headers({ authorization: text }), 500)],
  ['a form', (text) => formParameters(posted('application/x-www-form-urlencoded', text))],
  ['a content type', (text) => formParameters(posted(text, 'a=b'))],
  ['JSON', (text) => jsonObject(posted('application/json', text))],
  ['a path', (text) => home(incoming({ path: `/${text}` }))],
  ['a path and more', (text) => home(incoming({ path: `/${text}x` }))],
  ['HTML', escapeHtml],
  ['an Accept header', (text) => acceptedOf(text, ['application/json'])],
  ['an event stream', (text) => finalMessages(`data: ${text}\ndata: ${text}`)],
  ['a batch', (text) => batchProblem(parseJson(`[${text}]`), text)],
  ['the name of a tool', (text) => refuseRequest({ method: 'tools/call', params: { name: text } }, ['whoami'])],
  ['an error of the SDK', (text) => plainError({ code: 1, message: text }, text, 'legacy')],
  ['a refusal of the SDK', (text) => [shortRefusal(text), shortRefusal(JSON.stringify({ error: { message: text } }))]],
  ['an address of the view', (text) => isReportViewUri(text) || isReportViewUri(`ui://reports/view-${text}`)],
  ['an address of the card', (text) => isChangeViewUri(text) || isChangeViewUri(`ui://changes/view-${text}`)],
  [
    'a change in a question',
    (text) =>
      questionOf('update_record', {
        entity: text,
        name: text,
        changes: [{ column: text, label: text, from: text, to: text }],
      }),
  ],
  ['an MCP message', (text) => asksForReports(parseJson(text))],
  ['the method of one', (text) => asksForReports({ method: text })],
  ['a redirect address', (text) => isAllowedRedirect(`${BASE}/a/${text}/b`, rule) || isAllowedRedirect(text, rule)],
  ['why one is refused', (text) => advise.redirect(text).reason + advise.redirect(`${BASE}/${text}`).reason],
  ['why a host is refused', (text) => advise.metadataHost(text)],
  ['refused addresses in the log', (text) => addressesForLog([text, `${BASE}//${text}`])],
  ['a refused address on a page', (text) => addressForPage(text) ?? addressForPage(`${BASE}/${text}`)],
  ['a state', (text) => stateAsSent(text) ?? stateAsSent(`state=${text}`)],
  ['a state in an answer', asQueryText],
  ['who receives', (text) => redirectHostOf(text)],
  ['a registered one', (text) => isRegisteredRedirect(text, [text, `${text}x`, `http://localhost/${text}`])],
  ['a client name', cleanClientName],
  ['an administrator’s message', cleanMessage],
  ['a client id', (text) => isMetadataDocumentUrl(text) || isMetadataDocumentUrl(`${BASE}/${text}`)],
  ['a host', isInsideName],
  ['an address', isPublicAddress],
  ['a name in a document', (text) => document({ client_name: text })],
  ['a redirect in a document', (text) => document({ redirect_uris: [text] })],
  ['a scope', (text) => grantedScope(text, true)],
  ['a resource', (text) => checkResource(text, BASE)],
  ['a challenge, a verifier', (text) => isCodeChallenge(text) || isCodeVerifier(text)],
  ['a state', flowOf],
  ['a token', (text) => parseToken('access', text) ?? parseToken('access', `dma_${text}`)],
  ['an event', (text) => formatEvent({ name: 'client.refused', reason: text } as never, 'text')],
]

const SERVICES: readonly Taker[] = [
  ['an answer of Entra', (text) => readAnswer(400, text, { error: text, claims: text })],
  ['what Entra puts into the redirect', (text) => readRedirect(text, `AADSTS${text} Correlation ID: ${text}`)],
  ['a failure of Azure', (text) => azureFailure(Object.assign(new Error(text), { code: text, name: text }))],
  ['an error of Dataverse', (text) => parseErrorBody(400, error(text))],
  ['a body that is none', (text) => parseErrorBody(400, text)],
  [
    'its cause and next step',
    (text) => [causeOf(refused(text)), nextStepFor(refused(text)), unknownNameIn(refused(text))],
  ],
  ['what is left of a budget', (text) => remainingOf({ get: () => text })],
  ['Retry-After', (text) => retryAfterSeconds(text, 0)],
  ['the type of a batch', (text) => readBatch(`multipart/mixed; ${text}`, '', 1)],
  ['a batch', (text) => readBatch('multipart/mixed; boundary=b', `--b\r\n${text}\r\n--b--`, 1)],
  ['a header of a batch', (text) => readBatch('multipart/mixed; boundary=b', `--b\r\nA: ${text}\r\n\r\nx\r\n--b--`, 1)],
  ['the layout of a view', (text) => [cellsOf(text), layoutOf(`<cell name="${text}`), cellsOf(`<cell ${text}`)]],
  ['the query of a view', (text) => [searchedColumnsOf(text), searchedColumnsOf(`<filter ${text}`)]],
  [
    'a row',
    (text) => compactRows([{ [text]: text, a: text, 'a@OData.Community.Display.V1.FormattedValue': text }], []),
  ],
  ['a text of a record', plainText],
  ['what is seen of it', (text) => [visible(text), visible(`${text}\u200b`), visibleTexts({ a: [text] })]],
  ['a line of a record', (text) => plainLine(text, 200)],
  ['a mail', (text) => withoutMarkup(`<p>${text}</p>`)],
  ['a mail that is one tag', (text) => withoutMarkup(`<br/><style ${text}`)],
  ['a mail of long tags', (text) => withoutMarkup(`<p>${'x'.repeat(2_001)}<${text}>`.repeat(3) + '</p>')],
  ['a record as text', (text) => columnLines({ name: text }, [topic], 5_000)],
  ['a table', (text) => denseTable([{ name: text }], [[text]], 8_000)],
  ['a tie', (text) => tieNotes([{ a: text }], { a: text }, [{ attribute: 'a', descending: false }], new Set())],
  ['labels told apart', (text) => denseRows([{ a: { id: text, label: text } }, { a: { value: 1, label: text } }])],
  ['a note on it', (text) => relatedLines({ ...NOTES, rows: [{ subject: text, notetext: text }] }, 5_000)],
  ['a report that somebody wrote', (text) => checkReport('x', JSON.stringify({ slug: text, fetchxml: text }))],
  ['a term that somebody wrote', (text) => [termOf(JSON.stringify({ slug: 'x', name: text })), termOf(text)]],
  ['the names of one', (text) => termOf(JSON.stringify({ ...TERM, name: text.slice(0, 40), aliases: [text] }))],
  ['the conditions of one', (text) => termOf(JSON.stringify({ ...TERM, filter: text, date: text, amount: text }))],
  ['its template', (text) => checkTemplate(`<fetch><entity name="a"><filter value="${text}"/></entity></fetch>`, [])],
  ['a challenge', (text) => parseChallenge(`Bearer ${text}`)],
  ['a content policy', parsePolicies],
  ['a page of somebody else', (text) => foreignCause({ status: 403, headers: new Headers(), text })],
  ['what a server says', (text) => [plain(text), plainLines(text), quoted(text)]],
]

const MODELS: readonly Taker[] = [
  ['a filter', (filter) => odata({ filter })],
  ['a column in a filter', (text) => odata({ filter: `${text} eq 1` })],
  ['words in a filter', (text) => odata({ filter: `name eq '${literal(text)}'` })],
  ['a pattern', (text) => odata({ filter: `name like '${literal(text)}'` })],
  ['a number in a filter', (text) => odata({ filter: `estimatedvalue gt '${literal(text)}'` })],
  ['a bare value', (text) => odata({ filter: `estimatedvalue gt ${text}` })],
  ['a date in a filter', (text) => odata({ filter: `createdon ge '${literal(text)}'` })],
  ['a choice in a filter', (text) => odata({ filter: `salesstage eq '${literal(text)}'` })],
  ['several choices', (text) => odata({ filter: `interests eq '${literal(text)}'` })],
  ['a part of a choice', (text) => odata({ filter: `contains(salesstage,'${literal(text)}')` })],
  ['a truth value', (text) => odata({ filter: `decisionmaker eq '${literal(text)}'` })],
  ['a lookup in a filter', (text) => odata({ filter: `parentaccountid eq '${literal(text)}'` })],
  ['a value in brackets', (text) => odata({ filter: `(name eq ${text}) eq true` })],
  ['a collection', (text) => odata({ filter: `tasks/any(${text}:${text}/a eq ${text})` })],
  ['a list', (text) => odata({ filter: `statuscode in (${text})` })],
  ['a function', (text) => odata({ filter: `${text}(name,'a')` })],
  ['a query function', (text) => odata({ filter: `Microsoft.Dynamics.CRM.LastXDays(PropertyName='x',${text})` })],
  ['an order', (orderby) => odata({ orderby })],
  ['columns', (text) => odata({ select: [text] })],
  ['an expansion', (text) => odata({ expand: [{ lookup: text, select: [text] }] })],
  ['FetchXML', (text) => resolveFetch(text)],
  ['what stands in it', fetchOf],
  ['a column of it', (text) => condition(xmlEscaped(text), 'eq', 'a')],
  ['an operator of it', (text) => condition('name', xmlEscaped(text), 'a')],
  ['words of it', (text) => condition('name', 'contains', text)],
  ['a number of it', (text) => condition('estimatedvalue', 'gt', text)],
  ['a date of it', (text) => condition('createdon', 'on', text)],
  ['a choice of it', (text) => condition('statuscode', 'eq', text)],
  ['an id of it', (text) => condition('ownerid', 'eq', text)],
  ['a list of it', (text) => condition('statuscode', 'in', text)],
  ['a name of a link', (text) => fetchOf(`<link-entity name="${xmlEscaped(text)}" alias="${xmlEscaped(text)}"/>`)],
  ['a pattern of it', (text) => [isLike(text, `%${text}`), isLike(`${text}x`, text)]],
  ['a column', (text) => [findColumn(OPPORTUNITY, text), unknownColumn(OPPORTUNITY, text)]],
  ['a choice', (text) => [findOption(choice, text), unknownOption(OPPORTUNITY, choice, text)]],
  ['a GUID', bareGuid],
  ['a word for people', (text) => [whoOf(text, ['systemuser']), wordsForAsker(text, ['systemuser', 'team'])]],
  ['a reference', (text) => readReference(text, BASE)],
  ['a link', (text) => readReference(`${BASE}/main.aspx?etn=a&id=${text}`, BASE)],
  ['a link in Markdown', (text) => readReference(`[${text}](${BASE}/main.aspx?etn=a&extraqs=${text})`, BASE)],
  ['an address in the Web API', (text) => readReference(`${BASE}/api/data/v9.2/a(${text})`, BASE)],
  ['a reference in brackets', (text) => readReference(`[a/${text}]`, BASE)],
  ['a name of an argument', (text) => knownArguments(getRecord, { [text]: 1, expand: [{ [text]: 1 }] })],
  ['a value of an argument', (text) => plainArguments(getRecord.input, { select: text, key: [{ value: text }] })],
  ['a key', (text) => keyPredicate(OPPORTUNITY, [{ column: 'name', value: text }])],
  ['the method of a message', (text) => askedPart({ method: text, params: { name: text } })],
  ['a paging cookie', (text) => nextPaging({ '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': text }, 1)],
  [
    'what a paging cookie holds',
    (text) =>
      nextPaging(
        {
          '@Microsoft.Dynamics.CRM.fetchxmlpagingcookie': `<cookie pagenumber="2" pagingcookie="${text}" istracking="False" />`,
        },
        1,
      ),
  ],
  ['a cursor', (text) => createCursors(() => Promise.resolve(new Uint8Array(32)), HOLDER).open(text)],
  ['a search', searchWords],
  ['other spellings', (text) => [spellingsOf(text), spellingKey(text)]],
  ['a telephone number', (text) => [readNumber(text), readNumber(`+44 ${text}`), bareNumber(`"tel:${text}`)]],
  ['a name that comes near', (text) => [nearPatterns(text), likeness(text, [text, `x${text}`])]],
  ['what a search becomes', (text) => writeFetch(quickFindQuery(OPPORTUNITY, [], [[text]], 5))],
  ['a value that is not told', kindOfValue],
  ['words for a column', (text) => columnMatches(topic, OPPORTUNITY, wordsOf(text))],
]

const ANALYSTS: readonly Taker[] = [
  ['a measure', (text) => analysis({ measures: [text] })],
  ['a condition of a measure', (text) => analysis({ measures: [`count(where ${text})`] })],
  ['a group', (text) => analysis({ by: [text] })],
  ['having', (text) => analysis({ having: text })],
  ['an order of groups', (text) => analysis({ orderby: text })],
  ['a comparison', (text) => analysis({ compare: [text] })],
  ['a comparison of periods', (text) => analysis({ compare: [`period eq ${text}`, text] })],
  ['a term among measures', (text) => analysis({ measures: [`term('${literal(text)}')`] })],
  ['the measure of a term', (text) => ours({ name: 'ours', measure: text })],
  ['what is advised for a measure', advice],
  ['a figure by its name', (text) => analysis({ measures: ['count as n', `n / ${text}`, text] })],
  ['a term that is no condition', conditionTexts],
  ['dates that a filter speaks of', (text) => speaksOf(text, 'createdon')],
  ['a term where a column belongs', asTerm],
  ['the name of a term', (text) => ours({ name: text })],
]

export const TAKERS = [
  ...STRANGERS,
  ...SERVICES,
  ...MODELS,
  ...ANALYSTS,
  ...HIDING_TAKERS,
  ...CHANGE_TAKERS,
  ...TOLD_TAKERS,
]
