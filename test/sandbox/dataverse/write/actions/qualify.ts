import type { Answer, MutableJson, WriteRequest } from '../../http/api.ts'
import { missingRow, notEmulated, odataError } from '../../http/errors.ts'
import { parseKey } from '../../http/path.ts'
import { answerRow } from '../../odata/collection.ts'
import { entityNamed } from '../../schema/schema.ts'
import { createReader } from '../../security/security.ts'
import type { Reference, Row, Value } from '../../store/store.ts'
import { textOf, valueOf } from '../../store/store.ts'
import type { Members, Written } from '../body.ts'
import { isMembers, parseBody } from '../body.ts'
import { invalidState, wrongLiteral } from '../errors.ts'
import type { Plan } from '../save.ts'
import { commit, planCreate, planUpdate } from '../save.ts'

type Values = Record<string, Value>

const FLAGS = ['CreateAccount', 'CreateContact', 'CreateOpportunity'] as const
const REFERENCES = ['OpportunityCurrencyId', 'OpportunityCustomerId'] as const
const ELSEWHERE = ['SourceCampaignId', 'ProcessInstanceId']

const only = (values: Values): Written => ({ values, bound: [], parties: [] })
const referenceTo = ({ entity, id }: Row): Reference => ({ entity: entity.logicalName, id })

/** `{"@odata.type":"Microsoft.Dynamics.CRM.account","accountid":"…"}`. @throws DataverseFault 400, or 404 for no row */
function readReference(value: unknown, { reader: { store } }: WriteRequest): Reference | undefined {
  if (value === undefined || value === null) return undefined
  const type = isMembers(value)
    ? textOf(value['@odata.type'] as Value).replace(/^#?Microsoft\.Dynamics\.CRM\./, '')
    : ''
  if (!isMembers(value) || !['account', 'contact', 'transactioncurrency'].includes(type)) {
    throw odataError('A reference in the parameters must be a row with its @odata.type and its id.')
  }
  const id = textOf(value[`${type}id`] as Value).toLowerCase()
  if (!store.get(type, id)) throw missingRow(type, id)
  return { entity: type, id }
}

function readParameters(request: WriteRequest): Members {
  const lead = entityNamed('lead')
  const body = parseBody(request, lead)
  const known: readonly string[] = [...FLAGS, ...REFERENCES, ...ELSEWHERE, 'Status']
  const other = Object.keys(body).find((name) => !known.includes(name))
  if (other !== undefined) throw odataError(`The parameter '${other}' in the request payload is not a valid parameter.`)
  for (const flag of FLAGS)
    if (typeof body[flag] !== 'boolean') throw wrongLiteral(lead, body[flag] ?? null, 'Edm.Boolean')
  if (typeof body['Status'] !== 'number') throw wrongLiteral(lead, body['Status'] ?? null, 'Edm.Int32')
  const elsewhere = ELSEWHERE.find((name) => (body[name] ?? null) !== null)
  if (elsewhere !== undefined) throw notEmulated(`QualifyLead with ${elsewhere}`)
  return body
}

/** The columns that a lead hands on under their own names, as it maps them out of the box: a selection. */
const SHARED = [
  'emailaddress1',
  'telephone1',
  'address1_line1',
  'address1_city',
  'address1_postalcode',
  'address1_country',
]

function handedOn(lead: Row, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, valueOf(lead, name)]))
}

function plansOf(lead: Row, body: Members, request: WriteRequest): Plan[] {
  const origin = { originatingleadid: referenceTo(lead), ownerid: valueOf(lead, 'ownerid') }
  const plan = (table: string, values: Values): Plan =>
    planCreate(entityNamed(table), only({ ...origin, ...values }), request)
  const name = valueOf(lead, 'companyname') ?? valueOf(lead, 'fullname')
  const account = body['CreateAccount'] === true ? plan('account', { ...handedOn(lead, SHARED), name }) : undefined
  const person = handedOn(lead, [...SHARED, 'firstname', 'lastname', 'jobtitle', 'mobilephone'])
  const company = account ? { parentcustomerid: referenceTo(account.row) } : {}
  const contact = body['CreateContact'] === true ? plan('contact', { ...person, ...company }) : undefined
  if (body['CreateOpportunity'] !== true) return [account, contact].filter((one) => one !== undefined)
  const currency = readReference(body['OpportunityCurrencyId'], request)
  const made = account?.row ?? contact?.row
  const customer = readReference(body['OpportunityCustomerId'], request) ?? (made && referenceTo(made))
  const deal: Values = {
    name: valueOf(lead, 'subject'),
    customerid: customer ?? null,
    parentaccountid: account ? referenceTo(account.row) : null,
    parentcontactid: contact ? referenceTo(contact.row) : null,
    transactioncurrencyid: currency ?? valueOf(lead, 'transactioncurrencyid'),
    estimatedvalue: valueOf(lead, 'estimatedamount'),
  }
  return [account, contact, plan('opportunity', deal)].filter((one) => one !== undefined)
}

function shown({ row }: Plan, request: WriteRequest): MutableJson {
  const { store, caller, now } = request.reader
  const { body } = answerRow(row, { ...request, query: new Map(), reader: createReader(store, caller, now) })
  const { '@odata.context': _context, ...members } = body as MutableJson
  return { '@odata.type': `#Microsoft.Dynamics.CRM.${row.entity.logicalName}`, ...members }
}

/**
 * Makes a customer, a person and a deal of a lead.
 * @see https://learn.microsoft.com/previous-versions/dynamicscrm-2016/developers-guide/mt491164(v=crm.8)
 * @throws DataverseFault 400 0x80040233 for a lead that is closed
 */
export function qualifyLead(keyText: string, request: WriteRequest): Answer {
  const key = parseKey(keyText)
  const id = 'id' in key ? key.id : ''
  const lead = request.reader.store.get('lead', id)
  if (!lead) throw missingRow('lead', id)
  const body = readParameters(request)
  if (valueOf(lead, 'statecode') !== 0) throw invalidState()
  const reason = body['Status'] === -1 ? {} : { statuscode: Number(body['Status']) }
  const qualified = planUpdate(lead, only(Object.assign({ statecode: 1 }, reason)), request, true)
  const made = plansOf(lead, body, request)
  commit([...made, qualified], request)
  const context = `${request.base}$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)`
  const value = made.map(({ row }) =>
    shown({ row: request.reader.store.get(row.entity.logicalName, row.id) ?? row, rows: [] }, request),
  )
  return { status: 200, body: { '@odata.context': context, value } }
}
